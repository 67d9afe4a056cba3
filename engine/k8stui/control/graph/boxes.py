"""Which boxes the drawing of a DAG has: its steps, with many alike folded into one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k8stui.control.truth.forks import items_by_step
from k8stui.control.words.harmless import harmless_line
from k8stui.incluster.contract.states import StepState

if TYPE_CHECKING:
    from k8stui.model.views import RunView, StepView

MOST_ALIKE = 4
"""So many steps with the same neighbours are drawn side by side; more become one box."""

LONGEST = 28
"""Characters of a name."""

_MATTER = (StepState.FAILED, StepState.EVICTED, StepState.RETRYING, StepState.RUNNING, StepState.STARTING,
           StepState.QUEUED, StepState.WAITING, StepState.STOPPED, StepState.SKIPPED)  # fmt: skip

_SIGNS = {StepState.SUCCEEDED: ("✓", "+"), StepState.WAITING: ("·", ".")}
"""States that are so ordinary that a sign does for their word; the second is for ASCII."""


@dataclass(frozen=True)
class Box:
    """One box.

    Attributes:
        name: Of its step, or of the first one of several.
        label: What stands in it.
        state: Its state; of several, the one that matters most.
        steps: The names of all steps that it stands for.
        after: The boxes that it comes after, by their names.
    """

    name: str
    label: str
    after: tuple[str, ...]
    state: str = ""
    steps: tuple[str, ...] = ()


def boxes(run: RunView, *, ascii_only: bool = False) -> list[Box]:
    """The boxes of a run, in topological order: mapped steps with counts of their items, and folded ones likewise.

    Args:
        run: The run.
        ascii_only: For terminals that cannot show more.
    """
    items = items_by_step(run.steps)
    steps = [step for step in run.steps if not step.item_of]
    names = {step.name for step in steps}
    followed = {name for step in steps for name in step.after}
    ends = [step.name for step in steps if not step.hook and step.name not in followed]
    after = {
        step.name: tuple(dict.fromkeys(ends if step.hook else [one for one in step.after if one in names]))
        for step in steps
    }
    folded = _alike(steps, after, items)
    found = []
    for step in steps:
        group = folded.get(step.name, [step])
        if group[0] is not step:
            continue
        parents = dict.fromkeys(folded[name][0].name if name in folded else name for name in after[step.name])
        if len(group) > 1:
            label = f"{len(group)} steps: {_shown(step)} to {_shown(group[-1])}: {_counts(group)}"
        elif step.name in items:
            label = f"{_shown(step)} x{len(items[step.name])}: {_counts(items[step.name])}"
        else:
            label = _label(step, ascii_only=ascii_only)
        stands = [*group, *items.get(step.name, ())]
        found.append(Box(step.name, label, tuple(parents), _worst(stands).value, tuple(one.name for one in stands)))
    return found


def _worst(steps: Iterable[StepView]) -> StepState:
    return min((step.state for step in steps), key=lambda state: _MATTER.index(state) if state in _MATTER else 99)


def legend(*, ascii_only: bool = False) -> str:
    """What the signs mean."""
    return "  ".join(f"{signs[ascii_only]} {state.value}" for state, signs in _SIGNS.items())


def _alike(
    steps: Sequence[StepView], after: Mapping[str, tuple[str, ...]], items: Mapping[str, Sequence[StepView]]
) -> dict[str, list[StepView]]:
    """The steps that share a box with others, with all of that box."""
    children: dict[str, list[str]] = {step.name: [] for step in steps}
    for step in steps:
        for parent in after[step.name]:
            children[parent].append(step.name)
    groups: dict[tuple[object, ...], list[StepView]] = {}
    for step in steps:
        if not step.hook and step.name not in items:
            groups.setdefault((after[step.name], tuple(children[step.name])), []).append(step)
    return {step.name: group for group in groups.values() if len(group) > MOST_ALIKE for step in group}


def _label(step: StepView, *, ascii_only: bool) -> str:
    signs = _SIGNS.get(step.state)
    return f"{signs[ascii_only]} {_shown(step)}" if signs else f"{_shown(step)}: {step.state.value}"


def _shown(step: StepView) -> str:
    name = harmless_line(step.name)
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 7]}..{name[-5:]}"


def _counts(steps: Iterable[StepView]) -> str:
    counts = Counter(step.state.value for step in steps)
    return ", ".join(f"{number} {state}" for state, number in counts.most_common())
