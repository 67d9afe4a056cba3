"""The Runs screen: what it shows of runs, steps and logs, and what each key does."""

from __future__ import annotations

import pytest

from k8stui.control.freshness import Freshness
from k8stui.control.logs import LogQuery
from k8stui.control.logstream import LogLine
from k8stui.incluster.states import RunState
from k8stui.model.errors import ForbiddenError, UnreachableError
from k8stui_tui.config.model import Config, Logs
from k8stui_tui.place import Place
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.viewer import ViewerScreen
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


class TestFilter:
    async def test_typing_filters_at_once_and_escape_shows_all_again(self) -> None:
        async with shown() as screen:
            await screen.type("/etl status:failed")
            assert screen.runs.table.line_count == 1
            await screen.until("1 of 32")
            await screen.press("enter")
            assert screen.runs.table.has_focus
            await screen.press("escape")
            assert screen.runs.table.line_count == 32

    async def test_escape_while_typing_leaves_no_filter(self) -> None:
        async with shown() as screen:
            await screen.type("/etl")
            await screen.until("/etl")
            await screen.press("escape")
            await screen.settle()
            assert screen.runs.table.has_focus
            assert screen.runs.table.line_count == 32

    async def test_nothing_that_matches_says_so(self) -> None:
        async with shown() as screen:
            await screen.type("/nosuchrun")
            await screen.until("None of 32 runs matches 'nosuchrun'.")

    async def test_in_the_logs_it_searches(self) -> None:
        async with shown() as screen:
            await screen.press("l")
            await screen.type("/epoch 7/")
            await screen.press("enter")
            assert screen.runs.log_pane.found == 3
            await screen.until("3 lines with epoch 7/")

    async def test_in_the_logs_a_regular_expression_shows_or_hides(self) -> None:
        async with shown() as screen:
            await screen.press("l")
            await screen.press("ampersand")
            assert "only lines with a regular expression" in screen.text
            await screen.type("epoch [12]/ !loss=0.5")
            assert "5 of 120 lines" in screen.text
            await screen.type("(")
            assert "is no regular expression" in screen.text
            assert "5 of 120 lines" in screen.text
            await screen.press("enter")
            assert screen.runs.prompt.is_open
            await screen.press("backspace", "enter")
            assert not screen.runs.prompt.is_open
            assert "&epoch [12]/ !loss=0.5" in screen.line_with("LOGS")
            await screen.press("escape")
            assert screen.runs.log_pane.has_focus
            assert "120 lines" in screen.line_with("LOGS")
            await screen.press("ampersand", *"nothing", "enter")
            assert "None of 120 lines passes &nothing" in screen.text

    async def test_the_logs_begin_as_long_ago_as_is_wanted(self) -> None:
        async with shown() as screen:
            await screen.press("l")
            await screen.type(":since 20s")
            await screen.press("enter")
            assert "since 14:02:11 (20s) · 3 sources · 60 lines" in screen.line_with("LOGS")
            screen.store.now += 30
            await screen.press("k", "2", "1")
            assert "since 14:02:11 (20s) · 3 sources · 60 lines" in screen.line_with("LOGS")
            assert not screen.runs.log_pane.following
            await screen.type(":since 1s")
            await screen.press("enter")
            screen.store.lines.clear()
            await screen.press("right_square_bracket")
            assert "since 14:02:01 (1m)" in screen.line_with("LOGS")
            assert "No log lines since 14:02:01 (1m)." in screen.text
            await screen.type(":since soon")
            await screen.press("enter")
            assert ":since takes a span as 90s, 5m or 2h, or all, not soon." in screen.text

    async def test_logs_are_pinned_beside_those_of_what_the_cursor_is_on(self) -> None:
        async with shown(size=LARGE) as screen:
            await screen.press("enter", "j", "j", "l", "ampersand", *"epoch", "space", *"3", "enter", "x")
            pinned = screen.line_with("PINNED").split("PINNED")[1]
            assert "step:train[lr=0.1]" in pinned
            assert "&epoch 3" in pinned
            await screen.press("shift+tab", "shift+tab", "j")
            titles = screen.line_with("PINNED").split("PINNED")
            assert "step:train[lr=0.1]" in titles[1]
            assert "train[lr=0.1]" not in titles[0]
            await screen.press("tab", "tab", "x", "x")
            assert screen.line_with("PINNED").count("PINNED") == 2
            assert "2 logs are pinned already" in screen.text
            await screen.press("tab", "x")
            assert screen.runs.log_pane.has_focus
            assert screen.line_with("PINNED").count("PINNED") == 1
            assert screen.store.pinned[0].key is None
            await screen.press("2", "1")
            assert screen.store.pinned[1].key is not None
            assert "40 lines" not in screen.line_with("PINNED")


class TestMoving:
    async def test_enter_opens_the_steps_then_the_logs_and_escape_goes_back(self) -> None:
        async with shown() as screen:
            await screen.press("enter")
            assert screen.runs.step_tree.has_focus
            await screen.press("j", "j", "enter")
            assert screen.runs.log_pane.has_focus
            await screen.until("step:train[lr=0.1]")
            await screen.press("escape")
            assert screen.runs.step_tree.has_focus
            await screen.press("escape")
            assert screen.runs.table.has_focus

    async def test_tab_goes_round_the_panes(self) -> None:
        async with shown() as screen:
            await screen.press("tab", "tab")
            assert screen.runs.log_pane.has_focus
            await screen.press("tab")
            assert screen.runs.table.has_focus
            await screen.press("shift+tab")
            assert screen.runs.log_pane.has_focus

    async def test_the_cursor_decides_which_run_is_shown(self) -> None:
        async with shown(size=LARGE) as screen:
            await screen.press("j")
            assert screen.store.run.key == ("ml-team", "etl-daily-91bc")
            await screen.until("exit code 137, OOMKilled")
            await screen.press("G")
            assert screen.runs.table.cursor_line == 31

    async def test_the_logs_follow_the_step_under_the_trees_cursor(self) -> None:
        async with shown() as screen:
            await screen.press("enter", "j", "j")
            assert {entry.source for entry in screen.runs.log_pane.entries} == {"train[lr=0.1]"}

    async def test_shift_l_shows_the_whole_pipelines_logs_and_again_the_runs(self) -> None:
        async with shown() as screen:
            await screen.press("L")
            await screen.until("pipeline:train-churn")
            await screen.press("L")
            await screen.until("run:train-churn-7f3a")

    async def test_one_pane_at_a_time_on_a_small_terminal(self) -> None:
        async with shown(size=NARROW) as screen:
            await screen.until("RUNS")
            assert "STEPS   " not in screen.text.splitlines()[1]
            await screen.press("enter")
            await screen.until("load_data")
            assert "etl-daily-91bc" not in screen.text

    async def test_z_shows_a_pane_alone_and_all_again(self) -> None:
        async with shown() as screen:
            await screen.press("z")
            assert "load_data" not in screen.text
            await screen.press("z")
            await screen.until("load_data")

    async def test_a_resize_at_any_moment_keeps_cursor_and_pane(self) -> None:
        async with shown() as screen:
            await screen.press("enter", "j", "j")
            for width, height in (NARROW, (60, 12), LARGE, (30, 8), USUAL):
                await screen.pilot.resize_terminal(width, height)
                await screen.settle()
                assert screen.runs.step_tree.has_focus
                assert screen.runs.step_tree.cursor_key == "train[lr=0.1]"


class TestActs:
    async def test_stop_asks_first_and_no_is_the_answer_at_hand(self) -> None:
        async with shown() as screen:
            await screen.press("S")
            assert isinstance(screen.app.screen, ConfirmScreen)
            await screen.until("Stop run train-churn-7f3a?")
            await screen.pilot.press("enter")
            await screen.settle()
            assert not isinstance(screen.app.screen, ConfirmScreen)
            assert "Not connected" not in screen.text

    async def test_stop_is_not_offered_for_a_run_that_has_ended(self) -> None:
        async with shown() as screen:
            await screen.press("j", "S")
            assert not isinstance(screen.app.screen, ConfirmScreen)
            await screen.until("nothing to stop")

    async def test_pause_is_not_offered_for_a_run_that_has_ended(self) -> None:
        async with shown() as screen:
            await screen.press("j", "P")
            await screen.until("nothing to pause")

    async def test_delete_is_about_all_marked_runs_and_says_their_number(self) -> None:
        async with shown() as screen:
            await screen.press("space", "space", "D")
            await screen.until("Delete 2 runs")
            await screen.until("going on and will be stopped first")
            await screen.pilot.press("n")
            await screen.settle()
            await screen.until("2 marked")

    async def test_an_act_without_a_connection_is_an_error_and_no_crash(self) -> None:
        async with shown() as screen:
            await screen.press("S")
            await screen.pilot.press("y")
            await screen.settle()
            await screen.until("Not connected yet.")

    async def test_the_footer_offers_what_can_be_done_with_the_run(self) -> None:
        async with shown() as screen:
            assert "S stop" in screen.text.splitlines()[-1]
            await screen.press("j")
            assert "R retry" in screen.text.splitlines()[-1]
            assert "S stop" not in screen.text.splitlines()[-1]

    async def test_help_tells_the_keys_of_this_place(self) -> None:
        async with shown() as screen:
            await screen.press("question_mark")
            assert isinstance(screen.app.screen, ViewerScreen)
            for word in ("Stop the run", ":delete", "Order by the next column"):
                assert word in screen.app.screen.text.text
            await screen.pilot.press("q")
            await screen.settle()
            assert screen.runs.table.has_focus


class TestCommands:
    async def test_a_command_is_completed_and_carried_out(self) -> None:
        async with shown() as screen:
            await screen.type(":the")
            await screen.press("tab")
            await screen.type("light")
            await screen.press("enter")
            assert screen.app.theme == "light"
            assert screen.runs.table.has_focus

    async def test_a_wrong_command_says_what_was_meant_and_can_be_mended(self) -> None:
        async with shown() as screen:
            await screen.type(":stp")
            await screen.press("enter")
            await screen.until("There is no command :stp.")
            await screen.until("Did you mean :stop?")
            assert screen.runs.prompt.is_open

    async def test_a_wrong_argument_is_told(self) -> None:
        async with shown() as screen:
            await screen.type(":theme blue")
            await screen.press("enter")
            await screen.until(":theme takes dark, light, contrast or ansi, not blue.")

    async def test_the_palette_offers_what_can_be_done_here(self) -> None:
        async with shown() as screen:
            await screen.pilot.press("ctrl+p")
            await screen.pilot.pause()
            await screen.pilot.press(*"stop")
            await screen.until("Stop  (S)")
            await screen.pilot.press("escape", "escape")

    async def test_messages_are_kept(self) -> None:
        async with shown() as screen:
            await screen.press("j", "S")
            await screen.type(":messages")
            await screen.press("enter")
            assert isinstance(screen.app.screen, ViewerScreen)
            assert "nothing to stop" in screen.app.screen.text.text

    async def test_another_namespace_is_looked_at(self) -> None:
        async with shown() as screen:
            await screen.type(":ns other")
            await screen.press("enter")
            assert screen.store._namespace == "other"


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
