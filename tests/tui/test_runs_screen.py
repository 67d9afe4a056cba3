"""The Runs screen: what it shows of runs, steps and logs, and what each key does."""

from __future__ import annotations

import pytest

from k8stui.control.live.freshness import Freshness
from k8stui.control.logs.many import LogQuery
from k8stui.control.logs.stream import LogLine
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ForbiddenError, UnreachableError
from k8stui_tui.config.model import Config, Logs
from k8stui_tui.place import Place
from k8stui_tui.screens.confirm import ConfirmScreen
from tests.tui.fakes import FakeStore
from tests.tui.harness import LARGE, NARROW, USUAL, shown, usual_store
from tests.tui.sample_runs import NOW, every_state, forked, log_lines


class TestWhatItShows:
    async def test_runs_steps_and_logs_of_the_newest_run_stand_there_at_once(self) -> None:
        async with shown() as screen:
            assert "train-churn-7f3a" in screen.line_with("running")
            await screen.until("13/20")
            await screen.until("train[lr=0.1]")
            await screen.until("epoch 40/40")

    async def test_context_namespace_stack_and_freshness_are_always_visible(self) -> None:
        async with shown() as screen:
            assert "prod-eu · ml-team" in screen.text.splitlines()[0]
            assert "stack gpu" in screen.text.splitlines()[0]
            assert "live" in screen.text.splitlines()[0]

    async def test_read_only_is_said(self) -> None:
        store = FakeStore(every_state(), now=NOW, place=Place("prod-eu", "ml-team", read_only="--read-only"))
        for size in (NARROW, USUAL, LARGE):
            async with shown(store, size) as screen:
                assert "READ-ONLY" in screen.text.splitlines()[0]

    async def test_a_running_step_tells_how_far_it_is_and_one_in_trouble_why(self) -> None:
        async with shown(size=LARGE) as screen:
            assert "64 %  loss 0.2133" in screen.line_with("train[lr=0.1]")
            assert "evicted 2" in screen.line_with("train[lr=0.01]")
            assert "node-2 low on memory" in screen.line_with("train[lr=0.01]")
            assert "again in 12s" in screen.line_with("train[lr=10]")

    async def test_a_join_stands_once_under_its_last_parent_and_names_the_others(self) -> None:
        async with shown(size=LARGE) as screen:
            assert screen.text.count("pick_best") == 1
            assert "also after train[lr=0.1]" in screen.line_with("pick_best")

    async def test_quiet_siblings_beyond_a_dozen_are_folded_with_their_states(self) -> None:
        async with shown(size=LARGE) as screen:
            assert "succeeded" in screen.line_with("more")
            await screen.until("train[lr=10]")

    async def test_the_logs_of_a_mapped_step_are_those_of_all_its_items(self) -> None:
        async with shown(FakeStore([forked(known=True)], now=NOW)) as screen:
            await screen.press("enter", "j", "j", "j", "j")
            query = screen.store.logs.key
            assert isinstance(query, LogQuery)
            assert (query.step, query.slug) == ("score", "")
            await screen.press("j")
            query = screen.store.logs.key
            assert isinstance(query, LogQuery)
            assert (query.step, query.slug) == ("score[0]", "score-0")

    async def test_a_change_in_the_store_is_on_screen_after_the_next_tick(self) -> None:
        async with shown() as screen:
            ended = screen.store.fake_board.runs[0].model_copy(update={"state": RunState.FAILED, "finished": NOW})
            screen.store.fake_board.give([ended, *screen.store.fake_board.runs[1:]])
            await screen.settle()
            assert "failed" in screen.line_with("train-churn-7f3a  ")

    async def test_steps_of_a_run_that_ended_unseen_are_not_shown_as_they_were(self) -> None:
        async with shown() as screen:
            first, *others = screen.store.fake_board.runs
            assert screen.runs.step_tree.line_count
            await screen.press("j")
            ended = first.model_copy(update={"state": RunState.FAILED, "finished": NOW})
            screen.store.fake_board.give([ended, *others])
            known = screen.store.views.pop((first.namespace, first.run))
            await screen.press("k")
            assert screen.runs.table.cursor_key.endswith(first.run)
            assert not screen.runs.step_tree.line_count
            screen.store.views[(first.namespace, first.run)] = known.model_copy(update={"state": RunState.FAILED})
            await screen.press("j", "k")
            assert screen.runs.step_tree.line_count

    async def test_a_change_is_also_seen_below_a_dialog(self) -> None:
        async with shown() as screen:
            await screen.press("S")
            ended = [run.model_copy(update={"state": RunState.FAILED}) for run in screen.store.fake_board.runs]
            screen.store.fake_board.give(ended)
            screen.store.now += 1
            await screen.until(f"{len(ended)} failed")
            assert isinstance(screen.app.screen, ConfirmScreen)

    async def test_a_log_keeps_as_many_lines_as_the_config_file_says(self) -> None:
        run = "train-churn-7f3a"
        lines = [LogLine(NOW - 2_000 + number, f"{run}-load-1", "load", run, "line") for number in range(1_200)]
        config = Config(logs=Logs(lines=1_000))
        async with shown(FakeStore(every_state(), lines=lines, now=NOW), config=config) as screen:
            assert (len(screen.runs.log_pane.entries), screen.runs.log_pane.dropped) == (1_000, 200)


class TestStates:
    async def test_connecting(self) -> None:
        async with shown(FakeStore(connected=False, now=NOW)) as screen:
            await screen.until("Connecting ...")
            assert "connecting" in screen.text.splitlines()[0]

    async def test_a_connection_that_fails_is_told_with_what_to_do(self) -> None:
        error = UnreachableError("No kubeconfig was found.", hint="Set KUBECONFIG.")
        async with shown(FakeStore(connected=False, error=error, now=NOW)) as screen:
            await screen.until("No kubeconfig was found.")
            await screen.until("Set KUBECONFIG.")
            assert "not connected" in screen.text.splitlines()[0]

    async def test_loading(self) -> None:
        async with shown(FakeStore(freshness=Freshness(connected=True), now=NOW)) as screen:
            await screen.until("Loading the runs of namespace ml-team")

    async def test_no_runs_says_how_to_start_one(self) -> None:
        async with shown(FakeStore(now=NOW), LARGE) as screen:
            await screen.until("There are no runs in namespace ml-team yet.")
            await screen.until("k8stui run FILE.py")

    async def test_forbidden_names_the_missing_right(self) -> None:
        error = ForbiddenError("You may not list configmaps in ml-team.", hint="Ask for the verb list.")
        async with shown(FakeStore(freshness=Freshness(error=error), now=NOW)) as screen:
            await screen.until("You may not list configmaps in ml-team.")
            await screen.until("Ask for the verb list.")
            assert "not allowed" in screen.text.splitlines()[0]

    async def test_no_log_lines_are_not_promised_of_a_run_that_has_ended(self) -> None:
        async with shown(FakeStore(every_state(), now=NOW)) as screen:
            await screen.until("No log lines yet.")
            await screen.press("j")
            await screen.until("No log lines: the run wrote none, or they went with its pods.")

    async def test_disconnected_keeps_the_last_runs_and_tells_their_age(self) -> None:
        lost = Freshness(synced=True, lost_for=42.0, error=UnreachableError("No answer."))
        async with shown(FakeStore(every_state(), freshness=lost, now=NOW)) as screen:
            await screen.until("train-churn-7f3a")
            assert "lost 42s ago" in screen.text.splitlines()[0]


class TestHostileText:
    async def test_names_and_log_lines_cannot_reach_the_terminal(self) -> None:
        bad = "\x1b]0;owned\x07\x1b[31mred[/bold]\u202egnp"
        views = every_state()
        steps = tuple(step.model_copy(update={"why": bad, "name": step.name + bad}) for step in views[0].steps[:2])
        views[0] = views[0].model_copy(update={"steps": steps, "why": bad, "pipeline": bad, "submitted_by": bad})
        lines = [line._replace(text=bad, step=bad) if hasattr(line, "_replace") else line for line in log_lines()[:3]]
        async with shown(FakeStore(views, lines=lines, now=NOW), LARGE) as screen:
            for key in ("enter", "d", "q", "l", "S"):
                await screen.press(key)
                assert "\x1b" not in screen.text
                assert "\x07" not in screen.text
                assert "\u202e" not in screen.text


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
async def test_every_theme_draws_every_state(theme: str) -> None:
    async with shown(usual_store(), theme=theme) as screen:
        for word in ("running", "failed", "pending", "paused", "stopping", "succeeded", "stopped"):
            assert word in screen.text


async def test_a_connection_that_says_nothing_for_long_is_doubted() -> None:
    silent = Freshness(synced=True, connected=True, age=130.0)
    async with shown(FakeStore(every_state(), freshness=silent, now=NOW)) as screen:
        assert "silent for 130s" in screen.text.splitlines()[0]
        assert "live" not in screen.text.splitlines()[0]
