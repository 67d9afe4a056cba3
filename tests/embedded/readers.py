"""People who may do some things and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.embedded import EmbeddedCluster


async def reader_of(cluster: Cluster, embedded: EmbeddedCluster, name: str, *resources: str) -> Path:
    """A kubeconfig for somebody who may read these kinds of the default namespace and nothing else."""
    rules = [{"apiGroups": ["", "batch"], "resources": list(resources), "verbs": ["get", "list", "watch"]}]
    return await person_of(cluster, embedded, name, rules)


async def person_of(cluster: Cluster, embedded: EmbeddedCluster, name: str, rules: list[dict[str, Any]]) -> Path:
    """A kubeconfig for somebody who may do in the default namespace what the rules say and nothing else."""
    meta = {"name": name, "namespace": "default"}
    rbac: dict[str, Any] = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": meta}
    subject = {"kind": "ServiceAccount", "name": name, "namespace": "default"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    await cluster.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta})
    await cluster.create({**rbac, "kind": "Role", "rules": rules})
    await cluster.create({**rbac, "kind": "RoleBinding", "roleRef": role, "subjects": [subject]})
    return embedded.service_account_kubeconfig("default", name)
