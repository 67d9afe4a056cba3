"""From a run to what failed in it: the jump to failed steps, and the attempts before the last one."""

from __future__ import annotations

from k8stui.control.logs.many import LogQuery
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from k8stui_tui.widgets.branches import GROUP_PREFIX, Node
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.tree import LineTree
from tests.tui.fakes import FakeStore
from tests.tui.harness import Shown, shown
from tests.tui.sample_runs import NOW, train
from tests.tui.stage import Stage
from tests.tui.timed_runs import RUN, timed


def two_failed() -> RunView:
    """A run of a fan in which two steps have failed."""
    run = train()
    broken = ("load_data", "train[lr=10]")
    steps = [step.model_copy(update={"state": StepState.FAILED}) if step.name in broken else step for step in run.steps]
    return run.model_copy(update={"steps": tuple(steps), "state": RunState.FAILED, "finished": NOW})


def at(screen: Shown) -> str:
    return screen.runs.steps_view.cursor_key


async def test_the_jump_goes_from_failed_step_to_failed_step_and_unfolds_what_hides_them() -> None:
    async with shown(FakeStore([two_failed(), timed()], now=NOW)) as screen:
        await screen.press("exclamation_mark")
        assert (at(screen), screen.runs.step_tree.has_focus) == ("load_data", True)
        await screen.press("left", "exclamation_mark")
        assert at(screen) == "train[lr=10]"
        await screen.press("exclamation_mark")
        assert at(screen) == "load_data"
        await screen.press("t", "exclamation_mark")
        assert (at(screen), screen.runs.timeline.has_focus) == ("train[lr=10]", True)
        await screen.press("escape", "escape", "j")
        await screen.press("exclamation_mark")
        await screen.until(f"No step of {RUN} has failed.")
        assert screen.runs.table.has_focus


async def test_earlier_attempts_stand_below_their_step_and_can_be_looked_into() -> None:
    async with shown(FakeStore([timed()], now=NOW), size=(160, 40)) as screen:
        lines = screen.text.splitlines()
        place = next(number for number, line in enumerate(lines) if "attempt 1" in line)
        assert "train " in lines[place - 1]
        assert "ValueError: loss is nan" in lines[place]
        assert "40s" in lines[place]
        await screen.press("enter", "j", "j", "j")
        assert "attempt:1" in at(screen)
        assert screen.frame.crumbs() == (RUN, "train")
        query = screen.store.logs.key
        assert isinstance(query, LogQuery)
        assert (query.step, query.pod) == ("train", f"{RUN}-train-1")
        await screen.press("l")
        assert f"pod:{RUN}-train-1" in screen.text
        await screen.press("d")
        await screen.until("Describe: attempt 1 at step train")
        await screen.press("q")
        await screen.press("Y")
        await screen.until(f"YAML: Pod {RUN}-train-1")
        await screen.press("q")
        await screen.press("shift+tab", "k", "l")
        query = screen.store.logs.key
        assert isinstance(query, LogQuery)
        assert (query.step, query.pod) == ("train", "")


async def test_a_node_is_taken_out_of_what_hides_it() -> None:
    def node(key: str, depth: int) -> Node:
        return Node(key, depth, Cell(key), status="succeeded")

    view = LineTree((Column("step", "STEP"),), most_siblings=3)
    async with Stage(view).run_test() as pilot:
        view.update_nodes([node("a", 0), *(node(f"b{n}", 1) for n in range(9)), node("c", 2)])
        view.set_folded("a", folded=True)
        await pilot.pause()
        view.reveal("c")
        assert view.go_to("c")
        assert [line.key for line in view.lines][:2] == ["a", "b0"]
        assert GROUP_PREFIX + "a" in [line.key for line in view.lines]
