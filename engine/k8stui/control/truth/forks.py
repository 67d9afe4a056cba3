"""Mapped steps and conditions in words, and the plan of a step that is not in the plan itself. Pure.

The same words stand in the tree of the screens, in the output of the command line and in descriptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from k8stui.incluster.contract.protocol import Plan, StepPlan
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.contract.unfolding import item_of, item_place

if TYPE_CHECKING:
    from k8stui.model.views import StepView

_UNDECIDED = frozenset({StepState.WAITING, StepState.SKIPPED, StepState.STOPPED, StepState.FAILED})
"""States in which a mapped step without items has not come to its list; in any other the list was empty."""


def planned(plan: Plan, name: str) -> StepPlan | None:
    """The plan of a step, or of an item of a mapped one; None for any other name."""
    mapped, index = item_place(name) or ("", 0)
    for step in plan.steps:
        if step.name == name:
            return step
        if step.name == mapped and step.mapped:
            return item_plan(step, index)
    return None


def item_plan(step: StepPlan, index: int) -> StepPlan | None:
    """The plan of an item of a mapped step; None where it cannot have so many."""
    try:
        return item_of(step, index)
    except (IndexError, KeyError, TypeError):
        return None


def items_by_step(steps: Iterable[StepView]) -> dict[str, list[StepView]]:
    """The items of each mapped step, in their order."""
    found: dict[str, list[StepView]] = {}
    for step in steps:
        if step.item_of:
            found.setdefault(step.item_of, []).append(step)
    return found


def fork_text(step: StepView, items: Sequence[StepView]) -> str:
    """What a step is mapped over, and what it depends on: `map of prepare[] (?)`, `when check > 0.9`.

    Args:
        step: Any step.
        items: Those of it that are known.

    Returns:
        Empty for an ordinary step, and for a condition that has been decided.
    """
    parts = []
    if step.mapped_over:
        lists = (source if source.startswith("[") else f"{source}[]" for source in step.mapped_over)
        known = str(len(items)) if items or step.state not in _UNDECIDED else "?"
        parts.append(f"map of {' and '.join(lists)} ({known}){'' if step.state.done else _far(items)}")
    if step.conditions and step.state is StepState.WAITING:
        parts.append(f"when {' and '.join(step.conditions)}")
    return ", ".join(parts)


def _far(items: Sequence[StepView]) -> str:
    counts = Counter("done" if item.state.done else item.state.value for item in items)
    return "".join(f", {counts[word]} {word}" for word in ("done", "running", "failed") if counts[word])
