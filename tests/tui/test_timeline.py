"""The timeline of a run on the Runs screen."""

from __future__ import annotations

from typing import cast

import pytest

from k8stui.control.timeline.pullboard import PullBoard
from k8stui.control.timeline.pulls import Pull
from k8stui.model.errors import ForbiddenError
from tests.tui.fakes import FakeStore
from tests.tui.harness import LARGE, NARROW, SIZES, USUAL, Look, Size, shown
from tests.tui.sample_runs import NOW, every_state
from tests.tui.timed_runs import BEGIN, timed


class FakePulls:
    """Pulls that are given."""

    def __init__(self, error: ForbiddenError | None = None) -> None:
        self.error = error
        self.pulls = {} if error else {"u-load-1": (Pull("u-load-1", BEGIN + 6, BEGIN + 11),)}


def store(*, error: ForbiddenError | None = None) -> FakeStore:
    found = FakeStore([timed(), *every_state()], now=NOW)
    found.fake_pulls = cast("PullBoard", FakePulls(error))
    return found


async def test_it_shows_phases_the_critical_path_and_goes_on() -> None:
    async with shown(store(), size=LARGE) as screen:
        await screen.press("t", "z")
        assert "Critical path so far: 5m00s over 4 steps" in screen.text
        load = screen.line_with("» load")
        assert all(glyph in load for glyph in "─↓█")
        assert "x··" in screen.line_with("» train")
        assert "»" not in screen.line_with("profile")
        before = screen.line_with("evaluate")
        screen.store.now += 9
        await screen.settle()
        after = screen.line_with("evaluate")
        assert ("1m00s" in before, "1m09s" in after) == (True, True)
        assert after.count("█") > before.count("█")


async def test_the_cursor_keeps_its_step_between_tree_and_timeline() -> None:
    async with shown(store()) as screen:
        await screen.press("enter", *["j"] * 2)
        step = screen.runs.step_tree.cursor_key
        await screen.press("t")
        assert screen.runs.timeline.cursor_key == step != ""
        assert screen.runs.step is not None
        assert screen.frame.crumbs() == (timed().run, step)
        await screen.press("j")
        moved = screen.runs.timeline.cursor_key
        await screen.press("escape")
        assert (screen.runs.steps_pane.view, screen.runs.step_tree.cursor_key) == (screen.runs.step_tree, moved)
        assert screen.runs.step_tree.has_focus
        await screen.press("escape")
        assert screen.runs.table.has_focus


async def test_another_run_has_another_timeline_and_columns_sort() -> None:
    async with shown(store(), size=(140, 40)) as screen:
        await screen.press("t", "o", "o", "o", "O")
        assert screen.runs.timeline.sorting == ("time", True)
        assert [row.key for row in screen.runs.timeline.rows][:1] == ["train"]
        await screen.press("shift+tab", "j")
        assert "train-churn-7f3a" in screen.text
        assert any("load_data" in row.key for row in screen.runs.timeline.rows)


async def test_pulls_that_may_not_be_read_are_said() -> None:
    error = ForbiddenError("User ada may not list events in namespace ml-team.")
    async with shown(store(error=error), size=LARGE) as screen:
        await screen.press("t", "z")
        assert "Pulls are not told apart: User ada may not list events" in screen.text


async def test_a_thousand_steps_scroll() -> None:
    one = timed()
    many = [one.steps[0].model_copy(update={"name": f"s{number}"}) for number in range(1000)]
    async with shown(FakeStore([one.model_copy(update={"steps": tuple(many)})], now=NOW)) as screen:
        await screen.press("t", "G")
        assert "s999" in screen.text
        assert screen.runs.timeline.cursor_line == 999


class TestPictures:
    """Bars below an axis."""

    @SIZES
    def test_sizes(self, looks: Look, size: Size) -> None:
        """In the place of the tree; on a small terminal alone."""
        assert looks("t", store=store(), size=size)

    def test_ascii(self, looks: Look, monkeypatch: pytest.MonkeyPatch) -> None:
        """A locale without UTF-8."""
        monkeypatch.setenv("LC_ALL", "C")
        assert looks("t", store=store(), size=NARROW)

    def test_no_colour(self, looks: Look, monkeypatch: pytest.MonkeyPatch) -> None:
        """NO_COLOR: phases are told apart by their characters."""
        monkeypatch.setenv("NO_COLOR", "1")
        assert looks("t", "z", store=store(), size=USUAL, theme="ansi")
