"""What stands in `docs/from-zenml.md`, chapter by chapter: ZenML's side, and ours with its files and commands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "from-zenml.md"

_PIECE = re.compile(
    r"^## (?P<chapter>[^\n]+)$"
    r"|^\*\*(?P<side>ZenML|k8stui)\*\*(?: `(?P<file>\w+\.py)`)?"
    r"|^```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Chapter:
    """One chapter.

    Attributes:
        title: Its heading.
        theirs: Python code of ZenML's side.
        files: Python files of ours, by name.
        commands: Lines of a shell, ours.
    """

    title: str
    theirs: str = ""
    files: dict[str, str] = field(default_factory=dict)
    commands: str = ""


def chapters() -> list[Chapter]:
    """The chapters that have something to run."""
    found: list[Chapter] = []
    side = file = ""
    for piece in _PIECE.finditer(PAGE.read_text(encoding="utf-8")):
        if piece["chapter"]:
            found.append(Chapter(piece["chapter"]))
        elif piece["side"]:
            side, file = piece["side"], piece["file"] or ""
        elif piece["kind"] == "python" and side == "ZenML":
            found[-1].theirs += piece["text"]
        elif piece["kind"] == "python":
            found[-1].files[file] = piece["text"]
        elif piece["kind"] == "sh" and side == "k8stui":
            found[-1].commands += piece["text"]
    return found
