"""Whatever stands in `sh` blocks of the pages is run by a test, or left out for a reason that is told."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from tests.docpages import PAGES, ROOT, blocks, name_of
from tests.docsession import CODES, ELSEWHERE, LEFT_OUT, SESSIONS, lines, script


def test_every_page_with_commands_is_a_session_or_says_why_not() -> None:
    with_commands = {name_of(page) for page in PAGES if lines(page)}
    assert with_commands - {name_of(page) for page in SESSIONS} <= ELSEWHERE.keys()


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for table in (LEFT_OUT, CODES) for name in table for line in table[name]]
)
def test_what_is_told_of_a_line_is_about_one_that_is_there(name: str, line: str) -> None:
    assert line in lines(ROOT / name)


def test_a_session_ends_at_the_first_line_that_goes_wrong_and_a_run_is_the_newest() -> None:
    made = script("docs/howto/retries.md", ["k8stui run fetch.py", "k8stui why fetch-x7f3a"])
    assert "code=0; k8stui run fetch.py || code=$?; test $code = 1\n" in made
    assert "\nk8stui why $(newest)\n" in made
    assert made.startswith("set -euo pipefail\n")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_code_on_a_page_can_be_read(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            ast.parse(block.text, f"{name_of(page)}:{block.line}")
        elif block.language == "yaml":
            [*yaml.safe_load_all(block.text)]
