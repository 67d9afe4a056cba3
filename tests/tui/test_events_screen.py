"""The screen of events: where its keys lead."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.harness import events_store, shown
from tests.tui.sample_events import every_event


async def test_enter_goes_to_the_object_on_its_own_screen() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4", "enter")
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
        await screen.press("4", "enter")
        assert "The pod train-churn-7f3a-train-4-1 is gone." in screen.text


async def test_an_event_that_is_said_again_moves_up_and_keeps_the_cursor() -> None:
    store = events_store()
    async with shown(store) as screen:
        await screen.press("4", "j")
        newer = every_event()
        again = replace(newer[1], event=replace(newer[1].event, count=43, time=store.now))
        store.fake_events.give([again, newer[0], *newer[2:]])
        await screen.settle()
        assert screen.events.table.cursor_line == 0
        assert "43" in screen.line_with("BackOff")


async def test_warnings_alone_or_those_of_one_object() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4", "x")
        assert "5 of 10" in screen.text
        await screen.press("x", "E")
        assert "/object:pod/train-churn-7f3a-train-4-1" in screen.text
        assert "1 of 10" in screen.text
        await screen.press("E")
        assert "EVENTS   10" in screen.text


async def test_what_cannot_be_asked_why_says_so() -> None:
    async with shown(events_store()) as screen:
        await screen.press("4", "G", "w")
        assert "Only pods, runs and schedules can be asked why" in screen.text
