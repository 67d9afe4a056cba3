"""The service account of the master's pod and what it may do: the verbs and kinds that it uses, and nothing else."""

from __future__ import annotations

from typing import Any

from k8stui.incluster.contract import names
from k8stui.plan.request import SERVICE_ACCOUNT, Manifest

ROLE = "k8stui-orchestrator"

RULES: tuple[dict[str, Any], ...] = (
    # step pods: created, watched, and deleted when the run is stopped; its own pod: labelled, when a schedule fired it
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch", "create", "patch", "delete"]},
    # their logs, for stream_step_logs
    {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
    # plan (read), record and its shards (patched), work and inputs (created); when a schedule fired: all (created)
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch", "create", "patch"]},
    # the handover keys: a restarted master reads those of its predecessor
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "create", "delete"]},
    # its own Job: read and labelled, when a schedule fired it; told to start no further master when the run has ended
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "patch"]},
)


def service_account_manifests(namespace: str, *, name: str = SERVICE_ACCOUNT) -> list[Manifest]:
    """ServiceAccount, Role and RoleBinding, in the order in which they are made."""

    def metadata(of: str) -> dict[str, Any]:
        return {"name": of, "namespace": namespace, "labels": {names.LABEL_MANAGED_BY: names.MANAGER}}

    rbac = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name)},
        {"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": metadata(ROLE), "rules": [dict(r) for r in RULES]},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "RoleBinding",
            "metadata": metadata(ROLE),
            "roleRef": {"apiGroup": rbac, "kind": "Role", "name": ROLE},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
        },
    ]
