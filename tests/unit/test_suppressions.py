"""What tells a linter or the type checker to look away says why, as CONTRIBUTING.md asks for."""

from __future__ import annotations

import re
import tokenize
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUPPRESSION = re.compile(r"#\s*(?:noqa(?:: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*)?|type: ignore(?:\[[\w, -]+\])?)")


@pytest.mark.parametrize("folder", ["engine", "tui", "tools", "tests", "examples"])
def test_a_suppression_has_its_reason(folder: str) -> None:
    bare = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if not SUPPRESSION.search(text):
            continue
        for token in tokenize.generate_tokens(StringIO(text).readline):
            if token.type == tokenize.COMMENT and SUPPRESSION.search(token.string):
                reason = SUPPRESSION.sub("", token.string).strip(" -#()")
                bare += [] if reason else [f"{file.relative_to(ROOT)}:{token.start[0]}"]
    assert not bare
