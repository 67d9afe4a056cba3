"""The steps of a run as nodes of a tree. Pure, and cached: of 2,000 steps only those that changed are made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from k8stui.control.graph.tree import TreeLine, tree_lines
from k8stui.control.scripts.narrate import duration, hook_text, progress_text, tries_text, why_text
from k8stui.control.truth.forks import fork_text, items_by_step
from k8stui.control.words.spans import span
from k8stui.incluster.contract.states import StepState
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.branches import Node
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column

if TYPE_CHECKING:
    from k8stui.model.views import RunView, StepView

COLUMNS = (
    Column("step", "STEP", least=14, most=48, wants=20),
    Column("status", "STATUS", least=9, wants=10),
    Column("time", "TIME", right=True, least=5, wants=6),
    Column("detail", "PROGRESS / WHY", least=26, flex=3),
    Column("node", "NODE", least=6, most=24, drop=2),
    Column("pod", "POD", least=10, most=48, drop=4, tail=6),
)

_LIVE = frozenset({StepState.QUEUED, StepState.STARTING, StepState.RUNNING, StepState.RETRYING, StepState.EVICTED})
_AGAIN = frozenset({StepState.RETRYING, StepState.EVICTED})
"""States that tell how often it came to them."""

_WEIGHTS = {
    StepState.FAILED: 3,
    StepState.EVICTED: 3,
    StepState.RETRYING: 3,
    StepState.RUNNING: 1,
    StepState.STARTING: 1,
    StepState.QUEUED: 1,
}

ATTEMPT = "\0attempt:"
"""Between a step and the number of an earlier attempt at it, in the key of its line; no name holds a NUL."""

JOIN = 2
"""Weight of a step with several parents: where branches meet is never hidden among siblings."""


class StepNodes:
    """Makes the nodes of one run after another and keeps those that would look the same; all of them, if all would."""

    def __init__(self) -> None:
        self._run: RunView | None = None
        self._moment = 0
        self._nodes: list[Node] = []
        self._live: list[tuple[int, int]] = []  # Places, among nodes and in the shape, of what time alone changes.
        self._shape: list[TreeLine] = []
        self._shape_of: tuple[object, ...] = ()
        self._kept: dict[str, tuple[StepView, int, str, Node]] = {}

    def nodes(self, run: RunView, now: float) -> list[Node]:
        """One node for each step, below it one for each of its earlier attempts, and children after their parent.

        Args:
            run: The run; its steps are in topological order.
            now: Seconds since the epoch.

        Returns:
            The same object as long as nothing differs.
        """
        if run is self._run:
            if int(now) != self._moment:
                self._moment = int(now)
                self._tick(now)
            return self._nodes
        self._run, self._moment = run, int(now)
        # A plan never changes: the same run with as many steps has the same shape.
        key = (run.namespace, run.run, len(run.steps), bool(run.steps and any(step.after for step in run.steps)))
        if key != self._shape_of:
            self._shape = tree_lines((step.name, step.after) for step in run.steps)
            self._shape_of, self._kept = key, {}
        steps = {step.name: step for step in run.steps}
        items = items_by_step(run.steps)
        self._nodes, self._live = [], []
        for place, line in enumerate(self._shape):
            step = steps[line.name]
            if step.state in _LIVE:
                self._live.append((len(self._nodes), place))
            self._nodes.append(self._node(line, step, items.get(line.name, ()), now))
            self._nodes += _earlier(line, step)
        return self._nodes

    def _tick(self, now: float) -> None:
        changed: dict[int, Node] = {}
        for place, shape in self._live:
            line = self._shape[shape]
            step, _, fork, node = self._kept[line.name]
            made = _made(line, step, fork, now)
            if made != node:
                changed[place] = made
                self._kept[line.name] = (step, int(now), fork, made)
        if changed:
            self._nodes = [changed.get(place, node) for place, node in enumerate(self._nodes)]

    def _node(self, line: TreeLine, step: StepView, items: Sequence[StepView], now: float) -> Node:
        moment, fork = int(now) if step.state in _LIVE else 0, fork_text(step, items)
        known = self._kept.get(line.name)
        if known is None or known[0] is not step or known[1:3] != (moment, fork):
            known = (step, moment, fork, _made(line, step, fork, now))
            self._kept[line.name] = known
        return known[3]


def step_of(key: str) -> str:
    """The step that a line is about."""
    return key.partition(ATTEMPT)[0]


STEP_FIELDS = ("status", "step", "node", "pod", "why")
"""What a filter of steps can look at."""


def fields_of_step(step: StepView) -> dict[str, str]:
    """What a filter of steps looks at."""
    last = step.attempts[-1] if step.attempts else None
    node, pod = (last.node, last.pod) if last else ("", "")
    return {"status": step.state.value, "step": step.name, "node": node, "pod": pod, "why": step.why}


def with_ancestors(nodes: Sequence[Node], wanted: Callable[[Node], bool]) -> list[Node]:
    """Those nodes that are wanted, and those that they are below, in their order."""
    kept: list[Node] = []
    depth = 0
    for node in reversed(nodes):
        if wanted(node) or node.depth < depth:
            kept.append(node)
            depth = node.depth
    kept.reverse()
    return kept


def _earlier(line: TreeLine, step: StepView) -> list[Node]:
    """The attempts before the last one, which the step's own line tells of."""
    found = []
    for one in step.attempts[:-1]:
        begin = one.started or one.created
        took = one.finished - begin if one.finished is not None and begin is not None else None
        why = ": ".join(filter(None, (one.reason, one.message)))
        why = why or (f"exit code {one.exit_code}" if one.exit_code else "")
        cells = (
            Cell(one.state.value, role_of(one.state.value)),
            Cell(span(took), "dim"),
            Cell(why, "dim"),
            Cell(one.node, "dim"),
            Cell(one.pod, "dim"),
        )
        label = Cell(f"attempt {one.attempt}", "dim")
        found.append(Node(f"{step.name}{ATTEMPT}{one.attempt}", line.depth + 1, label, cells))
    return found


def _made(line: TreeLine, step: StepView, fork: str, now: float) -> Node:
    state = step.state
    last = step.attempts[-1] if step.attempts else None
    tries = step.failures + step.disruptions + step.startups
    word = f"{state.value} {tries}" if tries and state in _AGAIN else state.value
    detail, role = _detail(line, step, fork, now)
    return Node(
        step.name,
        line.depth,
        Cell(step.name, "dim" if state in (StepState.WAITING, StepState.SKIPPED) else ""),
        (
            Cell(word, role_of(state.value)),
            Cell(_time(step, now), "" if state in _LIVE else "dim"),
            Cell(detail, role),
            Cell(last.node if last else "", "dim"),
            Cell(last.pod if last else "", "dim"),
        ),
        state.value,
        max(_WEIGHTS.get(state, 0), JOIN if line.also_after else 0),
    )


def _time(step: StepView, now: float) -> str:
    if step.state.ended:
        return span(duration(step))
    started = step.started
    return span(max(0.0, now - started)) if started is not None and step.state in _LIVE else ""


def _detail(line: TreeLine, step: StepView, fork: str, now: float) -> tuple[str, str]:
    """The one thing worth saying: why it does not run, how far it is, its list, or which other parents it has."""
    if step.state is StepState.RETRYING and step.not_before and step.not_before > now:
        return f"again in {span(step.not_before - now)}: {step.why}", role_of(step.state.value)
    again = tries_text(step)
    if step.state is StepState.RUNNING and (told := progress_text(step)):
        return "  ".join(filter(None, (again, told))), ""
    if why := why_text(step):
        quiet = step.state in (StepState.SKIPPED, StepState.STOPPED, StepState.CACHED)
        return why, "dim" if quiet else role_of(step.state.value)
    parts = [fork] if fork else []
    if again and (step.state is StepState.RUNNING or step.state.ended):
        parts.append(again)
    if step.hook:
        parts.append(hook_text(step))
    if line.also_after:
        parts.append(f"also after {', '.join(line.also_after)}")
    return "  ".join(parts), "dim"
