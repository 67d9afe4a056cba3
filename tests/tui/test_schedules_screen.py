"""The Schedules screen: what it shows of schedules, their runs and their details, and what its keys do."""

from __future__ import annotations

import pytest

from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, InvalidInputError, UnreachableError
from k8stui_tui.place import Place
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.schedules.backfilling import read
from tests.tui.fakes import FakeStore
from tests.tui.harness import LARGE, NARROW, USUAL, schedules_store, shown
from tests.tui.sample_runs import NOW, every_state
from tests.tui.sample_schedules import NIGHTLY, at, every_schedule, firing_name, schedule, their_firings

TO_NIGHTLY = ("3", "j", "j", "j")


class TestWhatItShows:
    async def test_each_schedule_has_a_word_for_how_it_is(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3")
            assert "running 1" in screen.line_with("*/5 * * * *")
            assert "failing" in screen.line_with("0 13 * * *")
            assert "never fires" in screen.line_with("0 0 30 2 *")
            assert "active" in screen.line_with("30 2 * * *")
            assert "suspended" in screen.line_with("0 6 * * mon")

    async def test_it_tells_what_became_of_the_last_runs_and_what_was_missed(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3")
            line = screen.line_with("0 13 * * *")
            assert "failed" in line
            assert "2/4" in line
            assert line.split()[-2:] == ["2", "ada"]

    async def test_the_time_to_the_next_firing_is_counted_down(self) -> None:
        store = schedules_store()
        async with shown(store, LARGE) as screen:
            await screen.press("3")
            assert "2m29s" in screen.line_with("*/5 * * * *")
            store.now = at("2026-11-25 14:04:52")
            await screen.settle()
            assert "8s" in screen.line_with("*/5 * * * *")
            store.now = at("2026-11-25 14:05:01")
            await screen.settle()
            assert "now" in screen.line_with("*/5 * * * *")

    async def test_a_schedule_that_zenml_made_says_so(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3")
            assert screen.line_with("@weekly").split()[-1] == "zenml"

    async def test_its_runs_stand_with_the_times_they_were_due_at(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press(*TO_NIGHTLY)
            failed = screen.line_with(firing_name(NIGHTLY, at("2026-11-23 01:30")))
            assert "failed" in failed
            assert "Mon 23 Nov 01:30" in failed
            assert "exit code 137" in failed
            assert "by hand" in screen.line_with(f"{NIGHTLY}-k3q9x")

    async def test_details_tell_the_times_to_come_in_both_zones(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press(*TO_NIGHTLY)
            assert "Europe/Berlin" in screen.line_with("here, UTC")
            assert "Thu 26 Nov 02:30  Thu 26 Nov 01:30  in 11h27m" in screen.text

    async def test_one_column_of_times_is_enough_where_both_zones_are_the_same(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3")
            assert "here, UTC" not in screen.text
            assert "Wed 25 Nov 14:05  in 2m" in screen.text

    async def test_details_tell_what_may_surprise_and_what_was_changed(self) -> None:
        async with shown(schedules_store(), (200, 90)) as screen:
            await screen.press(*TO_NIGHTLY)
            assert "28 Mar 2027 02:30 does not exist in Europe/Berlin" in screen.text
            assert "2h00m ago by grace" in screen.text
            assert "cron: 0 2 * * * -> 30 2 * * *" in screen.text
            assert 'param.day: nothing -> "yesterday"' in screen.text
            assert '"yesterday"' in screen.line_with("day  ")

    async def test_details_tell_what_the_expression_means_and_who_else_is_at_work_then(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press(*TO_NIGHTLY)
            assert "At 02:30" in screen.line_with("means")
            assert "digest also starts at 02:30 (Europe/Berlin)" in screen.text

    async def test_a_suspended_one_tells_when_it_would_fire(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3", *"jjjj")
            assert "It is suspended: P resumes it." in screen.text
            assert "It would fire, were it not suspended:" in screen.text
            assert "Mon 30 Nov 06:00" in screen.text

    async def test_what_it_missed_is_said_above_all(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3", "j")
            assert "It should have fired 2 times and has not: w tells why." in screen.text

    async def test_a_time_that_passed_gives_way_to_the_next(self) -> None:
        store = schedules_store()
        async with shown(store, LARGE) as screen:
            await screen.press("3")
            store.now = at("2026-11-25 14:05:01")
            await screen.settle()
            await screen.settle()
            assert "14:05  in" not in screen.text
            assert "Wed 25 Nov 14:10  in 4m" in screen.text

    async def test_all_namespaces_have_a_column(self) -> None:
        place = Place("prod-eu", "ml-team", everywhere=True)
        store = FakeStore(schedules=[schedule("a", namespace="search", cron="0 1 * * *")], now=NOW, place=place)
        async with shown(store, LARGE) as screen:
            await screen.press("3")
            assert "search" in screen.line_with("0 1 * * *")

    async def test_a_filter_looks_at_words_and_fields(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("3")
            await screen.type("/status:failing")
            assert [row.key for row in screen.schedules.table.rows] == ["ml-team/etl-daily-x2k1"]
            assert "1 of 6" in screen.text
            await screen.press("escape")
            assert len(screen.schedules.table.rows) == 6

    async def test_a_small_terminal_shows_one_pane_at_a_time(self) -> None:
        async with shown(schedules_store(), NARROW) as screen:
            await screen.press(*TO_NIGHTLY)
            assert "DETAILS" not in screen.text
            await screen.press("enter")
            assert "SCHEDULES" not in screen.text
            assert "Mon 23 Nov 01:30" in screen.text
            await screen.press("tab")
            assert "here, UTC" in screen.text
            await screen.press("escape", "escape")
            assert "SCHEDULES" in screen.text


class TestCalendar:
    async def test_the_coming_day_and_week_are_shown_with_what_piles_up(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3", "K")
            await screen.until("Wed 25 Nov 14:02 to Thu 26 Nov 14:02")
            await screen.until("Wed 25 Nov 14:02 to Wed 02 Dec 14:02")
            assert "digest, nightly-churn" in screen.text

    async def test_so_many_days_as_are_typed(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.press("3")
            await screen.type(":calendar 3")
            await screen.press("enter")
            await screen.until("Wed 25 Nov 14:02 to Sat 28 Nov 14:02")

    async def test_days_that_are_none_are_refused(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("3")
            await screen.type(":calendar 99")
            await screen.press("enter")
            await screen.until(":calendar takes days, 1 to 31, not 99.")


class TestStates:
    async def test_connecting(self) -> None:
        async with shown(FakeStore(connected=False, now=NOW)) as screen:
            await screen.press("3")
            await screen.until("Connecting ...")

    async def test_loading(self) -> None:
        async with shown(FakeStore(of_schedules=Freshness(connected=True), now=NOW)) as screen:
            await screen.press("3")
            await screen.until("Loading the schedules of namespace ml-team")
            assert "loading" in screen.text.splitlines()[0]

    async def test_none_says_how_to_make_one(self) -> None:
        async with shown(FakeStore(now=NOW), LARGE) as screen:
            await screen.press("3")
            await screen.until("There are no schedules in namespace ml-team yet.")
            await screen.until("k8stui schedule create FILE.py")

    async def test_a_list_that_is_forbidden_is_told_here_while_runs_are_there(self) -> None:
        error = ForbiddenError("You may not list cronjobs in ml-team.", hint="Ask for the verb list.")
        async with shown(FakeStore(every_state(), of_schedules=Freshness(error=error), now=NOW)) as screen:
            await screen.press("3")
            await screen.until("Not allowed to list schedules in namespace ml-team.")
            await screen.until("Ask for the verb list.")
            assert "not allowed" in screen.text.splitlines()[0]
            await screen.press("1")
            assert "live" in screen.text.splitlines()[0]

    async def test_a_board_that_cannot_be_opened_is_told_here(self) -> None:
        store = FakeStore(every_state(), now=NOW)
        store.fails = UnreachableError("No answer.")
        async with shown(store) as screen:
            await screen.press("3")
            await screen.until("The schedules of namespace ml-team cannot be read.")
            await screen.until("No answer.")

    async def test_disconnected_keeps_what_was_last_seen(self) -> None:
        lost = Freshness(synced=True, lost_for=42.0, error=UnreachableError("No answer."))
        async with shown(FakeStore(schedules=every_schedule(), of_schedules=lost, now=NOW)) as screen:
            await screen.press("3")
            await screen.until("Shown is what was last seen; trying again. No answer.")
            assert "lost 42s ago" in screen.text.splitlines()[0]
            assert NIGHTLY in screen.text


class TestGoing:
    async def test_enter_on_a_run_goes_to_it_on_the_runs_screen(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press(*TO_NIGHTLY, "enter", "j", "j", "enter")
            assert screen.runs.table.cursor_key == f"ml-team/{firing_name(NIGHTLY, at('2026-11-25 01:30'))}"

    async def test_a_run_without_a_record_says_so(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("3", "enter", "enter")
            await screen.until("has no record yet, it has not begun.")
            assert screen.schedules.run_table.has_focus

    async def test_both_screens_are_as_they_were_left(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.type("/etl")
            await screen.press("enter", "j", "j", *TO_NIGHTLY)
            await screen.press("1")
            assert screen.runs.table.cursor_line == 2
            assert screen.runs.filter_of(screen.runs.table) == "etl"
            await screen.press("3")
            assert screen.schedules.table.cursor_line == 3

    async def test_logs_are_those_of_its_newest_run(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press(*TO_NIGHTLY, "l")
            assert screen.runs.table.cursor_key == "ml-team/train-churn-7f3a"
            assert "/schedule:nightly-churn" in screen.text
            await screen.until("epoch 40/40")

    async def test_logs_are_those_of_the_newest_run_also_when_it_came_after_the_others(self) -> None:
        store = schedules_store()
        late = their_firings()[NIGHTLY]
        store.fake_schedules.give_firings(NIGHTLY, late[2:])
        async with shown(store) as screen:
            await screen.press(*TO_NIGHTLY)
            store.fake_schedules.give_firings(NIGHTLY, late[1:])
            await screen.settle()
            assert screen.schedules.run_table.cursor_line == 1
            await screen.press("l")
            assert screen.runs.table.cursor_key == f"ml-team/{NIGHTLY}-k3q9x"

    async def test_logs_of_an_older_run_are_reached_from_the_runs(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press(*TO_NIGHTLY, "enter", "j", "l")
            assert screen.runs.table.cursor_key == f"ml-team/{NIGHTLY}-k3q9x"

    async def test_logs_are_there_once_after_coming_back(self) -> None:
        async with shown(schedules_store(), LARGE) as screen:
            await screen.until("epoch 40/40")
            lines = len(screen.runs.log_pane.ring.lines)
            await screen.press("3", "1")
            await screen.until("epoch 40/40")
            assert len(screen.runs.log_pane.ring.lines) == lines

    async def test_from_a_run_to_its_schedule(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("p")
            assert screen.schedules.table.cursor_key == "ml-team/nightly-churn"

    async def test_a_run_by_hand_has_none(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("j", "p")
            await screen.until("etl-daily-91bc was started by hand, not by a schedule.")

    async def test_a_schedule_that_is_gone_is_said_to_be(self) -> None:
        async with shown(FakeStore(every_state(), now=NOW)) as screen:
            await screen.press("p")
            await screen.until("The schedule nightly-churn is gone.")

    async def test_commands_go_there_by_every_name(self) -> None:
        for name in ("schedules", "schedule", "sched", "cronjobs", "cj"):
            async with shown(schedules_store()) as screen:
                await screen.type(f":{name}")
                await screen.press("enter")
                assert screen.schedules.table.rows


class TestActs:
    async def test_deleting_one_with_a_run_that_goes_on_asks_what_becomes_of_it(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("3", "D")
            assert isinstance(screen.app.screen, ConfirmScreen)
            assert "1 run goes on: what becomes of it?" in screen.text
            assert "let it run (1)" in screen.text
            await screen.press("enter")
            assert len(screen.app.screen_stack) == 1

    async def test_deleting_one_at_rest_asks_yes_or_no(self) -> None:
        async with shown(schedules_store(), USUAL) as screen:
            await screen.press(*TO_NIGHTLY, "D")
            assert "delete (y)" in screen.text
            await screen.press("1")
            assert isinstance(screen.app.screen, ConfirmScreen)

    async def test_starting_many_runs_asks_first(self) -> None:
        async with shown(schedules_store()) as screen:
            await screen.press("3", "space", "space", "t")
            await screen.until("Start a run of each of 2 schedules now?")


class TestBackfill:
    """What is typed after the command."""

    def test_two_moments_and_how_many_at_a_time(self) -> None:
        start, end, at_once = read("2026-11-01T00:00:00Z 2026-11-02T01:00:00+01:00 3")
        assert (start.timestamp(), end.timestamp(), at_once) == (at("2026-11-01 00:00"), at("2026-11-02 00:00"), 3)
        assert read("2026-11-01T00:00:00Z 2026-11-02T00:00:00Z")[2] == 1

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "two moments"),
            ("2026-11-01T00:00:00Z", "two moments"),
            ("2026-11-01T00:00:00Z 2026-11-02T00:00:00Z 0", "two moments"),
            ("2026-11-01T00:00:00Z 2026-11-02T00:00:00Z two", "two moments"),
            ("yesterday today", "is not a moment"),
            ("2026-11-01T00:00:00 2026-11-02T00:00:00Z", "an offset"),
        ],
    )
    def test_anything_else_is_told(self, typed: str, said: str) -> None:
        with pytest.raises(InvalidInputError, match=said):
            read(typed)
