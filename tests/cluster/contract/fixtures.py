"""The clusters the contract suite runs against."""

from __future__ import annotations

import json
import os
from pathlib import Path

REAL = "K8STUI_REAL_CLUSTER"
"""Names the file in which tests/cluster/real tells where its cluster is."""


class NoRealClusterError(AssertionError):
    """The half of the suite that needs a real cluster can't run; that is a failure, not a skip."""


def real_kubeconfig() -> Path:
    """Return the administrator's kubeconfig of the real cluster.

    Raises:
        NoRealClusterError: None is running.
    """
    facts = os.environ.get(REAL)
    if not facts:
        raise NoRealClusterError(f"{REAL} is not set: run `make test-cluster`, which starts a real cluster")
    return Path(json.loads(Path(facts).read_text())["kubeconfig"])
