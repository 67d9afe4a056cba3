"""The screen of clusters: stacks, contexts of the kubeconfig, what each answers, namespaces of the one in use."""
