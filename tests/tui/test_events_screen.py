"""The screen of events: where its keys lead."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.fakes import FakeStore
from tests.tui.harness import events_store, shown
from tests.tui.sample_events import every_event
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state
from tests.tui.sample_schedules import every_schedule
from tests.tui.sample_troubles import every_trouble


async def test_enter_goes_to_the_object_on_its_own_screen() -> None:
    schedules = every_schedule()
    store = FakeStore(every_state(), pods=every_pod(), events=every_event(), schedules=schedules, now=NOW)
    async with shown(store) as screen:
        await screen.press("4", "tab", "enter")
        assert screen.pods.candidate is not None
        assert screen.pods.candidate.pod.name == "train-churn-7f3a-train-4-1"
        await screen.press("4", "g", *["j"] * 8, "enter")
        assert screen.frame.TITLE_OF_SCREEN == "Schedules"
        await screen.press("4", "G", "enter")
        assert "YAML: PersistentVolumeClaim scratch" in screen.text


async def test_a_pod_that_is_gone_is_said_to_be() -> None:
    store = events_store()
    async with shown(store) as screen:
        store.fake_pods.give(())
        await screen.press("4", "tab", "enter")
        assert "The pod train-churn-7f3a-train-4-1 is gone." in screen.text


async def test_an_event_that_is_said_again_moves_up_and_keeps_the_cursor() -> None:
    store = events_store()
    async with shown(store) as screen:
        await screen.press("4", "tab", "j")
        newer = every_event()
        again = replace(newer[1], event=replace(newer[1].event, count=43, time=store.now))
        store.fake_events.give([again, newer[0], *newer[2:]])
        await screen.settle()
        assert screen.events.table.cursor_line == 0
        assert "43" in screen.line_with("Warning  BackOff")


async def test_warnings_alone_or_those_of_one_object() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4", "tab", "x")
        assert "5 of 10" in screen.text
        await screen.press("x", "E")
        assert "/object:pod/train-churn-7f3a-train-4-1" in screen.text
        assert "1 of 10" in screen.text
        await screen.press("E")
        assert "EVENTS   10" in screen.text


async def test_what_cannot_be_asked_why_says_so() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4", "tab", "G", "w")
        assert "Only pods, runs and schedules can be asked why" in screen.text


async def test_a_trouble_leads_to_what_is_in_it_and_to_all_of_them_where_they_are_many() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4", "enter")
        assert screen.runs.run is not None
        assert screen.runs.run.run == "etl-daily-91bc"
        await screen.press("4", "j", "enter")
        assert "/status:evicted reason:evicted" in screen.text.lower()
        assert "9 of 16" in screen.text
        await screen.press("4", "G", "enter")
        assert "YAML: Node node-2" in screen.text


async def test_details_follow_the_pane_that_had_the_focus_last() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4")
        assert "What to do: Raise pod_settings.resources.limits.memory" in screen.text
        await screen.press("tab")
        assert "found for incoming pod" in screen.text
        await screen.press("tab")
        assert "found for incoming pod" in screen.text
        await screen.press("tab", "j")
        assert "score-eu-22aa-part-8-1" in screen.text


async def test_what_is_wrong_is_filtered_by_words_and_said_when_it_cannot_be_told() -> None:
    store = events_store()
    async with shown(store) as screen:
        await screen.press("4")
        await screen.type("/queued nodes")
        await screen.press("enter")
        assert "1 of 5" in screen.text
        assert "pod train-churn-7f3a-train-4-1" in screen.text
        await screen.press("escape")
        assert "schedule hourly-etl" in screen.text
        store.fake_troubles.left_out = ("You may not list nodes: what is wrong with them is not told.",)
        store.fake_troubles.troubles = every_trouble()[:1]
        await screen.settle()
        assert "You may not list nodes" in screen.text
        store.fake_troubles.troubles = []
        await screen.settle()
        assert "Nothing is wrong, as far as can be seen." in screen.text
