"""The author's code as it is kept with a run or a schedule: in the ConfigMaps that the step pods refer to. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from k8stui.control import records
from k8stui.incluster.protocol import Plan
from k8stui.incluster.taskenv import ENV_CODE


def code_of(plan: Plan, maps: Mapping[str, dict[str, Any]]) -> bytes | None:
    """The code package of a plan, a zip.

    Args:
        plan: The plan.
        maps: The ConfigMaps that are there, by name.

    Returns:
        Empty where there is none, as for container steps only; None where a part is gone.
    """
    chunks: dict[int, tuple[str, str]] = {}
    for template in plan.templates:
        for container in template["spec"]["containers"]:
            for variable in container.get("env") or ():
                source = (variable.get("valueFrom") or {}).get("configMapKeyRef")
                number = variable["name"].removeprefix(ENV_CODE)
                if source and number != variable["name"] and number.isdecimal():
                    chunks[int(number)] = source["name"], source["key"]
    text = records.read_chunks([chunks[number] for number in sorted(chunks)], maps)
    return None if chunks and not text else b64decode(text)
