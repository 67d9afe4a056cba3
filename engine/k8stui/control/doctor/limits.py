"""What a namespace's quotas and limit ranges do to pods as runs have them where the author says nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from k8stui.cluster.resources import JsonObject
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.troubles.places import of_quotas
from k8stui.model.quantities import parse_quantity

Resources = Mapping[str, Mapping[str, str]]
"""`requests` and `limits` of a container."""


def quota_findings(
    quotas: Iterable[JsonObject], ranges: Iterable[JsonObject], pods: Mapping[str, Resources]
) -> list[Finding]:
    """One finding for each quota that is used up or wants what pods of runs do not say; one that all is well.

    Args:
        quotas: Of the namespace.
        ranges: Its limit ranges.
        pods: What pods of runs ask for, by what one calls them.
    """
    found, defaults = list(quotas), _defaults(ranges)
    results = [one for who, resources in pods.items() for one in _wanting(found, defaults, who, resources)]
    results += [
        Finding("quota", Level.WARNING, f"quota {one.members[0].name} is {one.sentence}", one.advice)
        for one in of_quotas(found)
    ]
    if results:
        return results
    if not found:
        return [Finding("quota", Level.OK, "the namespace has no quota")]
    return [Finding("quota", Level.OK, f"quota {', '.join(map(_told, found))}")]


def _told(quota: JsonObject) -> str:
    status = quota.get("status") or {}
    used = status.get("used") or {}
    hard = status.get("hard") or (quota.get("spec") or {}).get("hard") or {}
    amounts = ", ".join(f"{name} {used.get(name, '?')} of {limit}" for name, limit in hard.items())
    return f"{quota['metadata']['name']}: {amounts}"


def _wanting(
    quotas: Iterable[JsonObject], defaults: Mapping[str, frozenset[str]], who: str, resources: Resources
) -> Iterator[Finding]:
    for quota in quotas:
        spec = quota.get("spec") or {}
        if spec.get("scopes") or spec.get("scopeSelector"):
            continue  # It holds for some pods only, and which is for the server to say (see the dry run).
        lacking = [name for name in spec.get("hard") or () if not _said(str(name), defaults, resources)]
        if lacking:
            yield Finding(
                "quota",
                Level.PROBLEM,
                f"quota {quota['metadata']['name']} wants every pod to set {', '.join(lacking)}, "
                f"which {who} do not by themselves",
                "Set resources in pod_settings and orchestrator_pod_settings, or have a LimitRange with defaults",
            )


def _said(hard: str, defaults: Mapping[str, frozenset[str]], resources: Resources) -> bool:
    """Whether a pod of ours says how much it wants of what a quota counts; only cpu and memory have to be said."""
    what, _, resource = hard.rpartition(".")
    if resource not in ("cpu", "memory") or what not in ("", "requests", "limits"):
        return True
    if what == "limits":
        return resource in _limits(resources) or resource in defaults["limits"]
    return resource in _requests(resources) or resource in defaults["requests"]


def _limits(resources: Resources) -> Mapping[str, str]:
    return resources.get("limits") or {}


def _requests(resources: Resources) -> Mapping[str, str]:
    """What a container asks for: the server takes a limit for the request where none is said."""
    return {**_limits(resources), **(resources.get("requests") or {})}


def _defaults(ranges: Iterable[JsonObject]) -> dict[str, frozenset[str]]:
    limits: set[str] = set()
    requests: set[str] = set()
    for one in _items(ranges, "Container"):
        limits |= set(one.get("default") or ())
        requests |= {*(one.get("defaultRequest") or ()), *(one.get("default") or ())}
    return {"limits": frozenset(limits), "requests": frozenset(requests)}


def _items(ranges: Iterable[JsonObject], *kinds: str) -> Iterator[JsonObject]:
    for one in ranges:
        for item in (one.get("spec") or {}).get("limits") or ():
            if item.get("type") in kinds:
                yield item


def range_findings(ranges: Iterable[JsonObject], pods: Mapping[str, Resources]) -> list[Finding]:
    """What limit ranges refuse of what pods of runs ask for, by what one calls them, and what they add."""
    found = list(ranges)
    if not found:
        return [Finding("limit range", Level.OK, "the namespace has no limit range")]
    results = [
        Finding(
            "limit range",
            Level.PROBLEM,
            f"limit range {one['metadata']['name']}: {words}",
            "Set resources in pod_settings and orchestrator_pod_settings within the range",
        )
        for one in found
        for who, resources in pods.items()
        for words in _against(one, who, resources)
    ]
    if results:
        return results
    names = ", ".join(one["metadata"]["name"] for one in found)
    added = {
        name: str(amount) for one in _items(found, "Container") for name, amount in (one.get("default") or {}).items()
    }
    told = f"; steps that set no limit get {', '.join(f'{k} {v}' for k, v in added.items())}" if added else ""
    return [Finding("limit range", Level.OK, f"limit range {names} allows what pods of runs ask for{told}")]


def _against(limit_range: JsonObject, who: str, resources: Resources) -> Iterator[str]:
    for item in _items([limit_range], "Container", "Pod"):
        kind = str(item["type"]).lower()
        for resource, asked in _requests(resources).items():
            least, most = (item.get("min") or {}).get(resource), (item.get("max") or {}).get(resource)
            own = _limits(resources).get(resource)
            ceiling = own or (item.get("default") or {}).get(resource)
            if least is not None and parse_quantity(asked) < parse_quantity(least):
                yield f"a {kind} must ask for {least} {resource} at least, and {who} ask for {asked}"
            if most is not None and own is not None and parse_quantity(own) > parse_quantity(most):
                yield f"a {kind} gets {most} {resource} at most, and {who} have a limit of {own}"
                continue
            for limit in (most, ceiling):
                if limit is not None and parse_quantity(asked) > parse_quantity(limit):
                    yield f"a {kind} gets {limit} {resource} at most, and {who} ask for {asked}"
                    break
            if most is not None and ceiling is None and item["type"] == "Container":
                yield f"a container must have a limit of {resource} ({most} at most), and {who} have none"
