"""The embedded cluster: the Kubernetes API on one machine that has only Python."""
