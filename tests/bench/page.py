"""docs/performance.md: one section for each group of measurements, so that a bench rewrites its own and no other.

Each section tells the machine and the day it was measured on, because they are not measured together.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from k8stui.version import __version__
from tests.bench.harness import say
from tests.bench.machine import Machine
from tests.bench.rows import HEAD, Row

EXIT_NOT_MET = 1

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"

ENGINE, SCALE, SCREENS = "Runs in the cluster", "Runs of thousands of steps", "The screens"
CLEANUP, ARTIFACTS, CROWD = "Cleaning up", "Artifacts of gigabytes", "Ten thousand pods"
LOGS, FAIR, GROWTH, HOP = "Logs", "Many masters at once", "Growth", "From one step to the next"
SOAK = "A long time"
ORDER = (ENGINE, HOP, SCALE, FAIR, ARTIFACTS, CLEANUP, LOGS, SCREENS, CROWD, SOAK, GROWTH)
"""Titles of the sections, as they follow each other; the last is written by hand."""

_HEAD = """\
# Performance

Each section is written by a bench of the repository, with the machine that it was measured on, and holds what is
promised against it.
"""

Cells = Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table of a section.

    Attributes:
        title: Its heading.
        head: Titles of its columns.
        body: Its lines; it is left out where there are none.
        text: What is said before it.
    """

    title: str
    head: Cells
    body: Sequence[Cells]
    text: str = ""

    def plain(self) -> str:
        """For a terminal."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.body, strict=True)]
        lines = [self.head, ["-" * width for width in widths], *self.body]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)

    def markdown(self) -> str:
        """For the page."""
        lines = [self.head, ["---"] * len(self.head), *self.body]
        parts = [f"### {self.title}", self.text.strip(), "\n".join(f"| {' | '.join(line)} |" for line in lines)]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Section:
    """What one bench has measured.

    Attributes:
        title: One of `ORDER`.
        introduction: How it was measured.
        tables: What came out.
        where: Names and values of what it depends on.
    """

    title: str
    introduction: str
    tables: Sequence[Table]
    where: Sequence[tuple[str, str]]

    def plain(self) -> str:
        """For a terminal."""
        tables = [table.plain() for table in self.tables if table.body]
        return "\n\n".join([*tables, "; ".join(f"{name}: {value}" for name, value in self.where)])

    def markdown(self) -> str:
        """For the page."""
        tables = [*(table for table in self.tables if table.body), Table("Where", ("", ""), self.where)]
        return "\n\n".join([f"## {self.title}", self.introduction.strip(), *(table.markdown() for table in tables)])


def circumstances(machine: Machine, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """What every measurement depends on, and more of it that is named."""
    return [
        ("date", datetime.now(UTC).strftime("%Y-%m-%d")),
        ("k8stui", __version__),
        ("processor", f"{machine.cpu}, {machine.cores} cores, shared by all that is measured"),
        ("memory", f"{machine.memory_gib:.1f} GiB"),
        ("kernel", machine.kernel),
        ("Python", machine.python),
        *more,
    ]


def add_write(parser: argparse.ArgumentParser) -> None:
    """Give a bench the flag by which a person says whether it rewrites its section."""
    parser.add_argument(
        "--write",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=f"rewrite its section of {PAGE.name} (default)",
    )


def tell_promises(
    title: str, introduction: str, rows: Sequence[Row], where: Sequence[tuple[str, str]], *, keep: bool
) -> int:
    """Print a section with one table of promises, and put it into the page if it is to be kept.

    Returns:
        The exit code of its bench: 0 when every bar is met, 1 when one is not.
    """
    told = Section(title, introduction, (Table("Promises", HEAD, [one.cells for one in rows]),), where)
    print(told.plain())
    if keep:
        write(told)
        say(f"its section of {PAGE.name} is written")
    return EXIT_NOT_MET if any(one.met is False for one in rows) else 0


def write(section: Section, page: Path = PAGE) -> None:
    """Put a section into the page, in the place of the one with its title."""
    kept = _sections(page.read_text(encoding="utf-8")) if page.exists() else {}
    kept[section.title] = section.markdown()
    parts = [_HEAD.strip(), *(kept[title].strip() for title in ORDER if title in kept)]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    _, *found = ("\n" + text).split("\n## ")
    return {one.partition("\n")[0].strip(): f"## {one}" for one in found}
