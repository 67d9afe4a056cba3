"""The critical path: the chain of steps that decided when a run ended. Pure.

From the step that ended last one goes back to the step before it that ended last, and so on. Each link costs the time
from the end of the one before to its own end, so the links together are the run's time: to make a run shorter, one of
them must become so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from k8stui.control.timeline.parts import Link, Phase, Row, Span
from k8stui.control.truth.forks import items_by_step

if TYPE_CHECKING:
    from k8stui.model.views import StepView


class Graph:
    """Which steps a step waits for: those before it, the items of a mapped one among them; a hook for all steps.

    Attributes:
        order: All steps, each after those that it waits for.
    """

    def __init__(self, steps: Sequence[StepView]) -> None:
        self._steps = {step.name: step for step in steps}
        self._items = items_by_step(steps)
        hooks = [step for step in steps if step.hook]
        self.order = [*(step for step in steps if not step.hook), *hooks]
        self._ordinary = [step.name for step in steps if not step.hook]

    def before(self, step: StepView) -> list[str]:
        """The steps that it waits for, as far as they are known."""
        if step.hook:
            return self._ordinary
        if step.item_of and step.item_of in self._steps:
            return self.before(self._steps[step.item_of])
        found: list[str] = []
        for name in step.after:
            if name in self._steps:
                found += [item.name for item in self._items.get(name, ())] or [name]
        return found

    def end_of(self, step: StepView, row: Row, ready: float | None, ends: Mapping[str, float | None]) -> float | None:
        """When those after it could go on; None while they cannot.

        Args:
            step: It.
            row: Its time.
            ready: When nothing before it was left.
            ends: The same of the steps before it.
        """
        if row.end is not None:
            return row.end
        if step.attempts or not step.state.ended:
            return None
        known = [ends[name] for name in self.before(step)]
        # What took no time of its own, as a cached or skipped step, ended with what was before it.
        return ready if ready is not None else max((end for end in known if end is not None), default=None)

    def decided_by(self, step: StepView, rows: Mapping[str, Row]) -> str:
        """The step before it that ended last, looking through those that took no time; empty for none."""
        best, seen, ahead = "", set[str](), self.before(step)
        while ahead:
            name = ahead.pop()
            if name in seen:
                continue
            seen.add(name)
            row = rows[name]
            if row.end is None:
                if not self._steps[name].attempts:
                    ahead += self.before(self._steps[name])
            elif not best or row.end > (rows[best].end or 0.0):
                best = name
        return best

    def step(self, name: str) -> StepView:
        """A step by its name."""
        return self._steps[name]


def critical_path(
    graph: Graph, rows: Mapping[str, Row], *, begin: float, opened: float, end: float, live: bool
) -> tuple[Link, ...]:
    """The links, the first one first.

    Args:
        graph: Of the steps.
        rows: Their times by name.
        begin: When the run was submitted.
        opened: When its first step had a pod.
        end: Of the timeline.
        live: The run goes on: what has kept it longest counts as last, up to now.
    """
    name = _last(rows.values(), live=live)
    chain: list[str] = []
    while name:
        chain.append(name)
        name = graph.decided_by(graph.step(name), rows)
    links: list[Link] = []
    at = begin
    if chain and opened > begin:
        links.append(Link("", begin, opened, {Phase.STARTING: opened - begin}))
        at = opened
    for name in reversed(chain):
        row = rows[name]
        until = max(at, row.end if row.end is not None else end)
        links.append(Link(name, at, until, _phases(row.spans, at, until)))
        at = until
    return tuple(links)


def _last(rows: Iterable[Row], *, live: bool) -> str:
    going = [row for row in rows if live and row.end is None and row.ready is not None and row.spans]
    if going:
        return min(going, key=lambda row: row.ready or 0.0).name
    ended = [row for row in rows if row.end is not None]
    return max(ended, key=lambda row: row.end or 0.0).name if ended else ""


def _phases(spans: Iterable[Span], begin: float, end: float) -> dict[Phase, float]:
    """Seconds in each phase between two moments; what no span tells of counts as held."""
    found: dict[Phase, float] = {}
    for span in spans:
        seconds = min(span.end, end) - max(span.begin, begin)
        if seconds > 0:
            phase = Phase.HELD if span.phase is Phase.WAITING else span.phase
            found[phase] = found.get(phase, 0.0) + seconds
    rest = end - begin - sum(found.values())
    if rest > 1e-9:
        found[Phase.HELD] = found.get(Phase.HELD, 0.0) + rest
    return found
