"""What is wrong with nodes and quotas, by themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from k8stui.control.diagnosis.around import one_line
from k8stui.control.diagnosis.finding import Level
from k8stui.control.troubles.trouble import Member, Trouble
from k8stui.control.words.spans import epoch
from k8stui.model.quantities import parse_quantity

Json = dict[str, Any]

_PRESSURE = {
    "MemoryPressure": ("short of memory", "its kubelet evicts pods"),
    "DiskPressure": ("short of disk space", "its kubelet evicts pods and removes images"),
    "PIDPressure": ("short of process ids", "its kubelet evicts pods"),
    "NetworkUnavailable": ("without a network", "pods on it reach nobody"),
}


def of_nodes(nodes: Iterable[Json]) -> Iterator[Trouble]:
    """Nodes that are not ready, under pressure, or take no new pods."""
    for node in nodes:
        name = node["metadata"]["name"]
        member = (Member("", name),)
        conditions = {str(one.get("type")): one for one in (node.get("status") or {}).get("conditions") or ()}
        ready = conditions.get("Ready")
        if ready is not None and ready.get("status") != "True":
            what = "its kubelet has not been heard of" if ready.get("status") == "Unknown" else "its kubelet says so"
            advice = f"See what is the matter with the machine: kubectl describe node {name}"
            yield Trouble(Level.STUCK, "Node", member, f"not ready: {what}, so no pod starts on it", advice,
                          _told(ready), _since(ready))  # fmt: skip
        for kind, (words, consequence) in _PRESSURE.items():
            found = conditions.get(kind)
            if found is not None and found.get("status") == "True":
                advice = "Give its pods requests and limits that tell what they need, or add a node."
                yield Trouble(Level.WAITING, "Node", member, f"{words}: {consequence}, and takes no new ones", advice,
                              _told(found), _since(found))  # fmt: skip
        if (node.get("spec") or {}).get("unschedulable"):
            advice = f"When its maintenance is over: kubectl uncordon {name}"
            yield Trouble(Level.WAITING, "Node", member, "cordoned: somebody lets no new pod on it", advice)


def of_quotas(quotas: Iterable[Json]) -> Iterator[Trouble]:
    """Quotas that are used up."""
    for quota in quotas:
        status = quota.get("status") or {}
        hard, used = status.get("hard") or {}, status.get("used") or {}
        full = [name for name, limit in hard.items() if _reached(used.get(name), limit)]
        if full:
            meta = quota["metadata"]
            told = ", ".join(f"{name} {used[name]} of {hard[name]}" for name in full)
            yield Trouble(
                Level.WAITING, "ResourceQuota", (Member(meta.get("namespace") or "", meta["name"]),),
                f"used up: {told}; pods that need more of it are refused until others end",
                "Let pods end or delete them, ask for less, or have the quota raised.",
            )  # fmt: skip


def _reached(used: object, hard: object) -> bool:
    try:
        return parse_quantity(hard) > 0 and parse_quantity(used) >= parse_quantity(hard)
    except ValueError:
        return False


def _told(condition: Json) -> tuple[str, ...]:
    said = ": ".join(filter(None, (condition.get("reason"), one_line(str(condition.get("message") or "")))))
    return (f"condition {condition.get('type')}: {said}",) if said else ()


def _since(condition: Json) -> float | None:
    return epoch(condition.get("lastTransitionTime"))
