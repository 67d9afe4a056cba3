"""The graph of a run on the Runs screen."""

from __future__ import annotations

import pytest

from tests.tui.fakes import FakeStore
from tests.tui.harness import NARROW, SIZES, Look, Size, shown
from tests.tui.sample_runs import NOW, every_state, forked
from tests.tui.timed_runs import RUN, timed


def store() -> FakeStore:
    return FakeStore([timed(), *every_state()], now=NOW)


async def test_the_cursor_goes_from_box_to_box_and_keeps_its_step_in_the_other_views() -> None:
    async with shown(store()) as screen:
        await screen.press("v")
        graph = screen.runs.graph
        assert (graph.has_focus, graph.cursor_key) == (True, "load")
        await screen.press("down", "right")
        assert graph.cursor_key == "profile"
        assert screen.frame.crumbs() == (RUN, "profile")
        await screen.press("left", "down", "down")
        assert graph.cursor_key == "evaluate"
        await screen.press("t")
        assert screen.runs.timeline.cursor_key == "evaluate"
        await screen.press("v", "G")
        assert graph.cursor_key == "publish"
        await screen.press("v")
        assert (screen.runs.step_tree.has_focus, screen.runs.step_tree.cursor_key) == (True, "publish")


async def test_a_step_in_a_shared_box_is_found_by_its_box() -> None:
    async with shown(FakeStore([forked(known=True)], now=NOW)) as screen:
        await screen.press("enter", "j", "j", "j", "j", "j")
        assert screen.runs.step_tree.cursor_key == "score[0]"
        await screen.press("v")
        assert screen.runs.graph.cursor_key == "score"


async def test_a_drawing_that_is_too_wide_follows_the_cursor() -> None:
    one = timed()
    wide = [one.steps[0], *(one.steps[1].model_copy(update={"name": f"a_long_name_{n}"}) for n in range(4))]
    async with shown(FakeStore([one.model_copy(update={"steps": tuple(wide)})], now=NOW), size=(80, 24)) as screen:
        await screen.press("v", "j", *["right"] * 3)
        assert "a_long_name_3" in screen.text
        await screen.press("g")
        assert "load" in screen.text


async def test_too_many_boxes_are_not_drawn_and_that_is_said() -> None:
    one = timed()
    names = [f"s{number}" for number in range(400)]
    steps = [one.steps[0].model_copy(update={"name": name, "after": tuple(names[:place][-1:])})
             for place, name in enumerate(names)]  # fmt: skip
    async with shown(FakeStore([one.model_copy(update={"steps": tuple(steps)})], now=NOW)) as screen:
        await screen.press("v")
        assert "400 boxes are too many to be followed" in screen.text


class TestPictures:
    """Boxes in layers."""

    @SIZES
    def test_sizes(self, looks: Look, size: Size) -> None:
        """In the place of the tree; on a small terminal alone."""
        assert looks("v", "j", store=store(), size=size)

    def test_lists_and_branches(self, looks: Look) -> None:
        """A mapped step with counts, a branch that was not taken."""
        assert looks("v", "z", store=FakeStore([forked(known=True)], now=NOW))

    def test_ascii(self, looks: Look, monkeypatch: pytest.MonkeyPatch) -> None:
        """A locale without UTF-8."""
        monkeypatch.setenv("LC_ALL", "C")
        assert looks("v", store=store(), size=NARROW)
