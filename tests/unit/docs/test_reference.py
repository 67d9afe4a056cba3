"""The pages that are made from the program are those it makes now."""

from __future__ import annotations

from types import ModuleType

import pytest

from tools.make_pages import MAKERS


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.PAGE.name)
def test_a_page_is_fresh(maker: ModuleType) -> None:
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page(), "run: make pages"
