"""The one door to Kubernetes for the control center."""
