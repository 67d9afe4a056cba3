"""Admission: what may change or refuse a new object after its author was authorized.

The plugins of a usual API server that our clients meet: namespace life cycle, service accounts, Pod Security and
resource quotas, in this order, with the same refusals.
"""

from __future__ import annotations

from k8stui.embedded.failures import forbidden, not_found
from k8stui.embedded.objects import Obj, is_deleting, labels_of, name_of, namespace_of, random_suffix
from k8stui.embedded.podsecurity import violations
from k8stui.embedded.quota import check_quota
from k8stui.embedded.registry import NAMESPACE, POD, SERVICE_ACCOUNT, Kind
from k8stui.embedded.store import Store

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
"""Where a pod finds its service account's credentials."""

ENFORCE = "pod-security.kubernetes.io/enforce"
ENFORCE_VERSION = "pod-security.kubernetes.io/enforce-version"


class Admission:
    """The admission chain over one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def complete(self, kind: Kind, obj: Obj) -> None:
        """Refuse what has no place to be, and fill in what admission adds, in place, before validation.

        Raises:
            ApiError: 404 for a missing namespace, 403 for a terminating one or a missing service account.
        """
        if kind.namespaced:
            self._namespace_lives(kind, obj)
        if kind is POD and isinstance(obj.get("spec"), dict):
            self._service_account(obj)

    def check(self, kind: Kind, obj: Obj) -> None:
        """Refuse a valid object that the namespace's rules do not allow.

        Raises:
            ApiError: 403 from Pod Security or a resource quota.
        """
        if kind is POD:
            self._pod_security(obj)
        if kind.namespaced:
            check_quota(self._store, kind, obj)

    def _namespace_lives(self, kind: Kind, obj: Obj) -> None:
        name = namespace_of(obj)
        namespace = self._store.get(NAMESPACE, "", name)
        if namespace is None:
            raise not_found(NAMESPACE, name)
        if is_deleting(namespace):
            cause = {
                "reason": "NamespaceTerminating",
                "message": f"namespace {name} is being terminated",
                "field": "metadata.namespace",
            }
            why = f"unable to create new content in namespace {name} because it is being terminated"
            raise forbidden(kind, name_of(obj), why, causes=[cause])

    def _service_account(self, pod: Obj) -> None:
        spec, namespace = pod["spec"], namespace_of(pod)
        name = spec.get("serviceAccountName") or spec.get("serviceAccount") or "default"
        spec["serviceAccountName"] = spec["serviceAccount"] = name
        account = self._store.get(SERVICE_ACCOUNT, namespace, name)
        if account is None:
            why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
            raise forbidden(POD, name_of(pod), why)
        automount = spec.get("automountServiceAccountToken", account.get("automountServiceAccountToken", True))
        if automount is not False:
            _mount_token(spec)

    def _pod_security(self, pod: Obj) -> None:
        namespace = self._store.get(NAMESPACE, "", namespace_of(pod))
        labels = labels_of(namespace) if namespace else {}
        level, version = labels.get(ENFORCE, "privileged"), labels.get(ENFORCE_VERSION, "latest")
        found = violations(pod["spec"], level)
        if found:
            raise forbidden(POD, name_of(pod), f'violates PodSecurity "{level}:{version}": {", ".join(found)}')


def _mount_token(spec: Obj) -> None:
    """Add the projected volume with token, CA and namespace to every container without a mount there."""
    containers = [c for field in ("initContainers", "containers") for c in spec.get(field) or []]
    lacking = [
        container
        for container in containers
        if isinstance(container, dict)
        and all(mount.get("mountPath") != TOKEN_PATH for mount in container.get("volumeMounts") or [])
    ]
    if not lacking:
        return
    name = f"kube-api-access-{random_suffix()}"
    for container in lacking:
        mount = {"name": name, "readOnly": True, "mountPath": TOKEN_PATH}
        container["volumeMounts"] = [*(container.get("volumeMounts") or []), mount]
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
            }
        },
    ]
    volume = {"name": name, "projected": {"sources": sources, "defaultMode": 420}}
    spec["volumes"] = [*(spec.get("volumes") or []), volume]
