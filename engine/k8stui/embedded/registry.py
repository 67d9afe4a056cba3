"""The table of kinds this API serves: paths, scope and what each one allows.

Everything that differs between kinds and is plain data stands here, so that handlers, discovery, RBAC and
validation read one table.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    Attributes:
        group: API group, empty for the core group.
        version: Version within the group.
        kind: The name in manifests, e.g. `ConfigMap`.
        plural: The name in paths, e.g. `configmaps`.
        singular: What kubectl accepts besides.
        namespaced: False for cluster-scoped kinds.
        short: Short names for kubectl.
        status: Whether `/status` is a subresource, so that ordinary writes leave the status alone.
        subresources: Other subresources, as (name, kind, group/version, verbs).
        fields: Field selectors besides metadata.name and metadata.namespace.
        verbs: What may be done; review kinds know `create` only.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    status: bool = False
    subresources: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    fields: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS

    @property
    def api_version(self) -> str:
        """The `apiVersion` of manifests."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """The resource as error messages name it, e.g. `jobs.batch`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def stored(self) -> bool:
        """Whether objects of this kind are kept (reviews are only answered)."""
        return "get" in self.verbs

    def has_subresource(self, name: str) -> bool:
        """Return whether the path may end in that subresource."""
        return (name == "status" and self.status) or any(name == sub[0] for sub in self.subresources)


RBAC = "rbac.authorization.k8s.io"
AUTHORIZATION = "authorization.k8s.io"

NAMESPACE = Kind(
    "", "v1", "Namespace", "namespaces", "namespace", False, ("ns",), status=True, fields=("status.phase",)
)
NODE = Kind("", "v1", "Node", "nodes", "node", False, ("no",), status=True, fields=("spec.unschedulable",))
POD = Kind(
    "",
    "v1",
    "Pod",
    "pods",
    "pod",
    short=("po",),
    status=True,
    subresources=(
        ("log", "Pod", "v1", ("get",)),
        ("eviction", "Eviction", "policy/v1", ("create",)),
        ("exec", "PodExecOptions", "v1", ("get", "create")),
        ("portforward", "PodPortForwardOptions", "v1", ("get", "create")),
    ),
    fields=(
        "status.phase",
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.podIP",
        "status.nominatedNodeName",
        "spec.hostNetwork",
    ),
)
CONFIG_MAP = Kind("", "v1", "ConfigMap", "configmaps", "configmap", short=("cm",))
SECRET = Kind("", "v1", "Secret", "secrets", "secret", fields=("type",))
EVENT = Kind(
    "",
    "v1",
    "Event",
    "events",
    "event",
    short=("ev",),
    fields=(
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
)
SERVICE_ACCOUNT = Kind(
    "",
    "v1",
    "ServiceAccount",
    "serviceaccounts",
    "serviceaccount",
    short=("sa",),
    subresources=(("token", "TokenRequest", "authentication.k8s.io/v1", ("create",)),),
)
QUOTA = Kind("", "v1", "ResourceQuota", "resourcequotas", "resourcequota", short=("quota",), status=True)
CLAIM = Kind(
    "", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "persistentvolumeclaim", short=("pvc",), status=True
)
JOB = Kind("batch", "v1", "Job", "jobs", "job", status=True, fields=("status.successful",))
CRON_JOB = Kind("batch", "v1", "CronJob", "cronjobs", "cronjob", short=("cj",), status=True)
BUDGET = Kind(
    "policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "poddisruptionbudget", short=("pdb",), status=True
)
ROLE = Kind(RBAC, "v1", "Role", "roles", "role")
ROLE_BINDING = Kind(RBAC, "v1", "RoleBinding", "rolebindings", "rolebinding")
CLUSTER_ROLE = Kind(RBAC, "v1", "ClusterRole", "clusterroles", "clusterrole", False)
CLUSTER_ROLE_BINDING = Kind(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", False)
ACCESS_REVIEW = Kind(
    AUTHORIZATION,
    "v1",
    "SelfSubjectAccessReview",
    "selfsubjectaccessreviews",
    "selfsubjectaccessreview",
    False,
    verbs=("create",),
)
RULES_REVIEW = Kind(
    AUTHORIZATION,
    "v1",
    "SelfSubjectRulesReview",
    "selfsubjectrulesreviews",
    "selfsubjectrulesreview",
    False,
    verbs=("create",),
)
SUBJECT_REVIEW = Kind(
    "authentication.k8s.io",
    "v1",
    "SelfSubjectReview",
    "selfsubjectreviews",
    "selfsubjectreview",
    False,
    verbs=("create",),
)

KINDS: tuple[Kind, ...] = (
    NAMESPACE,
    NODE,
    POD,
    CONFIG_MAP,
    SECRET,
    EVENT,
    SERVICE_ACCOUNT,
    QUOTA,
    CLAIM,
    JOB,
    CRON_JOB,
    BUDGET,
    ROLE,
    ROLE_BINDING,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    ACCESS_REVIEW,
    RULES_REVIEW,
    SUBJECT_REVIEW,
)
"""Every kind served, in the order discovery lists them."""

_BY_PATH = {(kind.group, kind.version, kind.plural): kind for kind in KINDS}


def find_by_path(group: str, version: str, plural: str) -> Kind | None:
    """Return the kind served under that path."""
    return _BY_PATH.get((group, version, plural))
