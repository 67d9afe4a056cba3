"""The pages that are made from the program are those it makes now."""

from __future__ import annotations

from types import ModuleType

import pytest

from k8stui_tui.actions.table import ACTIONS
from tools.make_keys_page import table
from tools.make_pages import MAKERS


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.PAGE.name)
def test_a_page_is_fresh(maker: ModuleType) -> None:
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page(), "run: make pages"


def test_the_page_of_keys_has_a_row_for_every_action() -> None:
    rows = table(ACTIONS).splitlines()
    assert len(rows) == len(ACTIONS) + 2
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}
    assert "| `j` `↓` |  | One line down. |  | `list.cursor_down` |" in rows
