"""Resource quantities: "500m", "1Gi", "2e3".

Grammar: Kubernetes documentation, "Quantity" (apimachinery `resource.Quantity`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

Obj = dict[str, Any]

_QUANTITY = re.compile(r"^(?P<number>[+-]?(\d+(\.\d*)?|\.\d+))(?P<unit>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


def parse_quantity(text: object) -> Decimal:
    """Return the number a quantity stands for, in units of the resource (cores, bytes, pieces).

    Raises:
        ValueError: It is not a quantity.
    """
    found = _QUANTITY.match(str(text))
    if found is None:
        raise ValueError(f"not a quantity: {text!r}")
    number, unit = Decimal(found["number"]), found["unit"] or ""
    if unit in _BINARY:
        return number * Decimal(1024) ** _BINARY[unit]
    if unit in _DECIMAL:
        return number.scaleb(_DECIMAL[unit])
    return number.scaleb(int(unit[1:]))


def format_quantity(number: Decimal) -> str:
    """Return a number as a quantity without a unit, or in thousandths when it is not whole."""
    if number == number.to_integral_value():
        return str(int(number))
    return f"{int((number * 1000).to_integral_value(rounding='ROUND_CEILING'))}m"


def readable(resource: str, number: Decimal) -> str:
    """Return an amount as a person would write it: bytes with the largest unit that leaves at most one decimal."""
    if resource.rpartition(".")[2] in ("memory", "ephemeral-storage", "storage"):
        for unit, power in reversed(_BINARY.items()):
            scaled = number / Decimal(1024) ** power
            if scaled >= 1:
                return f"{scaled.quantize(Decimal('0.1')).normalize():f}{unit}"
    return format_quantity(number)


def _add(totals: dict[str, Decimal], more: Obj) -> None:
    for name, amount in more.items():
        totals[name] = totals.get(name, Decimal(0)) + parse_quantity(amount)


def pod_resources(pod: Obj, what: str) -> dict[str, Decimal]:
    """Return the pod's effective `requests` or `limits`: the containers' sum, or one init container's if larger.

    Rule: Kubernetes documentation, "Init Containers", resource sharing.
    """
    spec = pod.get("spec") or {}
    totals: dict[str, Decimal] = {}
    for container in spec.get("containers") or []:
        _add(totals, (container.get("resources") or {}).get(what) or {})
    for container in spec.get("initContainers") or []:
        for name, amount in ((container.get("resources") or {}).get(what) or {}).items():
            totals[name] = max(totals.get(name, Decimal(0)), parse_quantity(amount))
    return totals


def sum_resources(pods: Iterable[Obj], what: str) -> dict[str, Decimal]:
    """Return the sum of `pod_resources` over pods."""
    totals: dict[str, Decimal] = {}
    for pod in pods:
        for name, amount in pod_resources(pod, what).items():
            totals[name] = totals.get(name, Decimal(0)) + amount
    return totals
