"""One run from the inside: its steps as a tree, as a timeline or as a graph, in one pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import on

from k8stui.control.graph.boxes import legend
from k8stui.control.graph.drawing import Drawing
from k8stui.control.timeline.words import WHOLE, path_head
from k8stui.control.words.filtering import keeper
from k8stui.control.words.spans import span
from k8stui.incluster.contract.states import RunState, StepState
from k8stui_tui.keys import way_to
from k8stui_tui.program import as_called
from k8stui_tui.screens.runs import bars
from k8stui_tui.screens.runs.acts import RunActs
from k8stui_tui.screens.runs.graph import Graph
from k8stui_tui.screens.runs.nodes import (
    ATTEMPT,
    COLUMNS,
    STEP_FIELDS,
    StepNodes,
    fields_of_step,
    step_of,
    with_ancestors,
)
from k8stui_tui.screens.runs.states import lagging, no_steps_text
from k8stui_tui.screens.saying import Said
from k8stui_tui.store import Store
from k8stui_tui.theme.glyphs import ASCII
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.bars import BarTable
from k8stui_tui.widgets.branches import Node
from k8stui_tui.widgets.graph import GraphView
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.tree import LineTree

if TYPE_CHECKING:
    from k8stui.model.views import AttemptView, RunSummaryView, RunView, StepView

_VIEWS = 16


class InsideRun(RunActs, inherit_bindings=False):
    """The part of the Runs screen that shows the steps of the run under the cursor."""

    def __init__(self, store: Store) -> None:
        """Make the pane.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.step_tree = LineTree(COLUMNS, id="steps")
        self.timeline = BarTable(bars.SHEET.columns, id="timeline")
        self.graph = GraphView(id="graph")
        self.steps_pane = Pane(
            "STEPS", self.step_tree, ("TIMELINE", self.timeline), ("GRAPH", self.graph), id="steps-pane"
        )
        self._graph = Graph(ascii_only=self.graph.glyphs is ASCII)
        self._step_nodes = StepNodes()
        self._bars = bars.Bars(self.timeline.glyphs)
        self._views: dict[str, RunView] = {}
        self._inside = ""
        self._step_filter = ""
        self._matching_of: tuple[RunView | None, str] = (None, "")
        self._matching: dict[str, None] = {}

    @property
    def view(self) -> RunView | None:
        """The run under the cursor with its steps, as far as they are known."""
        return self._views.get(self.table.cursor_key)

    @property
    def step(self) -> StepView | None:
        """The step under the cursor of the steps' pane, or that of the attempt there."""
        return self.step_named(step_of(self.steps_view.cursor_key))

    @property
    def attempt(self) -> AttemptView | None:
        """The earlier attempt under the cursor."""
        name, _, number = self.steps_view.cursor_key.partition(ATTEMPT)
        step = self.step_named(name) if number else None
        return next((one for one in step.attempts if str(one.attempt) == number), None) if step else None

    @property
    def steps_view(self) -> PickView | GraphView:
        """What shows the steps now."""
        return cast("PickView | GraphView", self.steps_pane.view)

    def filtered(self, view: LineView, text: str) -> None:
        """Show only steps that match, in the tree with what they are below; in the graph go to the first one."""
        super().filtered(view, text)
        if view is not self.steps_view:
            return
        self._step_filter = text
        self.refresh_now()
        found = next(iter(self._matches(self.view)), None) if self.view and text else None
        if found:
            self._go_to_step(found)

    def filter_of(self, view: LineView) -> str:
        """What the steps are filtered by."""
        return self._step_filter if view is self.steps_view else super().filter_of(view)

    def filter_hint(self, view: LineView) -> str:
        """What can be looked for among steps."""
        if view is self.steps_view:
            return f"words, !words, and fields: {'  '.join(f'{name}:' for name in STEP_FIELDS)}"
        return super().filter_hint(view)

    def leave(self) -> bool:
        """Also: from timeline or graph back to the tree."""
        elsewhere = self.active is self.steps_pane and self.steps_view is not self.step_tree
        if elsewhere and not self._zoomed and not self._step_filter:
            self._turn_to(self.step_tree)
            return True
        return super().leave()

    # Actions, see actions/.

    def action_timeline(self) -> None:
        """The timeline instead of the tree, and back."""
        self._turn_to(self.step_tree if self.steps_view is self.timeline else self.timeline)

    def action_graph(self) -> None:
        """The graph instead of the tree, and back."""
        self._turn_to(self.step_tree if self.steps_view is self.graph else self.graph)

    def action_failed(self) -> None:
        """To the first step that failed, from there to the next one."""
        run, view = self.run, self.view
        if run is None:
            return
        if view is None:
            self.center.tell(f"The steps of {run.run} are not known yet.")
            return
        failed = [step.name for step in view.steps if step.state is StepState.FAILED]
        if not failed:
            self.center.tell(f"No step of {run.run} has failed.")
            return
        order = [step.name for step in view.steps]
        inside = self.active is self.steps_pane and self.step
        at = order.index(self.step.name) if inside and self.step else -1
        following = next((name for name in failed if order.index(name) > at), failed[0])
        self.go_to_pane(self.steps_pane)
        self.refresh_now()
        self._go_to_step(following)

    def _go_to_step(self, name: str) -> None:
        if self.steps_view is self.step_tree:
            self.step_tree.reveal(name)
        self.steps_view.go_to(self._graph.box_of(name) if self.steps_view is self.graph else name)

    def _turn_to(self, view: PickView | GraphView) -> None:
        if not self.run:
            return
        key = step_of(self.steps_view.cursor_key)
        self.steps_pane.turn_to(view)
        self.go_to_pane(self.steps_pane)
        self.refresh_now()
        self._go_to_step(key)

    # What the frame's tick shows.

    def show_steps(self, now: float) -> None:
        """Show what changed of the run."""
        if self.store.run.key is None:
            self._settle()
        feed, key = self.store.run.current, self.table.cursor_key
        if feed is not None and feed.view is not None and self.store.run.key == tuple(key.split("/", 1)):
            self._keep(key, feed.view)
        elif self._outlived(key):
            del self._views[key]
        if key != self._inside:
            self._inside = key
            self._step_filter = ""
            self.step_tree.reset()
            self.timeline.reset()
        view = self._views.get(key)
        said = no_steps_text(self.store, key, filtered=self._step_filter)
        self.step_tree.set_empty(*said)
        self.timeline.set_empty(*said)
        if self.steps_view is not self.timeline:
            self.store.pulls.to(None, None)
        if self.steps_view is self.timeline:
            self._show_timeline(view, now)
        elif self.steps_view is self.graph:
            self._show_graph(view, said)
        else:
            self.step_tree.update_nodes(self._tree_nodes(view, now) if view else [])
        self._tell_run(view or self.run, now, gone=bool(feed and feed.gone))

    def _keep(self, key: str, view: RunView) -> None:
        self._views.pop(key, None)
        self._views[key] = view
        while len(self._views) > _VIEWS:
            del self._views[next(iter(self._views))]

    def _outlived(self, key: str) -> bool:
        """Whether the view that was kept shows a run as going on that has ended since."""
        view = self._views.get(key)
        return view is not None and self.run is not None and self.run.state.ended and not view.state.ended

    def _settle(self) -> None:
        """Follow the run under the cursor."""
        run = self.run
        if run is not None:
            self.store.look_at(run)
        else:
            self.store.look_away()

    def _tree_nodes(self, view: RunView, now: float) -> Sequence[Node]:
        nodes = self._step_nodes.nodes(view, now)
        if not self._step_filter:
            return nodes
        wanted = self._matches(view)
        return with_ancestors(nodes, lambda node: step_of(node.key) in wanted)

    def _matches(self, view: RunView) -> dict[str, None]:
        """Names of the steps that the filter lets through, in their order."""
        of = self._matching_of
        if of[0] is not view or of[1] != self._step_filter:
            self._matching_of = (view, self._step_filter)
            keep = keeper(self._step_filter, STEP_FIELDS)
            self._matching = dict.fromkeys(step.name for step in view.steps if keep(fields_of_step(step)))
        return self._matching

    def _show_timeline(self, view: RunView | None, now: float) -> None:
        if view is None:
            self.timeline.clear()
            return
        self.store.look_at_pulls(view.namespace)
        board = self.store.pulls.current
        self._bars.refresh(view, now, board.pulls if board else bars.NO_PULLS)
        made = self._bars.made
        if made is not None:
            rows = self._bars.rows
            if self._step_filter:
                wanted = self._matches(view)
                rows = [row for row in rows if row.key in wanted]
            self.timeline.update_bars(rows, self._bars.times, begin=made.begin, end=made.end, live=made.live)

    def _show_graph(self, view: RunView | None, said: Said) -> None:
        if view is not None:
            self._graph.refresh(view)
            many = self._graph.many
            if many:
                said = f"{many} boxes are too many to be followed: {way_to('runs.graph')} for the tree.", "dim"
            self.graph.set_empty(*said)
            self.graph.show(self._graph.drawing, self._graph.roles)
        else:
            self.graph.set_empty(*said)
            self.graph.show(Drawing(), {})

    def _tell_run(self, run: RunSummaryView | None, now: float, *, gone: bool) -> None:
        if run is None:
            self.steps_pane.tell()
            self.steps_pane.say("")
            return
        took = span(run.duration(now)) if not run.state.ended or run.finished else ""
        # The breadcrumb has its name as well, and the meaning of the bars stands nowhere else.
        left = [
            Fact(f"/{self._step_filter}" if self._step_filter else "", "accent"),
            Fact(run.run, "strong", 4 if self.steps_view is self.timeline else 0),
            Fact("deleted" if gone else run.state.value, "failed" if gone else role_of(run.state.value)),
            Fact(took, "dim", 2),
        ]
        if self.steps_view is self.timeline:
            self.steps_pane.say(self._path_text(), "dim")
            self.steps_pane.tell(left, [bars.legend(self.timeline.glyphs, 3), Fact(" ", tight=True)])
            return
        if self.steps_view is self.graph:
            told = legend(ascii_only=self.graph.glyphs is ASCII)
            self.steps_pane.say("")
            self.steps_pane.tell(left, [Fact(told, "dim", 3), Fact(" ", tight=True)])
            return
        bad = run.state in (RunState.FAILED, RunState.PENDING, RunState.PAUSED, RunState.STOPPED)
        lag = lagging(self.store)
        self.steps_pane.say(lag or (as_called(run.why) if bad else ""), "caution" if lag else role_of(run.state.value))
        trouble = [
            Fact(f"{run.counts[state.value]} {state.value}", role_of(state.value), 1)
            for state in (StepState.FAILED, StepState.EVICTED, StepState.RETRYING)
            if run.counts.get(state.value)
        ]
        by = f"schedule {run.schedule}" if run.schedule else f"by {run.submitted_by}" if run.submitted_by else ""
        self.steps_pane.tell(
            left,
            [
                *trouble,
                Fact(f"{run.done} of {run.total} done" if run.total else "", "dim", 2),
                Fact(by, "dim", 4),
                Fact(" ", tight=True),
            ],
        )

    def _path_text(self) -> str:
        """What decided the end, and what is not known."""
        made, board = self._bars.made, self.store.pulls.current
        if made is None or self.view is None:
            return ""
        error = self.store.pulls.error or (board.error if board else None)
        return " ".join(
            [
                path_head(made),
                *([f"Pulls are not told apart: {error.message}"] if error else []),
                *([WHOLE] if any(row.whole for row in made.rows) else []),
            ]
        )

    @on(PickView.Selected, "#steps, #timeline")
    def _opened_step(self, event: PickView.Selected) -> None:
        event.stop()
        self.action_logs()

    @on(GraphView.Selected)
    def _opened_box(self, event: GraphView.Selected) -> None:
        event.stop()
        self.action_logs()

    @on(GraphView.Highlighted)
    def _box_highlighted(self, event: GraphView.Highlighted) -> None:
        event.stop()
        if self.active is self.steps_pane:
            self.refresh_now()

    @on(PickView.Highlighted, "#steps, #timeline")
    def _step_highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        if self.active is self.steps_pane:
            self.refresh_now()
