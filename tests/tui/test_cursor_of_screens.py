"""Where the cursors of the screens are while lists arrive in pages, and when another place is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui.control.live.freshness import Freshness
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ForbiddenError
from k8stui.model.views import RunSummaryView
from tests.tui.fakes import LIVE, FakeStore
from tests.tui.harness import NARROW, Shown, schedules_store, shown, usual_store
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state
from tests.tui.stage import drawn
from tests.tui.timed_runs import timed

ON_ITS_WAY = Freshness()


def late_store() -> tuple[FakeStore, Sequence[RunSummaryView]]:
    """A store whose runs have not been listed, and all of them."""
    store = usual_store()
    runs = store.fake_board.runs
    store.fake_board.give(())
    store.fake_board.freshness = ON_ITS_WAY
    return store, runs


async def arrive(screen: Shown, runs: Sequence[RunSummaryView], *, last: bool = False) -> None:
    """A page more is there."""
    screen.store.fake_board.give(runs)
    if last:
        screen.store.fake_board.freshness = LIVE
    await screen.settle()


def on(screen: Shown) -> str:
    return screen.runs.table.cursor_key.partition("/")[2]


class TestRuns:
    async def test_of_runs_that_come_in_pages_the_newest_is_looked_at(self) -> None:
        store, runs = late_store()
        async with shown(store) as screen:
            await arrive(screen, runs[10:20])
            assert on(screen) == runs[10].run
            await arrive(screen, runs[5:20])
            await arrive(screen, runs, last=True)
            assert on(screen) == runs[0].run
            await screen.settle()
            assert store.run.key == (runs[0].namespace, runs[0].run)
            await screen.until("epoch 40/40")

    async def test_once_all_are_there_a_new_one_moves_the_cursor_from_no_run(self) -> None:
        store, runs = late_store()
        async with shown(store) as screen:
            await arrive(screen, runs[1:], last=True)
            await arrive(screen, runs)
            assert on(screen) == runs[1].run

    async def test_who_has_chosen_one_stays_on_it(self) -> None:
        for keys in (("j", "k"), ("enter",), ("tab",), ("w", "escape"), ("z",)):
            store, runs = late_store()
            async with shown(store) as screen:
                await arrive(screen, runs[10:20])
                await screen.press(*keys)
                await arrive(screen, runs, last=True)
                assert on(screen) == runs[10].run, keys

    async def test_a_command_about_a_run_chooses_it_as_its_key_does(self) -> None:
        store, runs = late_store()
        async with shown(store) as screen:
            await arrive(screen, runs[10:20])
            await screen.type(":why")
            await screen.press("enter")
            await screen.press("escape")
            await arrive(screen, runs, last=True)
            assert on(screen) == runs[10].run

    async def test_a_filter_that_is_typed_meanwhile_leaves_the_cursor_on_the_first_match(self) -> None:
        store, runs = late_store()
        matching = [run for run in runs if "etl" in run.run]
        async with shown(store) as screen:
            await arrive(screen, [run for run in runs if run is not matching[0]])
            await screen.type("/etl")
            assert on(screen) == matching[1].run
            await arrive(screen, runs, last=True)
            assert on(screen) == matching[0].run

    async def test_a_click_into_its_steps_chooses_a_run(self) -> None:
        store, runs = late_store()
        async with shown(store) as screen:
            await arrive(screen, runs[10:20])
            await screen.pilot.click(screen.runs.step_tree, offset=(6, 1))
            await arrive(screen, runs, last=True)
            assert on(screen) == runs[10].run

    async def test_who_may_not_list_jobs_waits_for_none(self) -> None:
        store, runs = late_store()
        store.fake_board.freshness = Freshness(error=ForbiddenError("no jobs"))
        async with shown(store) as screen:
            await arrive(screen, runs[1:])
            await arrive(screen, runs)
            assert on(screen) == runs[1].run

    async def test_in_another_namespace_it_begins_at_the_newest(self) -> None:
        async with shown() as screen:
            store, runs = screen.store, screen.store.fake_board.runs
            await screen.press("j", "j")
            screen.runs.moved()
            elsewhere, all_runs = late_store()
            store.board, store.fake_board = elsewhere.board, elsewhere.fake_board
            await arrive(screen, runs[2:10])
            await arrive(screen, all_runs, last=True)
            assert on(screen) == all_runs[0].run

    async def test_a_run_that_is_awaited_is_gone_to_when_it_comes(self) -> None:
        async with shown() as screen:
            runs = screen.store.fake_board.runs
            screen.store.fake_board.give(runs[1:])
            await screen.press("j", "j")
            screen.runs.expect(runs[0].namespace, runs[0].run)
            await screen.press("tab")
            await arrive(screen, runs)
            assert on(screen) == runs[0].run

    async def test_who_moves_on_meanwhile_is_not_taken_there(self) -> None:
        async with shown() as screen:
            runs = screen.store.fake_board.runs
            screen.store.fake_board.give(runs[1:])
            await screen.settle()
            screen.runs.expect(runs[0].namespace, runs[0].run)
            await screen.press("j")
            await arrive(screen, runs)
            assert on(screen) == runs[2].run


class TestPods:
    async def test_of_pods_that_come_in_pages_the_newest_is_looked_at(self) -> None:
        pods = every_pod()
        store = FakeStore(every_state(), pods=pods[3:6], now=NOW, of_pods=ON_ITS_WAY)
        async with shown(store) as screen:
            await screen.press("2")
            assert screen.pods.candidate is pods[3]
            store.fake_pods.give(pods)
            store.fake_pods.freshness = LIVE
            await screen.settle()
            assert screen.pods.candidate is pods[0]
            store.fake_pods.give(pods[::-1])
            await screen.settle()
            assert screen.pods.candidate is pods[0]


class TestSchedules:
    async def test_after_a_connection_was_lost_the_cursor_is_where_it_was(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("3", "j", "j")
            board, chosen = screen.store.board, screen.schedules.table.cursor_key
            screen.store.board, screen.store.schedules.current = None, None
            await screen.settle()
            assert not screen.schedules.table.line_count
            screen.store.board = board
            await screen.settle()
            assert screen.schedules.table.cursor_key == chosen


class TestSteps:
    async def test_a_run_that_ended_while_nobody_knew_of_it_keeps_the_cursor_on_its_step(self) -> None:
        async with shown() as screen:
            await screen.press("enter", "j", "j", "j")
            first, *others = screen.store.fake_board.runs
            step, known = screen.runs.step_tree.cursor_key, screen.store.views[first.namespace, first.run]
            screen.store.fake_board.give([first.model_copy(update={"state": RunState.FAILED}), *others])
            del screen.store.views[first.namespace, first.run]
            screen.store.run.to(None, None)
            await screen.settle()
            assert not screen.runs.step_tree.line_count
            ended = known.model_copy(update={"state": RunState.FAILED})
            screen.store.views[first.namespace, first.run] = ended
            screen.store.run.to(None, None)
            await screen.settle()
            assert screen.runs.step_tree.cursor_key == step

    async def test_a_graph_whose_boxes_grow_keeps_its_cursor_in_sight(self) -> None:
        one = timed()
        first, second = one.steps[0], one.steps[1]
        fan = [second.model_copy(update={"name": f"a_long_name_{number}"}) for number in range(4)]
        waiting = [step.model_copy(update={"state": StepState.WAITING}) for step in fan]
        running = [step.model_copy(update={"state": StepState.RETRYING}) for step in fan]
        before, after = (one.model_copy(update={"steps": (first, *steps)}) for steps in (waiting, running))
        async with shown(FakeStore([before], now=NOW), size=NARROW) as screen:
            await screen.press("v", "j", *["right"] * 3)
            assert "a_long_name_3" in "".join(drawn(screen.runs.graph))
            screen.store.views[before.namespace, before.run] = after
            screen.store.run.to(None, None)
            await screen.settle()
            assert screen.runs.graph.cursor_key == "a_long_name_3"
            assert "a_long_name_3" in "".join(drawn(screen.runs.graph))
