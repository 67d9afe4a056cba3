"""What may be wanted of a namespace, in words that the command line offers; apart, so that it starts quickly."""

from __future__ import annotations

from enum import StrEnum

CLAIM = "k8stui-artifacts"
"""The claim of an artifact store."""

STORE_PATH = "file:///mnt/artifacts"
"""Where pods are to mount it."""

PSS_ENFORCE = "pod-security.kubernetes.io/enforce"
"""The label that says which Pod Security Standard a namespace enforces."""


class PodSecurity(StrEnum):
    """The Pod Security Standards (Kubernetes docs)."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


class Access(StrEnum):
    """How many nodes may use a volume at once."""

    ONE_NODE = "ReadWriteOnce"
    MANY_NODES = "ReadWriteMany"
