"""Role-based access control: who may do what, and the sentence for a refusal.

So that a missing verb in a least-privilege Role shows on the embedded cluster and not first in production. Rules
and words: Kubernetes documentation, "Using RBAC Authorization".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from k8stui.embedded.failures import ApiError, forbidden
from k8stui.embedded.identity import User
from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    ROLE,
    ROLE_BINDING,
    Kind,
)
from k8stui.embedded.store import Store


@dataclass(frozen=True)
class Attempt:
    """What somebody wants to do.

    Attributes:
        verb: The API verb, e.g. `list`.
        group: The API group of the resource.
        resource: The plural, with `/subresource` where there is one.
        namespace: Empty for cluster scope.
        name: Empty when the verb is about many or about a new one.
    """

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""


class Authorizer:
    """Decides from the roles and bindings in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def allows(self, user: User, attempt: Attempt) -> bool:
        """Return whether the user may do it."""
        if "system:masters" in user.groups or _for_everybody(attempt):
            return True
        return any(rule_allows(rule, attempt) for rule in self.rules(user, attempt.namespace))

    def rules(self, user: User, namespace: str) -> Iterator[Obj]:
        """Yield the policy rules that bind the user in a namespace (empty: cluster-wide only)."""
        for binding in self._store.all(CLUSTER_ROLE_BINDING):
            if _names_user(binding, user, ""):
                yield from self._rules_of(binding, "")
        if namespace:
            for binding in self._store.all(ROLE_BINDING, namespace):
                if _names_user(binding, user, namespace):
                    yield from self._rules_of(binding, namespace)

    def _rules_of(self, binding: Obj, namespace: str) -> list[Obj]:
        reference = binding.get("roleRef") or {}
        kind, scope = (ROLE, namespace) if reference.get("kind") == "Role" else (CLUSTER_ROLE, "")
        role = self._store.get(kind, scope, str(reference.get("name", "")))
        return (role.get("rules") or []) if role else []


def refusal(user: User, attempt: Attempt, kind: Kind) -> ApiError:
    """Return 403 in the words of Kubernetes."""
    where = f'in the namespace "{attempt.namespace}"' if attempt.namespace else "at the cluster scope"
    why = (
        f'User "{user.name}" cannot {attempt.verb} resource "{attempt.resource}" in API group "{attempt.group}" {where}'
    )
    return forbidden(kind, attempt.name, why)


def _for_everybody(attempt: Attempt) -> bool:
    """Asking what oneself may do is allowed to everybody (system:basic-user)."""
    return attempt.verb == "create" and attempt.resource.startswith("selfsubject")


def rule_allows(rule: Obj, attempt: Attempt) -> bool:
    """Return whether one policy rule covers the attempt."""

    def covers(field: str, value: str) -> bool:
        listed = rule.get(field) or []
        return "*" in listed or value in listed

    names = rule.get("resourceNames") or []
    sub = attempt.resource.partition("/")[2]
    return (
        covers("verbs", attempt.verb)
        and covers("apiGroups", attempt.group)
        and (covers("resources", attempt.resource) or (bool(sub) and covers("resources", f"*/{sub}")))
        and (not names or attempt.name in names)
    )


def _names_user(binding: Obj, user: User, namespace: str) -> bool:
    for subject in binding.get("subjects") or []:
        match subject.get("kind"):
            case "User" if subject.get("name") == user.name:
                return True
            case "Group" if subject.get("name") in user.groups:
                return True
            case "ServiceAccount":
                home = subject.get("namespace") or namespace
                if user.name == f"system:serviceaccount:{home}:{subject.get('name')}":
                    return True
    return False


_READ = ["get", "list", "watch"]
_WRITE = ["create", "delete", "deletecollection", "patch", "update"]


def _rule(groups: list[str], resources: list[str], verbs: list[str]) -> Obj:
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


_VIEW = [
    _rule(
        [""],
        [
            "configmaps",
            "events",
            "namespaces",
            "namespaces/status",
            "persistentvolumeclaims",
            "persistentvolumeclaims/status",
            "pods",
            "pods/log",
            "pods/status",
            "resourcequotas",
            "resourcequotas/status",
            "serviceaccounts",
        ],
        _READ,
    ),
    _rule(["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], _READ),
    _rule(["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"], _READ),
]
_EDIT = [
    *_VIEW,
    _rule([""], ["secrets"], [*_READ, *_WRITE]),
    _rule([""], ["pods", "configmaps", "persistentvolumeclaims", "serviceaccounts", "events"], _WRITE),
    _rule([""], ["pods/eviction", "serviceaccounts/token"], ["create"]),
    _rule([""], ["pods/exec", "pods/portforward"], [*_READ, *_WRITE]),
    _rule([""], ["serviceaccounts"], ["impersonate"]),
    _rule(["batch"], ["cronjobs", "jobs"], _WRITE),
    _rule(["policy"], ["poddisruptionbudgets"], _WRITE),
]
_ADMIN_RULES = [
    *_EDIT,
    _rule(["rbac.authorization.k8s.io"], ["roles", "rolebindings"], [*_READ, *_WRITE]),
]

BUILT_IN_ROLES: dict[str, list[Obj]] = {
    "cluster-admin": [_rule(["*"], ["*"], ["*"])],
    "admin": _ADMIN_RULES,
    "edit": _EDIT,
    "view": _VIEW,
}
"""The user-facing ClusterRoles of Kubernetes, for the kinds of this cluster."""
