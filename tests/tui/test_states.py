"""What each pane says while its data are not there: loading, none, none that match, not allowed, not connected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from k8stui.cluster.subject import Where
from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, K8stuiError, UnreachableError
from k8stui_tui.screens.runs.states import lagging, no_steps_text
from k8stui_tui.screens.saying import why_board_empty
from k8stui_tui.screens.status import why_stale
from tests.tui.fakes import LIVE, FakeRunFeed, FakeStore
from tests.tui.harness import TIGHT, shown
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state, log_lines
from tests.tui.sample_schedules import every_schedule

if TYPE_CHECKING:
    from k8stui.control.runs.board import RunBoard

NO_ANSWER = UnreachableError("No answer from https://prod-eu.", hint="Is the VPN up?")
FORBIDDEN = ForbiddenError("You may not do that.", hint="verb list is missing")
LOST = Freshness(synced=True, error=NO_ANSWER, lost_for=42.0, age=42.0)


def said(noun: str, store: FakeStore, *, total: int = 0, filtered: str = "") -> str:
    boards: dict[str, Any] = {"pods": store.pods, "schedules": store.schedules, "events": store.events}
    for look in (store.look_at_pods, store.look_at_schedules, store.look_at_events):
        look()
    text, _ = why_board_empty(store, noun, boards[noun], total=total, filtered=filtered, create="Make one.")
    return text


@pytest.mark.parametrize("noun", ["pods", "schedules", "events"])
def test_an_empty_table_says_why(noun: str) -> None:
    def store(fresh: Freshness) -> FakeStore:
        return FakeStore(of_pods=fresh, of_schedules=fresh, of_events=fresh)

    assert said(noun, FakeStore(connected=False)) == "Connecting ..."
    assert said(noun, FakeStore(connected=False, error=NO_ANSWER)) == (
        "Not connected.\nNo answer from https://prod-eu.\nIs the VPN up?\nTrying again ..."
    )
    assert said(noun, store(Freshness(connected=True))) == f"Loading the {noun} of namespace ml-team ..."
    assert said(noun, store(Freshness(error=FORBIDDEN))) == (
        f"Not allowed to list {noun} in namespace ml-team.\nYou may not do that.\nverb list is missing\n"
        "Another namespace: :ns NAME"
    )
    assert said(noun, store(Freshness(error=NO_ANSWER))).startswith("The cluster does not answer.\nNo answer")
    assert said(noun, store(LOST)) == (
        f"There were no {noun} in namespace ml-team when they were last seen.\nTrying again ..."
    )
    assert said(noun, store(LIVE)) == f"There are no {noun} in namespace ml-team yet.\nMake one."
    assert said(noun, store(LIVE), total=3, filtered="x") == f"None of 3 {noun} matches 'x'.\nesc shows all of them."
    broken = store(LIVE)
    broken.fails = K8stuiError("A defect.")
    assert said(noun, broken) == f"The {noun} of namespace ml-team cannot be read.\nA defect.\nTrying again ..."


def following(view: Any, error: K8stuiError | None = None, **fresh: Any) -> FakeStore:
    store = FakeStore(every_state())
    feed: Any = FakeRunFeed(view)
    feed.error, feed.freshness = error, replace(LIVE, **fresh)
    store.run.current = feed
    return store


def test_a_tree_without_steps_says_why() -> None:
    view = every_state()[0]
    assert no_steps_text(FakeStore(), "ml-team/r")[0] == "Loading its steps ..."
    assert no_steps_text(following(None, FORBIDDEN), "ml-team/r")[0].splitlines()[:2] == [
        "The run cannot be read.", "You may not do that."]  # fmt: skip
    assert no_steps_text(following(view), "ml-team/r", filtered="x")[0].startswith("None of ")
    assert "Its plan is gone" in no_steps_text(following(view.model_copy(update={"steps": ()})), "ml-team/r")[0]
    unopened = FakeStore()
    unopened.run.error = NO_ANSWER
    assert no_steps_text(unopened, "ml-team/r")[0].startswith("The run cannot be read.\nNo answer")


def test_steps_that_lag_behind_the_runs_are_said_to() -> None:
    view = every_state()[0]
    assert lagging(following(view, FORBIDDEN)) == "The steps are as they were last seen. You may not do that."
    assert lagging(following(view, NO_ANSWER, lost_for=1.0)) == "", "a watch is opened again at once"
    assert lagging(following(view, NO_ANSWER, lost_for=9.0)).endswith("No answer from https://prod-eu.")
    assert lagging(following(view)) == lagging(following(None, FORBIDDEN)) == ""
    lost = following(view, NO_ANSWER, lost_for=9.0)
    lost.fake_board.freshness = LOST
    assert lagging(lost) == "", "the line at the top says it of everything"


async def test_what_was_last_seen_stays_with_its_age_on_every_screen() -> None:
    store = FakeStore(
        every_state(), schedules=every_schedule(), lines=log_lines(), now=NOW, freshness=LOST, of_schedules=LOST
    )
    store.fake_pods.freshness = store.fake_events.freshness = LOST
    async with shown(store) as screen:
        for key in "1234":
            await screen.press(key)
            head, note, *_ = screen.text.splitlines()
            assert "lost 42s ago" in head
            assert note.strip() == "Shown is what was last seen; trying again. No answer from https://prod-eu."
        assert "There were no events in namespace ml-team when they were last seen." in screen.text
        await screen.press("3")
        assert "nightly-churn" in screen.text
        await screen.press("1")
        assert "train-churn-7f3a" in screen.text
        feed: Any = store.logs.current
        feed.error = NO_ANSWER
        await screen.settle()
        assert "cut off, trying again" in screen.line_with("LOGS")


@TIGHT
async def test_why_nothing_comes_is_read_to_its_end_on_a_narrow_terminal(size: tuple[int, int]) -> None:
    where = Where("arn:aws:eks:eu-west-1:012345678901:cluster/prod", "https://0123456789AB.gr7.eks.amazonaws.com:6443")
    said = "were not accepted: the server has asked for the client to provide credentials, and the end says most."
    lost = replace(LOST, error=UnreachableError(f"The credentials for {where} {said}"))
    told = f"Shown is what was last seen; trying again. The credentials for the cluster {said}"
    assert why_stale(lost, None, cut_off=False) == told
    refused = UnreachableError(f"No connection to {Where('', 'https://10.0.0.1:6443')}: Connection refused.")
    assert why_stale(None, refused, cut_off=True).endswith("No connection to the cluster: Connection refused.")
    async with shown(FakeStore(every_state(), now=NOW, freshness=lost), size) as screen:
        assert told in " ".join(line.strip() for line in screen.text.splitlines()[1:4])
        screen.store.fake_board.freshness = LIVE
        await screen.settle()
        assert "RUNS" in screen.text.splitlines()[1], "it takes no room any more"


async def test_while_a_connection_is_made_anew_what_was_seen_stays_and_goes_on_afterwards() -> None:
    lines = [line for view in every_state() for line in log_lines(view.run)]
    store = FakeStore(every_state(), pods=every_pod(), lines=lines, now=NOW)

    def lose() -> None:
        store.board, store.error = None, NO_ANSWER
        store.look_away()
        store.pods.to(None, None)

    async with shown(store) as screen:
        await screen.press("j", "j")
        run, log = screen.runs.table.cursor_key, screen.runs.log_pane
        shown_lines = list(log.entries)
        assert len(shown_lines) == len(log_lines())
        lose()
        await screen.settle()
        head, note, *_ = screen.text.splitlines()
        assert "not connected" in head
        assert note.strip() == f"Shown is what was last seen; trying again. {NO_ANSWER.message}"
        assert "cut off, trying again" in screen.line_with("LOGS")
        store.board, store.error = cast("RunBoard", store.fake_board), None
        await screen.settle()
        assert (screen.runs.table.cursor_key, list(log.entries)) == (run, shown_lines)
        assert "cut off" not in screen.text
        assert "last seen" not in screen.text
        await screen.press("2", "j", "j")
        pod, shown_lines = screen.pods.table.cursor_key, list(screen.pods.log_pane.entries)
        assert len(shown_lines) == len(lines)
        lose()
        await screen.settle()
        assert list(screen.pods.log_pane.entries) == shown_lines
        store.board, store.error = cast("RunBoard", store.fake_board), None
        await screen.settle()
        assert (screen.pods.table.cursor_key, list(screen.pods.log_pane.entries)) == (pod, shown_lines)


async def test_what_is_not_there_yet_is_not_loading_where_nothing_can_come() -> None:
    store = FakeStore(every_state(), troubles=None, now=NOW)
    store.views.clear()
    async with shown(store) as screen:
        feed: Any = store.logs.current
        feed.loading = True
        await screen.settle()
        assert "Loading its steps ..." in screen.text
        assert "Loading the logs ..." in screen.text
        store.fake_board.freshness = LOST
        await screen.settle()
        assert "The run cannot be read now.\n" in no_steps_text(store, "ml-team/r")[0]
        assert "The logs cannot be read now: No answer from https://prod-eu." in screen.text
        await screen.press("4")
        assert "It cannot be told now what is wrong in namespace ml-team." in screen.text
        store.fake_board.freshness = Freshness(error=FORBIDDEN)
        await screen.settle()
        assert "Looking for what is wrong in namespace ml-team ..." in screen.text


async def test_runs_of_a_schedule_that_are_not_known_are_not_said_to_be_none() -> None:
    store = FakeStore(schedules=every_schedule(), now=NOW, freshness=Freshness(connected=True))
    async with shown(store) as screen:
        await screen.press("3")
        assert "Loading the runs of namespace ml-team ..." in screen.text
        store.fake_board.freshness = Freshness(error=FORBIDDEN)
        await screen.settle()
        assert "Not allowed to list runs in namespace ml-team." in screen.text
        store.fake_board.freshness = LIVE
        await screen.settle()
        assert "It has not run yet, or its runs were deleted." in screen.text


async def test_a_text_that_cannot_be_fetched_says_why_whatever_was_wrong() -> None:
    async def defect() -> str:
        raise KeyError("spec")

    async with shown() as screen:
        screen.center.view("YAML: pod x", defect)
        await screen.until("Unexpected KeyError: 'spec'")
        assert "please report it" in screen.text
