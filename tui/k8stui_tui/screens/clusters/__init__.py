"""The screen of clusters: contexts of the kubeconfig, what each answers, and the namespaces of the one in use."""
