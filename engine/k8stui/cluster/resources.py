"""The kinds of objects k8stui talks about, and the URL paths they live under.

A table instead of API discovery: discovery costs two requests before the first useful one, and k8stui knows its kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from k8stui.model.errors import InvalidInputError

JsonObject: TypeAlias = dict[str, Any]
"""An object as the API sends it. Parsed into models by the callers, partially, as far as they need it."""


@dataclass(frozen=True)
class Resource:
    """One kind of object of the Kubernetes API.

    Attributes:
        group: The API group; empty for the core group.
        version: The version within the group, as `v1`.
        plural: The name in URLs and in RBAC rules.
        kind: The name in manifests.
        namespaced: False for objects of the whole cluster, as nodes.
    """

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """The `apiVersion` of manifests: `batch/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str | None, name: str | None = None, subresource: str | None = None) -> str:
        """The URL path of a collection, an object or a subresource.

        Args:
            namespace: None (or a resource that is not namespaced) for the whole cluster.
            name: None for the collection.
            subresource: As `log` or `eviction`; needs a name.
        """
        parts = ["apis", self.group, self.version] if self.group else ["api", self.version]
        if namespace and self.namespaced:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        parts += [part for part in (name, subresource) if part]
        return "/" + "/".join(quote(part, safe=":") for part in parts)


LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation where `kubectl apply` keeps a whole manifest, values of Secrets included."""

PODS = Resource("", "v1", "pods", "Pod")
CONFIGMAPS = Resource("", "v1", "configmaps", "ConfigMap")
SECRETS = Resource("", "v1", "secrets", "Secret")
EVENTS = Resource("", "v1", "events", "Event")
NAMESPACES = Resource("", "v1", "namespaces", "Namespace", namespaced=False)
SERVICE_ACCOUNTS = Resource("", "v1", "serviceaccounts", "ServiceAccount")
NODES = Resource("", "v1", "nodes", "Node", namespaced=False)
RESOURCE_QUOTAS = Resource("", "v1", "resourcequotas", "ResourceQuota")
LIMIT_RANGES = Resource("", "v1", "limitranges", "LimitRange")
PVCS = Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim")
JOBS = Resource("batch", "v1", "jobs", "Job")
CRONJOBS = Resource("batch", "v1", "cronjobs", "CronJob")
ROLES = Resource("rbac.authorization.k8s.io", "v1", "roles", "Role")
ROLE_BINDINGS = Resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding")
CLUSTER_ROLES = Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", namespaced=False)
CLUSTER_ROLE_BINDINGS = Resource(
    "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False
)
STORAGE_CLASSES = Resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", namespaced=False)
PDBS = Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget")

ALL = (
    PODS, CONFIGMAPS, SECRETS, EVENTS, NAMESPACES, SERVICE_ACCOUNTS, NODES, RESOURCE_QUOTAS, LIMIT_RANGES, PVCS,
    JOBS, CRONJOBS, ROLES, ROLE_BINDINGS, CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS,
    STORAGE_CLASSES, PDBS,
)  # fmt: skip
"""Every resource k8stui reads or writes."""

_BY_KIND = {(resource.api_version, resource.kind): resource for resource in ALL}


def resource_of(manifest: JsonObject) -> Resource:
    """The resource a manifest belongs to, by its `apiVersion` and `kind`.

    Raises:
        InvalidInputError: One of the two is missing, or the kind is none that k8stui handles.
    """
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not api_version or not kind:
        missing = "apiVersion" if not api_version else "kind"
        raise InvalidInputError(f"A manifest has no {missing}.", hint="Every manifest starts with apiVersion and kind.")
    try:
        return _BY_KIND[api_version, kind]
    except KeyError:
        known = ", ".join(f"{version} {name}" for version, name in sorted(_BY_KIND))
        raise InvalidInputError(
            f"k8stui does not handle manifests of apiVersion {api_version!r}, kind {kind!r}.", hint=f"Known: {known}."
        ) from None


def name_of(manifest: JsonObject) -> str:
    """The name in a manifest's metadata; empty when the server is to generate one."""
    return str((manifest.get("metadata") or {}).get("name") or "")
