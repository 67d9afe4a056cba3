"""Steps are filtered by their state and name, in the tree and in the timeline."""

from __future__ import annotations

from tests.tui.fakes import FakeStore
from tests.tui.harness import shown
from tests.tui.sample_runs import NOW, train
from tests.tui.timed_runs import timed


async def test_a_filter_shows_what_matches_below_what_it_comes_after() -> None:
    async with shown(FakeStore([timed(), train()], now=NOW)) as screen:
        await screen.press("enter")
        await screen.type("/status:queued,running")
        await screen.press("enter")
        tree = screen.runs.step_tree
        assert [line.key for line in tree.lines] == ["load", "clean", "train", "evaluate", "explain"]
        assert tree.cursor_key == "evaluate"
        assert "/status:queued,running" in screen.text
        await screen.press("t")
        assert [row.key for row in screen.runs.timeline.rows] == ["evaluate", "explain"]
        await screen.press("escape")
        assert len(screen.runs.timeline.rows) == 7
        await screen.type("/nosuchstep")
        assert "steps matches 'nosuchstep'." in screen.text
        await screen.press("escape")
        await screen.press("v")
        await screen.type("/publish")
        await screen.press("enter")
        assert screen.runs.graph.cursor_key == "publish"
