"""The one door to Kubernetes for the control center: connecting, reading, writing, watching, logs.

Command line and screens come here for every request, so that retries, permissions, read-only mode and the wording
of errors exist once. Nothing is imported at this level: `connect.connect` loads the HTTP client (0.25 s of import)
when a cluster is really needed, and `k8stui --version` or a validation error never pays for it.

`kubernetes.aio` is used for one thing only, the legacy `auth-provider` section of a kubeconfig. Importing any part of
it runs the package's `__init__`, which pulls in the synchronous client too: 0.65-0.70 s against 0.25-0.31 s for
aiohttp alone and 0.04 s for PyYAML (Python 3.11, 2 cores), out of a budget of 1.0 s for `runs list`. Its loader also
logs a failing exec plugin instead of reporting it, and goes on without credentials.
"""
