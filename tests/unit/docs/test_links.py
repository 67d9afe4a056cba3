"""Links within README and docs/ lead to files and headings that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docpages import PAGES, anchors, links, name_of


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    assert not [link for link in links(page) if not _leads(page, link)]


def _leads(page: Path, link: str) -> bool:
    if "://" in link:
        return True
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    return target.exists() and (not anchor or anchor in anchors(target))
