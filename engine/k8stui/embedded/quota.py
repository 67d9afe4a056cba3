"""Resource quotas: what a namespace has used, and whether one more object fits.

Counted live from the store, so unlike on a real cluster a finished pod frees its place at once. Pods that have
ended do not count. Rules and words: Kubernetes documentation, "Resource Quotas".
"""

from __future__ import annotations

from decimal import Decimal

from k8stui.embedded.failures import forbidden
from k8stui.embedded.objects import Obj, is_terminal, name_of, namespace_of
from k8stui.embedded.registry import KINDS, POD, QUOTA, Kind
from k8stui.embedded.store import Store
from k8stui.model.quantities import format_quantity, parse_quantity, pod_resources, sum_resources

_COUNTED = {"pods", "configmaps", "secrets", "persistentvolumeclaims", "resourcequotas"}


def check_quota(store: Store, kind: Kind, obj: Obj) -> None:
    """Refuse an object that exceeds a quota of its namespace.

    Raises:
        ApiError: 403.
    """
    if kind is QUOTA:
        return
    for quota in store.all(QUOTA, namespace_of(obj)):
        hard = (quota.get("spec") or {}).get("hard") or {}
        added = _amounts(kind, obj)
        missing = sorted(name for name in hard if kind is POD and _compute(name) and name not in added)
        if missing:
            named = ",".join(f"{name} for: {_lacking(obj, name)}" for name in missing)
            raise forbidden(kind, name_of(obj), f"failed quota: {name_of(quota)}: must specify {named}")
        used = usage(store, quota)
        over = [
            name for name in sorted(hard) if name in added and used[name] + added[name] > parse_quantity(hard[name])
        ]
        if over:
            requested = ",".join(f"{name}={format_quantity(added[name])}" for name in over)
            so_far = ",".join(f"{name}={format_quantity(used[name])}" for name in over)
            limited = ",".join(f"{name}={hard[name]}" for name in over)
            why = f"exceeded quota: {name_of(quota)}, requested: {requested}, used: {so_far}, limited: {limited}"
            raise forbidden(kind, name_of(obj), why)


def usage(store: Store, quota: Obj) -> dict[str, Decimal]:
    """Return what is used of every resource the quota limits."""
    namespace = namespace_of(quota)
    pods = [pod for pod in store.all(POD, namespace) if not is_terminal(pod)]
    requests, limits = sum_resources(pods, "requests"), sum_resources(pods, "limits")
    used: dict[str, Decimal] = {}
    for name in (quota.get("spec") or {}).get("hard") or {}:
        if name in ("pods", "count/pods"):
            found: Decimal | int = len(pods)
        elif name.startswith("limits."):
            found = limits.get(name.removeprefix("limits."), 0)
        elif _compute(name):
            found = requests.get(name.removeprefix("requests."), 0)
        else:
            plural = name.removeprefix("count/")
            kind = next((k for k in KINDS if k.stored and plural in (k.plural, k.qualified)), None)
            found = len(store.all(kind, namespace)) if kind else 0
        used[name] = Decimal(found)
    return used


def _compute(name: str) -> bool:
    return name in ("cpu", "memory") or name.startswith(("requests.", "limits."))


def _amounts(kind: Kind, obj: Obj) -> dict[str, Decimal]:
    one = Decimal(1)
    amounts = {f"count/{kind.qualified}": one}
    if kind.plural in _COUNTED:
        amounts[kind.plural] = one
    if kind is POD:
        for name, amount in pod_resources(obj, "requests").items():
            amounts[f"requests.{name}"] = amount
            amounts[name] = amount
        for name, amount in pod_resources(obj, "limits").items():
            amounts[f"limits.{name}"] = amount
    return amounts


def _lacking(pod: Obj, name: str) -> str:
    what, _, resource = name.rpartition(".")
    field = "limits" if what == "limits" else "requests"
    names = [
        str(container.get("name"))
        for container in pod["spec"].get("containers") or []
        if resource not in ((container.get("resources") or {}).get(field) or {})
    ]
    return ",".join(names)
