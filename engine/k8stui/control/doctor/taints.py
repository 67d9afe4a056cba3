"""Taints of nodes that keep pods away. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k8stui.cluster.resources import JsonObject


def taints_against(nodes: Iterable[JsonObject], tolerations: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The taints that keep pods with these tolerations away, by name of the node; none of nodes that take them."""
    given = list(tolerations)
    found = {}
    for node in nodes:
        taints = [
            _told(taint)
            for taint in (node.get("spec") or {}).get("taints") or ()
            if taint.get("effect") != "PreferNoSchedule" and not any(_tolerates(one, taint) for one in given)
        ]
        if taints:
            found[str(node["metadata"]["name"])] = ", ".join(taints)
    return found


def _tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    """As the scheduler does it: what a toleration leaves out fits everything."""
    effect, key = toleration.get("effect"), toleration.get("key")
    if (effect and effect != taint.get("effect")) or (key and key != taint.get("key")):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(key) and (toleration.get("value") or "") == (taint.get("value") or "")


def _told(taint: Mapping[str, Any]) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint.get('key')}{value}:{taint.get('effect')}"
