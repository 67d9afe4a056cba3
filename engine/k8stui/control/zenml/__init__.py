"""Runs that ZenML's Kubernetes orchestrator made, read from what they leave in the cluster: Jobs and pods."""
