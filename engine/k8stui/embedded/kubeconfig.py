"""Kubeconfig files for the embedded cluster: readable by their owner only, and complete."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import yaml

CONTEXT = "embedded"
"""The name of context, cluster and user."""


def write_kubeconfig(path: Path, *, server: str, ca: str, token: str, namespace: str = "default") -> Path:
    """Write a kubeconfig with mode 0600 and return its path.

    Args:
        path: The file to write.
        server: URL of the API server.
        ca: PEM of the authority to trust.
        token: Bearer token of the user.
        namespace: Namespace of the context.
    """
    authority = base64.b64encode(ca.encode()).decode()
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "clusters": [{"name": CONTEXT, "cluster": {"server": server, "certificate-authority-data": authority}}],
        "users": [{"name": CONTEXT, "user": {"token": token}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT, "namespace": namespace}}],
    }
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yaml.safe_dump(content, file, sort_keys=False)
    return path
