"""What pods carry means what the repository says, line by line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import k8stui.incluster
from k8stui.plan.stripping import strip

FOLDER = Path(k8stui.incluster.__file__).parent
SHIPPED = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.py"))


def undocumented(tree: ast.Module) -> str:
    """The statements that do something, each with its line."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
        for end in ("end_lineno", "end_col_offset"):
            vars(node).pop(end, None)
    return ast.dump(tree, include_attributes=True)


@pytest.mark.parametrize("path", SHIPPED)
def test_a_shipped_module_means_the_same_on_the_same_lines(path: str) -> None:
    source = (FOLDER / path).read_text()
    stripped = strip(source)
    same = undocumented(ast.parse(stripped)) == undocumented(ast.parse(source))
    assert same  # not compared in the assertion: their difference would take a minute to tell
    docstrings = [node for node in ast.walk(ast.parse(stripped)) if isinstance(node, ast.Expr)]
    assert not [one for one in docstrings if isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)]
    assert not [line for line in stripped.splitlines() if line.lstrip().startswith("#") and "SOURCE" not in source]


def test_texts_that_are_used_and_bodies_of_only_a_docstring_stay() -> None:
    source = (
        '"""A module."""\n\nimport os\n\nSCRIPT = """\\\n# no comment\nsay """ + os.sep\n"""What\nis said."""\n\n\n'
        '# About it.\nclass Odd(Exception):\n    """It is \\"odd\\", or ""."""\n'
    )
    assert strip(source) == (
        '\n\nimport os\n\nSCRIPT = """\\\n# no comment\nsay """ + os.sep\n0\n\n\n\n\nclass Odd(Exception):\n    0\n'
    )
