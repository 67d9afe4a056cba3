"""The author's code as it is kept for a run or a schedule: in the ConfigMaps that the step pods refer to. Pure."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from k8stui.control.truth import records
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.variables import ENV_CODE, ENV_CODE_DIGEST
from k8stui.model.errors import ConflictError


def code_of(plan: Plan, maps: Mapping[str, dict[str, Any]]) -> bytes | None:
    """The code package of a plan, a zip.

    Args:
        plan: The plan.
        maps: The ConfigMaps that are there, by name.

    Returns:
        Empty where there is none, as for container steps only, or where it is in the artifact store; None where a part
        is gone.

    Raises:
        ConflictError: What is there is not what the plan was made with.
    """
    chunks, digest = _chunks(plan), _digest(plan)
    text = records.read_chunks(chunks, maps)
    if not chunks or not text:
        return None if chunks else b""
    try:
        data = b64decode(text)
    except ValueError:  # nothing that was packed, so its digest is another one
        data = b""
    if digest and hashlib.sha256(data).hexdigest() != digest:
        raise ConflictError(
            f"ConfigMap {chunks[0][0]} holds other code than was submitted: its SHA-256 is not {digest[:12]}….",
            hint="Somebody replaced it. Delete it, and run the pipeline's file again.",
        )
    return data


def code_in_store(plan: Plan) -> str:
    """The SHA-256 of a plan's code package that is kept in the artifact store; empty where it is not there."""
    return "" if _chunks(plan) else _digest(plan)


def code_maps_of(plan: Plan) -> list[str]:
    """The ConfigMaps that hold the code of a plan."""
    return list(dict.fromkeys(name for name, _ in _chunks(plan)))


def _digest(plan: Plan) -> str:
    return next((str(one["value"]) for one in _variables(plan) if one["name"] == ENV_CODE_DIGEST), "")


def _chunks(plan: Plan) -> list[tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for variable in _variables(plan):
        source = (variable.get("valueFrom") or {}).get("configMapKeyRef")
        number = variable["name"].removeprefix(ENV_CODE)
        if source and number != variable["name"] and number.isdecimal() and len(number) < 10:
            found[int(number)] = source["name"], source["key"]
    return [found[number] for number in sorted(found)]


def _variables(plan: Plan) -> Iterator[dict[str, Any]]:
    for template in plan.templates:
        for container in template["spec"]["containers"]:
            yield from container.get("env") or ()
