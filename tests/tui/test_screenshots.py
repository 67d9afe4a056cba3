"""The pictures of screenshots/ are those of the app as it is, and those that the documents show are there."""

from __future__ import annotations

import re

from tools.screenshots import FOLDER, ROOT, pictures


def test_no_picture_is_stale_or_left_over() -> None:
    fresh = dict(pictures())
    assert {*FOLDER.iterdir()} == {*fresh}, "run `make screenshots`"
    stale = [path.name for path, picture in fresh.items() if path.read_text(encoding="utf-8") != picture]
    assert not stale, "run `make screenshots`"


def test_documents_show_pictures_that_are_there() -> None:
    shown = [
        (page.parent / target).resolve()
        for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert shown
    assert [path for path in shown if not path.is_file()] == []
