"""What each feature needs of a person's rights, and the objects by which an admin grants what is missing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.resources import JsonObject
from k8stui.cluster.reviews import UNKNOWN_USER
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.namespaces.rights import right_of
from k8stui.incluster.contract import names

_RBAC = "rbac.authorization.k8s.io"
_ACCOUNT = re.compile(r"system:serviceaccount:([^:]+):([^:]+)")


@dataclass(frozen=True)
class Feature:
    """Something that a person does with k8stui.

    Attributes:
        name: As a person says it.
        needs: The rights, as RBAC tells them.
        without: What does not work without them.
        essential: Whether there is little sense in k8stui without it.
        everywhere: The rights are about objects of the whole cluster.
    """

    name: str
    needs: tuple[str, ...]
    without: str
    essential: bool = False
    everywhere: bool = False


FEATURES = (
    Feature(
        "see runs",
        ("get configmaps", "list configmaps", "watch configmaps", "get pods", "list pods", "watch pods",
         "get jobs.batch", "list jobs.batch", "watch jobs.batch", "get pods/log"),
        "runs, their steps and logs cannot be shown", essential=True,
    ),
    Feature(
        "submit runs", ("create configmaps", "create jobs.batch"), "no run can be submitted", essential=True,
    ),
    Feature(
        "pass credentials", ("create secrets", "get secrets", "list secrets", "patch secrets", "patch jobs.batch"),
        "pass_token_as_secret cannot be used",
    ),
    Feature(
        "steer runs", ("patch configmaps", "create jobs.batch", "patch jobs.batch", "delete pods"),
        "runs cannot be stopped, paused, resumed or retried",
    ),
    Feature(
        "delete runs",
        ("list jobs.batch", "delete jobs.batch", "delete pods", "delete configmaps", "list secrets", "delete secrets"),
        "runs cannot be deleted, and Jobs and Secrets that old ones left stay",
    ),
    Feature(
        "see schedules", ("get cronjobs.batch", "list cronjobs.batch", "watch cronjobs.batch", "list jobs.batch",
         "watch jobs.batch"),
        "schedules cannot be shown",
    ),
    Feature(
        "change schedules",
        ("create cronjobs.batch", "patch cronjobs.batch", "delete cronjobs.batch", "create jobs.batch",
         "patch jobs.batch", "create configmaps", "patch configmaps", "delete configmaps"),
        "no schedule can be created, edited, suspended, triggered or deleted",
    ),
    Feature("clean up pods", ("delete pods", "create pods/eviction"), "pods cannot be deleted or evicted"),
    Feature(
        "reach into pods",
        ("get pods/exec", "create pods/exec", "get pods/portforward", "create pods/portforward", "patch pods"),
        "no shell, no forwarded port and no edit of a pod",
    ),
    Feature(
        "explain",
        ("list events", "watch events", "list resourcequotas", "list limitranges", "list poddisruptionbudgets.policy"),
        "why something does not start is told with less certainty",
    ),
    Feature(
        "see nodes", ("get nodes", "list nodes", "watch nodes"), "why no node takes a pod is told with less certainty",
        everywhere=True,
    ),
)  # fmt: skip


def namespaced_rights() -> tuple[str, ...]:
    """All rights that a feature needs in a namespace."""
    return tuple(dict.fromkeys(need for one in FEATURES if not one.everywhere for need in one.needs))


def rights_findings(has: Mapping[str, bool], user: str, namespace: str) -> list[Finding]:
    """One finding for each feature whose rights are known.

    Args:
        has: Whether the user has each right.
        user: The user's name on the cluster; a user whom the cluster does not tell gets no manifests.
        namespace: Where it was asked.
    """
    return [_finding(one, has, user, namespace) for one in FEATURES if all(need in has for need in one.needs)]


def _finding(feature: Feature, has: Mapping[str, bool], user: str, namespace: str) -> Finding:
    check = f"rights: {feature.name}"
    missing = [need for need in feature.needs if not has[need]]
    if not missing:
        return Finding(check, Level.OK, f"you have the {len(feature.needs)} rights that it needs")
    place = "the whole cluster" if feature.everywhere else f"namespace {namespace}"
    level = Level.PROBLEM if feature.essential else Level.WARNING
    told = f"{feature.without}: you may not {joined(missing)} in {place}"
    if user == UNKNOWN_USER:
        fix = "An admin grants it: give them your user name on the cluster, which the server does not tell"
        return Finding(check, level, told, fix)
    return Finding(
        check,
        level,
        told,
        f"An admin grants it: k8stui doctor -n {namespace} --grants prints the YAML for kubectl apply -f -",
        tuple(granting(feature, user, namespace)),
    )


def joined(rights: Iterable[str]) -> str:
    """Rights as a person lists them, by what they are about: `get, list and watch pods; create jobs.batch`."""
    by_noun: dict[str, list[str]] = {}
    for right in rights:
        verb, _, noun = right.partition(" ")
        by_noun.setdefault(noun, []).append(verb)
    return "; ".join(f"{_listed(verbs)} {noun}" for noun, verbs in by_noun.items())


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def granting(feature: Feature, user: str, namespace: str) -> list[JsonObject]:
    """Role and binding, or ClusterRole and ClusterRoleBinding, that give a user all rights of a feature."""
    scope = "Cluster" if feature.everywhere else ""
    role = f"k8stui-{feature.name.replace(' ', '-')}"

    def head(kind: str, name: str) -> JsonObject:
        metadata: dict[str, Any] = {"name": name, "labels": {names.LABEL_MANAGED_BY: names.MANAGER}}
        if not feature.everywhere:
            metadata["namespace"] = namespace
        return {"apiVersion": f"{_RBAC}/v1", "kind": f"{scope}{kind}", "metadata": metadata}

    return [
        {**head("Role", role), "rules": rules_of(feature.needs)},
        {
            # RBAC takes any name that can stand in a URL's path.
            **head("RoleBinding", f"{role}-{re.sub('[/%]', '-', user)}"),
            "roleRef": {"apiGroup": _RBAC, "kind": f"{scope}Role", "name": role},
            "subjects": [_subject(user)],
        },
    ]


def rules_of(rights: Iterable[str]) -> list[JsonObject]:
    """The rules of a Role that grants rights, one for each kind of object."""
    verbs: dict[tuple[str, str], list[str]] = {}
    for right in map(right_of, rights):
        noun = f"{right.resource}/{right.subresource}" if right.subresource else right.resource
        verbs.setdefault((right.group, noun), []).append(right.verb)
    return [{"apiGroups": [group], "resources": [noun], "verbs": allowed} for (group, noun), allowed in verbs.items()]


def _subject(user: str) -> JsonObject:
    account = _ACCOUNT.fullmatch(user)
    if account:
        return {"kind": "ServiceAccount", "namespace": account[1], "name": account[2]}
    return {"apiGroup": _RBAC, "kind": "User", "name": user}
