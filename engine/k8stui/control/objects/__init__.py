"""Any object as text: shown as YAML, and edited as `kubectl edit` does it."""
