"""Bookmarks of filters: chosen, kept and removed by keys, and those of the config file beside them."""

from __future__ import annotations

from textual.widgets import Input

from k8stui_tui.config.model import Config
from tests.tui.harness import shown

CONFIG = Config(bookmarks={"runs": {"bad": "status:failed,stopped"}, "pods": {"old": "status:evicted"}})


async def test_filters_are_kept_chosen_and_removed_by_keys() -> None:
    async with shown(config=CONFIG) as screen:
        await screen.press("b")
        await screen.until("Filter runs by which bookmark?")
        assert "+ keep" not in screen.text
        await screen.press("enter")
        assert "/status:failed,stopped" in screen.text
        assert "train-churn-7f3a" not in screen.text
        await screen.press("escape", "slash")
        await screen.type("run:etl")
        await screen.press("enter", "b", "j", "enter")
        await screen.until("Keep this filter under which name?")
        await screen.type("a b")
        await screen.press("enter")
        assert "not 'a b'" in screen.text
        await screen.press("backspace", "backspace")
        await screen.pilot.press("enter")
        await screen.until("Bookmark a was kept: run:etl")
        assert screen.center.memory.bookmarks("runs") == {"a": "run:etl"}
        await screen.press("escape")
        await screen.type(":bookmark ")
        assert "bookmark a  bookmark bad" in screen.text
        await screen.press("b", "tab")
        assert screen.frame.query_one(Input).value == "bookmark bad "
        await screen.press(*["backspace"] * 4, "a", "enter")
        assert "/run:etl" in screen.text
        await screen.type(":bookmark old")
        await screen.press("enter")
        await screen.until("No bookmark of this screen is called old.")
        await screen.press("escape", "b", "G", "enter")
        await screen.until("Remove which bookmark?")
        assert "bad" not in screen.line_with("run:etl")
        await screen.press("enter")
        await screen.until("Bookmark a was removed.")
        assert screen.center.memory.bookmarks("runs") == {}
        await screen.press("2", "b", "enter")
        assert "/status:evicted" in screen.text
