"""README and docs/: their fenced blocks, the commands of k8stui in them, and their links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)

PROGRAM = "k8stui"

_FENCE = re.compile(r"^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FILE = re.compile(r"# (?P<name>[\w./-]+\.\w+)\n")
_MAY_CALL = re.compile(r"(^|[\s;&|(])k8stui(\s|$)")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: Where it stands.
        line: The line of its first line there.
        language: What stands behind its fence; empty where nothing does.
        text: All of it.
    """

    page: Path
    line: int
    language: str
    text: str

    @property
    def file(self) -> str:
        """The name of the file that it is, by a comment on its first line; empty for a piece of one."""
        found = _FILE.match(self.text)
        return found["name"] if found else ""


@dataclass(frozen=True)
class Command:
    """A command line of k8stui.

    Attributes:
        place: Page and line, for the person who reads that a test fails.
        words: What follows the program's name.
    """

    place: str
    words: tuple[str, ...]


def name_of(page: Path) -> str:
    """A page as one speaks of it."""
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start("text")) + 1, found["language"], found["text"])
        for found in _FENCE.finditer(text)
    ]


def links(page: Path) -> list[str]:
    """What a page refers to."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return [found[1] or found[2] for found in _LINK.finditer(text)]


def anchors(page: Path) -> set[str]:
    """What can stand behind `#` in a link to a page, as GitHub makes it of the headings."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower()).replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a shell with their numbers; one that goes on behind a backslash is one."""
    begun, number = "", 0
    for count, line in enumerate(text.splitlines()):
        number = number if begun else count
        if line.endswith("\\"):
            begun += line[:-1] + " "
        else:
            yield number, (begun + line).strip().removeprefix("$ ")
            begun = ""


def commands(page: Path) -> list[Command]:
    """Command lines of k8stui in the fenced blocks of a page."""
    found = []
    for block in blocks(page):
        for number, line in lines_of(block.text):
            if _MAY_CALL.search(line):
                place = f"{name_of(page)}:{block.line + number}"
                found += [Command(place, tuple(words)) for words in calls(line)]
    return found


def mentions(page: Path) -> list[Command]:
    """Commands of k8stui within sentences and tables of a page, as in `k8stui runs show RUN`."""
    found = []
    for number, line in enumerate(_without_blocks(page).splitlines(), 1):
        for code in _CODE.findall(line):
            words = code.replace("\\|", "|").split()
            if words[:1] == [PROGRAM] and len(words) > 1:
                found.append(Command(f"{name_of(page)}:{number}", tuple(words[1:])))
    return found


def _without_blocks(page: Path) -> str:
    return _FENCE.sub(lambda block: "\n" * block[0].count("\n"), page.read_text(encoding="utf-8"))


def calls(line: str) -> list[list[str]]:
    """The words behind each call of the program in a line of a shell, whatever else the line calls."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    found: list[list[str]] = []
    words: list[str] = []
    for word in [*lexer, ";"]:
        if word and set(word) <= set("();<>|&"):
            if called := _call(words):
                found.append(called[1:])
            words = []
        else:
            words.append(word)
    return found


def _call(words: Sequence[str]) -> list[str]:
    """The words from the program's name on; nothing where another program is called."""
    rest = list(words)
    while rest and re.match(r"\w+=", rest[0]):  # variables for the program
        rest.pop(0)
    if rest[:2] == ["kubectl", PROGRAM]:
        rest.pop(0)
    return rest if rest[:1] == [PROGRAM] else []
