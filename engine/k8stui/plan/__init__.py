"""Pure compiler: pipeline and merged settings in, finished Kubernetes manifests out."""
