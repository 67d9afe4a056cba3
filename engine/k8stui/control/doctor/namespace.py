"""The namespace: whether it takes pods of runs, and whether the orchestrator's account may do its work. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from k8stui.cluster.resources import JsonObject
from k8stui.control.doctor.features import joined
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.namespaces.rights import granted, right_of
from k8stui.model.errors import K8stuiError
from k8stui.model.preparing import PSS_ENFORCE
from k8stui.plan.rbac import RULES
from k8stui.plan.request import SERVICE_ACCOUNT


def namespace_finding(namespace: JsonObject) -> Finding:
    """Whether the namespace lives, and which Pod Security Standard it enforces."""
    metadata = namespace["metadata"]
    name = metadata["name"]
    if metadata.get("deletionTimestamp") or (namespace.get("status") or {}).get("phase") == "Terminating":
        return Finding(
            "namespace", Level.PROBLEM, f"namespace {name} is being deleted, and takes nothing new", "Use another one"
        )
    level = (metadata.get("labels") or {}).get(PSS_ENFORCE)
    if level is None:
        told = f"namespace {name} says nothing of a Pod Security Standard: the cluster's default holds"
    else:
        told = f"namespace {name} enforces Pod Security {level}" + (
            "; default pods of runs meet it" if level == "restricted" else ""
        )
    return Finding("namespace", Level.OK, told)


def missing_namespace_finding(name: str) -> Finding:
    """There is no such namespace."""
    return Finding(
        "namespace",
        Level.PROBLEM,
        f"namespace {name} does not exist",
        f"k8stui init -n {name} --create-namespace, or choose another one with -n",
    )


def admission_finding(refused: K8stuiError | None) -> Finding:
    """Whether the server would take a pod as runs have them, by a dry run of one."""
    if refused is None:
        return Finding("admission", Level.OK, "the server would take a step's pod (dry run)")
    hint = refused.hint or "Change pod_settings so that it is allowed, or ask whoever keeps the policy"
    return Finding("admission", Level.PROBLEM, f"a step's pod is refused: {refused.message.rstrip('.')}", hint)


def account_finding(
    name: str,
    *,
    exists: bool | None,
    rules: Iterable[Mapping[str, object]] | None,
    everywhere: Iterable[Mapping[str, object]] | None,
    namespace: str,
    may_make: bool | None,
) -> Finding:
    """Whether the orchestrator's service account is there and may do its work.

    Args:
        name: Of the account.
        exists: Whether it is there; None where this user may not look.
        rules: What it may do, by roles that are bound in the namespace; None where this user may not look.
        everywhere: The same of those that are bound in the whole cluster.
        namespace: Where.
        may_make: Whether this user may make account, role and binding; None where that is not known.
    """
    check, init = "account", init_of(name, namespace)
    if exists is None:
        return Finding(check, Level.UNKNOWN, f"whether there is a service account {name}, you may not look up")
    if not exists:
        told = f"there is no service account {name} yet"
        if may_make is False:
            return Finding(check, Level.PROBLEM, f"{told}, and you may not make it", f"An admin does it once: {init}")
        if name != SERVICE_ACCOUNT:
            return Finding(check, Level.PROBLEM, f"{told}, and no run makes it: only {SERVICE_ACCOUNT} is made", init)
        return Finding(check, Level.OK, f"{told}; the first run makes it")
    if rules is None:
        return Finding(
            check, Level.UNKNOWN, f"service account {name} is there; which roles it has, you may not look up"
        )
    # A rule for objects of certain names grants nothing of objects whose names are new with each run.
    found = [rule for rule in (*rules, *(everywhere or ())) if not rule.get("resourceNames")]
    missing = [need for need in _master_needs() if not granted(found, right_of(need))]
    if missing and everywhere is None:
        told = f"service account {name} may not {joined(missing)}, by the namespace's own bindings"
        whole = "; whether those of the whole cluster let it, you may not look up"
        return Finding(check, Level.UNKNOWN, told + whole, f"If runs fail or hang: {init} brings its role up to date")
    if missing:
        told = f"service account {name} may not {joined(missing)}: runs fail or hang"
        return Finding(check, Level.PROBLEM, told, f"{init} brings its role up to date")
    return Finding(check, Level.OK, f"service account {name} has the rights of an orchestrator")


def init_of(account: str, namespace: str) -> str:
    """The command that makes an orchestrator's service account, or brings its role up to date."""
    return f"k8stui init -n {namespace}" + (f" --service-account {account}" if account != SERVICE_ACCOUNT else "")


def _master_needs() -> list[str]:
    return [
        f"{verb} {noun}{f'.{group}' if group else ''}"
        for rule in RULES
        for group in rule["apiGroups"]
        for noun in rule["resources"]
        for verb in rule["verbs"]
    ]


def bound_roles(bindings: Iterable[JsonObject], account: str, namespace: str) -> list[tuple[str, str]]:
    """Kind and name of the roles that bindings, of its namespace or of the whole cluster, give a service account."""
    groups = {"system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"}
    found = []
    for binding in bindings:
        for subject in binding.get("subjects") or ():
            own = (
                subject.get("kind") == "ServiceAccount"
                and subject.get("name") == account
                and subject.get("namespace", namespace) == namespace
            )
            if own or (subject.get("kind") == "Group" and subject.get("name") in groups):
                found.append((str(binding["roleRef"]["kind"]), str(binding["roleRef"]["name"])))
                break
    return found
