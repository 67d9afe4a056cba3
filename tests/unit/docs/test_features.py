"""`docs/features.md`: every row names tests that are there, and a real cluster's where Kubernetes decides."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from tests.docpages import ROOT

PAGE = ROOT / "docs" / "features.md"

ROWS = [*(f"A{n}" for n in range(1, 20)), *(f"B{n}" for n in range(1, 12)), *(f"C{n}" for n in range(1, 10))]

_ROW = re.compile(r"^### (?P<row>[ABC]\d+)(?P<real> R)?: .+\n(?P<text>(?:(?!^#).*\n)+)", re.MULTILINE)
_TEST = re.compile(r"\[`(?P<function>\w+)`\]\(\.\./(?P<file>tests/[\w/]+\.py)\)")


def told() -> list[re.Match[str]]:
    """The rows of the page."""
    return [*_ROW.finditer(PAGE.read_text(encoding="utf-8"))]


@functools.cache
def functions(file: Path) -> set[str]:
    """The tests of a file, those of its classes too."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {name for name in found if name.startswith("test_")}


def test_every_row_is_there_in_its_order() -> None:
    assert [row["row"] for row in told()] == ROWS


@pytest.mark.parametrize("row", told(), ids=lambda row: row["row"])
def test_the_tests_of_a_row_exist(row: re.Match[str]) -> None:
    tests = [*_TEST.finditer(row["text"])]
    gone = [test[0] for test in tests if test["function"] not in functions(ROOT / test["file"])]
    assert tests
    assert not gone
    if row["real"]:
        assert any(test["file"].startswith("tests/cluster/") for test in tests), "no test on a real cluster"
