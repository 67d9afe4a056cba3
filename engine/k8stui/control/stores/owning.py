"""Which namespace of which cluster this is, for artifact stores, which several of them may share.

The uid of the ConfigMap kube-root-ca.crt tells: Kubernetes publishes one in each namespace, and who may work there can
read it, unlike the namespace kube-system. Where it was deleted, its successor tells of another place, so that what was
kept before is nobody's and stays.
"""

from __future__ import annotations

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.model.errors import ForbiddenError, NotFoundError
from k8stui.model.stacks import ArtifactStoreConfig

ROOT_CA = "kube-root-ca.crt"
"""The ConfigMap with the cluster's authority, by the controller manager's root-ca-certificate-publisher."""


async def place_of(cluster: Cluster, namespace: str, store: ArtifactStoreConfig | None) -> str:
    """What tells a namespace from all others of all clusters.

    Args:
        cluster: Where.
        namespace: The namespace.
        store: The artifact store that it is asked for; None for none.

    Returns:
        Empty where it is not known, or nobody needs it.
    """
    if store is None:
        return ""
    try:
        found = await cluster.get(CONFIGMAPS, ROOT_CA, namespace=namespace)
    except (ForbiddenError, NotFoundError):
        return ""
    return str(found["metadata"]["uid"])
