"""Mapped steps: from a list that an earlier step returned to one item, a step of its own, for each thing in it. Pure.

The items follow from the plan and the results alone, so a restarted master comes to the same ones, with the same names.
"""

import re
from dataclasses import replace
from typing import Any, Dict, List, Optional, Tuple

from ..wire.references import is_reference, kept_as
from .branching import UndecidedError
from .inputs import Results, kind_of, resolve
from .protocol import StepPlan

_ITEM = re.compile(r"(.+)\[(0|[1-9][0-9]*)\]", re.DOTALL)


def item_name(step: str, index: int) -> str:
    """The name of a mapped step's item: `score[3]`."""
    return "%s[%d]" % (step, index)


def item_place(name: str) -> Optional[Tuple[str, int]]:
    """The mapped step and the index that an item's name tells; None for any other name.

    The compiler lets no step of an author have the name of an item of another one.
    """
    found = _ITEM.fullmatch(name)
    return None if found is None else (found.group(1), int(found.group(2)))


def item_of(step: StepPlan, index: int) -> StepPlan:
    """One item of a mapped step: the same step with its part of the list."""
    inputs = {name: value.item(index) if name in step.mapped else value for name, value in step.inputs.items()}
    return replace(
        step,
        name=item_name(step.name, index),
        slug="%s-%d" % (step.slug, index),
        inputs=inputs,
        mapped=(),
        when=(),
        alternatives=(),
        item_of=step.name,
        key=step.slug,
    )


def unfold(step: StepPlan, results: Results) -> List[StepPlan]:
    """The items of a mapped step whose parents are done; none for an empty list.

    Raises:
        UndecidedError: What it is mapped over is no list, is too long, or is not as long as the other one.
    """
    lengths: Dict[str, int] = {}
    for name in step.mapped:
        lengths[name] = _length(step, name, results)
    if len(set(lengths.values())) > 1:
        counts = ", ".join("%s has %d" % (step.inputs[name], length) for name, length in lengths.items())
        raise UndecidedError("it is mapped over lists that are not equally long: %s items" % counts)
    return [item_of(step, index) for index in range(next(iter(lengths.values())))]


def _length(step: StepPlan, name: str, results: Results) -> int:
    source = step.inputs[name]
    try:
        found = resolve(source, results)
    except KeyError:
        raise UndecidedError("it is mapped over %s, which is not there" % source) from None
    kept = is_reference(found)
    if not (isinstance(found, list) or kept and "items" in found and "item" not in found):
        kind = kept_as(found) if kept else kind_of(found)
        raise UndecidedError("it is mapped over %s, which is %s and not a list" % (source, kind))
    length: int = found["items"] if isinstance(found, dict) else len(found)
    if length > step.max_items:
        why = "it is mapped over %s, which has %d items, more than the %d that max_map_items allows"
        raise UndecidedError(why % (source, length, step.max_items))
    return length


def gathered(step: StepPlan, count: int, results: Results) -> Dict[str, Any]:
    """The outputs of a mapped step whose items are all done: of each output the list, in the order of the items."""
    return {output: [results[item_name(step.name, index)][output] for index in range(count)] for output in step.outputs}
