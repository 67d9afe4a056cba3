"""k8stui: run Python pipelines on plain Kubernetes and watch them from one terminal screen."""
