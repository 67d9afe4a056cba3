"""Where the cursors of the screens are while lists arrive in pages, and when another place is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError
from k8stui.model.views import RunSummaryView
from tests.tui.fakes import LIVE, FakeStore
from tests.tui.harness import Shown, shown, usual_store
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state

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
