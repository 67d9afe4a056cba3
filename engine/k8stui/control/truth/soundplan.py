"""Whether a plan that was read is one that the compiler could have made: whoever reads plans need not doubt it. Pure.

Who may write ConfigMaps may write anything into one that is called a plan.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from k8stui.cluster.shapes import POD_TEMPLATE
from k8stui.incluster.contract.protocol import Plan
from k8stui.model.shapes import NOTHING


def sound(plan: Plan) -> Plan | None:
    """The plan as far as its pod templates can be read; None where the rest of it cannot be."""
    if not _fits(plan, Plan):
        return None
    known: set[str] = set()
    for step in plan.steps:
        whole = known.issuperset(step.after) and step.name not in known and step.inputs.keys() >= set(step.mapped)
        if not whole or not 0 <= step.template < len(plan.templates):
            return None
        known.add(step.name)
    templates = tuple(POD_TEMPLATE(one) for one in plan.templates)
    return None if NOTHING in templates else replace(plan, templates=templates)


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any:
        return True
    if is_dataclass(hint):
        return type(value) is hint and all(
            (one := getattr(value, name)) is usual or _fits(one, inner)
            for name, inner, usual in _fields(hint)  # type: ignore[arg-type]  # types are hashable
        )
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, one) for one in inner)
    if origin in (tuple, list):
        return type(value) is origin and all(_fits(one, inner[0]) for one in value)
    if origin is dict:
        return type(value) is dict and all(type(key) is str and _fits(one, inner[1]) for key, one in value.items())
    return type(value) in ((int, float) if hint is float else (hint,))


@cache
def _fields(kind: Any) -> list[tuple[str, Any, Any]]:
    hints = get_type_hints(kind)
    return [
        (one.name, hints[one.name], one.default if one.default is not MISSING else object()) for one in fields(kind)
    ]
