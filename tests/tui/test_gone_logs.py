"""Logs of pods that are gone, in the pane of a run and in that of a whole pipeline: each is told once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from k8stui.control.logs.gone import NO_STORE, RECENT
from k8stui.control.logs.stream import LogLine
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import RunSummaryView, RunView
from tests.tui.fakes import FakeLogFeed, FakeStore, as_summary
from tests.tui.harness import Shown, shown
from tests.tui.sample_runs import NOW, every_state


def told(screen: Shown) -> list[str]:
    """What the pane says of logs."""
    return [entry.text for entry in screen.runs.log_pane.entries if entry.note]


def ended_pods(views: list[RunView]) -> set[str]:
    """Pods that may have written something and have ended."""
    attempts = [one for view in views for step in view.steps for one in step.attempts]
    return {one.pod for one in attempts if one.started and one.finished and not one.silent}


async def test_logs_that_went_with_their_pods_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLogFeed, "seen", ())
    async with shown(FakeStore(every_state(), now=NOW)) as screen:
        await screen.press("j", "l")
        await screen.settle()
        notes = [entry for entry in screen.runs.log_pane.entries if entry.note]
        assert len(notes) == len(set(notes)) > 1
        assert "is gone, and its log with it: the run has no artifact store" in screen.text
        assert notes == sorted(notes, key=lambda note: note.time or 0.0)
        await screen.press("left_square_bracket", "right_square_bracket")
        assert [entry for entry in screen.runs.log_pane.entries if entry.note] == notes


async def test_a_pod_that_goes_with_the_rest_of_its_log_while_nobody_looks_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = every_state()[0]
    ended = [(step, one) for step in view.steps for one in step.attempts if one.finished and not one.silent]
    (step, partly), (other, whole) = ended[:2]
    lines = [
        LogLine((one.finished or 0.0) - 1, one.pod, of.name, view.run, "a line")
        for of, one in ((step, partly), (other, whole))
    ]
    monkeypatch.setattr(FakeLogFeed, "whole", frozenset({whole.pod}))
    async with shown(FakeStore([view], lines=lines, now=NOW)) as screen:
        await screen.press("2")
        monkeypatch.setattr(FakeLogFeed, "seen", ())
        for _ in range(2):
            await screen.press("1")
            await screen.settle()
            texts = [entry.text for entry in screen.runs.log_pane.entries]
            assert texts.count("a line") == 2
            cut = [text for text in texts if "was deleted while its log was not followed" in text]
            begin = f"pod {partly.pod} was deleted while its log was not followed: what it wrote last may be missing"
            assert cut == [f"{begin}: {NO_STORE}"]
            assert not any(whole.pod in text for text in texts)
            await screen.press("2")


async def test_a_pipelines_logs_tell_of_the_pods_of_its_newest_runs_that_are_gone_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeLogFeed, "seen", ())
    views = [view for view in every_state() if view.pipeline == "etl-daily"]
    async with shown(FakeStore(every_state(), now=NOW)) as screen:
        await screen.press("j", "L")
        await screen.settle()
        await screen.until("pipeline:etl-daily")
        notes = told(screen)
        gone = {note.split()[1] for note in notes if note.startswith("pod ")}
        assert gone == ended_pods(views[:RECENT])
        earlier = f"of {len(views) - RECENT} earlier runs only pods that are there are shown"
        others = [note for note in notes if not note.startswith("pod ")]
        assert others == [f"{earlier}: the logs of each run tell of those that are gone"]
        await screen.press("2")
        await screen.press("1")
        await screen.settle()
        assert told(screen) == notes


async def test_a_run_of_a_pipeline_is_looked_at_again_when_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look_at = FakeLogFeed.look_at

    def noted(feed: FakeLogFeed, runs: Sequence[RunSummaryView]) -> None:
        asked.extend(run.run for run in runs)
        look_at(feed, runs)

    monkeypatch.setattr(FakeLogFeed, "look_at", noted)
    running, stopping, ended = (view for view in every_state() if view.pipeline == "train-churn")
    store = FakeStore([running, stopping, ended], now=NOW)
    async with shown(store) as screen:
        await screen.press("L")
        await screen.settle()
        assert asked == [running.run, stopping.run, ended.run]
        stopped = stopping.model_copy(update={"state": RunState.STOPPED, "finished": NOW})
        store.fake_board.give([as_summary(view) for view in (running, stopped, ended)])
        await screen.settle()
        assert asked[3:] == [stopping.run]
