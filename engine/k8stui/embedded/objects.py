"""Small helpers over Kubernetes objects as plain JSON.

The embedded cluster keeps objects as the JSON it received: a real API server has hundreds of typed fields, we
interpret few and must hand all of them back unchanged. Stored objects are never changed in place; whoever wants a
different one copies first.
"""

from __future__ import annotations

import copy
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

Obj = dict[str, Any]
"""A Kubernetes object, or a part of one, as decoded from JSON."""

SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""The characters Kubernetes uses for generated names: no vowels, so no words."""


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime | None = None) -> str:
    """Return `moment` (default: now) as Kubernetes writes times: RFC 3339, UTC, whole seconds."""
    return (moment or now()).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Return the time written as RFC 3339.

    Raises:
        ValueError: `text` is not such a time.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def new_uid() -> str:
    """Return a fresh object uid."""
    return str(uuid.uuid4())


def random_suffix(length: int = 5) -> str:
    """Return what Kubernetes appends to a `generateName`."""
    return "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(length))


def copied(obj: Obj) -> Obj:
    """Return a deep copy that may be changed."""
    return copy.deepcopy(obj)


def meta(obj: Obj) -> Obj:
    """Return the object's metadata."""
    found: Obj = obj["metadata"]
    return found


def name_of(obj: Obj) -> str:
    """Return metadata.name."""
    return str(obj["metadata"].get("name", ""))


def namespace_of(obj: Obj) -> str:
    """Return metadata.namespace, empty for objects without one."""
    return str(obj["metadata"].get("namespace", ""))


def uid_of(obj: Obj) -> str:
    """Return metadata.uid."""
    return str(obj["metadata"].get("uid", ""))


def labels_of(obj: Obj) -> dict[str, str]:
    """Return the labels, empty when there are none."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Obj) -> dict[str, str]:
    """Return the annotations, empty when there are none."""
    return obj["metadata"].get("annotations") or {}


def finalizers_of(obj: Obj) -> list[str]:
    """Return the finalizers, empty when there are none."""
    return obj["metadata"].get("finalizers") or []


def owners_of(obj: Obj) -> list[Obj]:
    """Return the ownerReferences, empty when there are none."""
    return obj["metadata"].get("ownerReferences") or []


def controller_of(obj: Obj) -> Obj | None:
    """Return the owner reference with `controller: true`."""
    return next((ref for ref in owners_of(obj) if ref.get("controller")), None)


def is_deleting(obj: Obj) -> bool:
    """Return whether the object waits for its deletion to be completed."""
    return bool(obj["metadata"].get("deletionTimestamp"))


def phase_of(pod: Obj) -> str:
    """Return status.phase of a pod."""
    return str((pod.get("status") or {}).get("phase") or "")


def is_terminal(pod: Obj) -> bool:
    """Return whether a pod has ended for good."""
    return phase_of(pod) in ("Succeeded", "Failed")


def condition(obj: Obj, kind: str) -> Obj | None:
    """Return the status condition of that type."""
    conditions: list[Obj] = (obj.get("status") or {}).get("conditions") or []
    return next((c for c in conditions if c.get("type") == kind), None)


def set_condition(status: Obj, new: Obj) -> None:
    """Add or replace a condition in a status that may be changed, keeping the transition time if the status stays."""
    conditions: list[Obj] = status.setdefault("conditions", [])
    for index, old in enumerate(conditions):
        if old.get("type") == new["type"]:
            kept = old.get("lastTransitionTime") if old.get("status") == new["status"] else None
            conditions[index] = {**new, "lastTransitionTime": kept or timestamp()}
            return
    conditions.append({**new, "lastTransitionTime": timestamp()})
