"""The Runs screen under a person's hands: filters, moving about, acts and commands."""

from __future__ import annotations

from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.viewer import ViewerScreen
from tests.tui.harness import LARGE, NARROW, USUAL, shown


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
