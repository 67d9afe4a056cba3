"""What the terminal shows, and what it is to show: only cells that differ are sent, and of many frames only the last.

Textual sends all of a widget's line up to the last cell that changed, with colours set and reset for each piece of it,
and queues what a slow line has not taken yet. Here frames are drawn into a picture of the screen; what is sent is the
difference between that picture and what the terminal has been told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, repeat
from typing import NamedTuple, TypeAlias
from unicodedata import category

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

_NEAR = 4
"""Cells between two changes that are rather sent again than skipped: to skip them takes as many bytes."""

_UNSEEN = frozenset({"", "1", "2", "3"})
"""Attributes that a space does not show: bold, dim, italic."""

_Cell: TypeAlias = "tuple[str, Style | None]"
"""A character and how it looks. The second half of a wide one has an empty text."""


class Codes(NamedTuple):
    """What a terminal is told so that text looks like that: numbers of its SGR sequence."""

    attributes: str = ""
    foreground: str = ""
    background: str = ""


class Canvas:
    """The picture of a terminal's screen."""

    def __init__(self) -> None:
        """Begin with a terminal of which nothing is known."""
        self._wanted: dict[int, list[_Cell | None]] = {}
        self._sent: dict[int, list[_Cell | None]] = {}
        self._dirty: set[int] = set()

    def forget(self) -> None:
        """The terminal may show anything: it was resized, or something else wrote to it."""
        self._sent.clear()
        self._dirty.update(self._wanted)

    def draw(self, update: ChopsUpdate | LayoutUpdate) -> None:
        """Draw a frame of Textual's into the picture."""
        if isinstance(update, LayoutUpdate):
            region = update.region
            for y, strips in enumerate(update.strips, region.y):
                self._put(y, region.x, _cells(strips), whole=region.x == 0)
            if region.x == region.y == 0:
                for y in [y for y in self._wanted if y >= region.height]:
                    del self._wanted[y]
            return
        for y, first, end in update.spans:
            for right, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < end and right > first:
                    # All of it, which is as it looks now: what stays the same is not sent.
                    self._put(y, x, _cells([strip])[: right - x])

    def changes(self, console: Console) -> str:
        """What makes the terminal show the picture; afterwards that counts as sent."""
        pen, texts = _Pen(console._color_system or ColorSystem.TRUECOLOR), list[str]()  # noqa: SLF001 - as Textual does
        for y in sorted(self._dirty):
            if (wanted := self._wanted.get(y)) is not None:
                sent = self._sent.get(y, [])
                if wanted != sent:
                    texts += _line(y, wanted, sent, pen)
                    self._sent[y] = list(wanted)
        self._dirty.clear()
        if texts:
            texts.append(pen.back())
        return "".join(texts)

    def _put(self, y: int, x: int, cells: Sequence[_Cell], *, whole: bool = False) -> None:
        row = self._wanted.setdefault(y, [])
        if whole:
            row[:] = cells
        else:
            row.extend(repeat(None, x - len(row)))
            row[x : x + len(cells)] = cells
        self._dirty.add(y)


class _Pen:
    """How the terminal would draw the next text."""

    def __init__(self, colors: ColorSystem) -> None:
        self._colors = colors
        self._now = Codes()

    def take(self, style: Style | None, *, blank: bool = False) -> str:
        """What makes it draw like that; only spaces when they are blank."""
        wanted, now = codes(style, self._colors), self._now
        unseen = blank and wanted.attributes in _UNSEEN and now.attributes in _UNSEEN
        if wanted == now or (unseen and wanted.background == now.background):
            return ""
        self._now = wanted
        if wanted.attributes == now.attributes:
            told = [wanted.foreground or "39"] if wanted.foreground != now.foreground else []
            told += [wanted.background or "49"] if wanted.background != now.background else []
        else:
            told = ["0", *filter(None, wanted)]
        return f"\x1b[{';'.join(told)}m"

    def back(self) -> str:
        """What makes it plain again."""
        return self.take(None)


@cache
def codes(style: Style | None, colors: ColorSystem) -> Codes:
    """How a terminal with so many colours is told of a style."""
    sorted_ = {"": list[str](), "fg": list[str](), "bg": list[str]()}
    left = Strip.render_ansi(style, colors).split(";") if style else []
    while left and left[0]:
        size = {"2": 5, "5": 3}.get(left[1], 1) if left[0] in ("38", "48") and len(left) > 1 else 1
        number = int(left[0])
        kind = "fg" if number in range(30, 40) or number in range(90, 98) else ""
        kind = "bg" if number in range(40, 50) or number in range(100, 108) else kind
        sorted_[kind] += left[:size]
        left = left[size:]
    return Codes(*(";".join(found) for found in sorted_.values()))


@cache
def _blank(style: Style | None) -> Style | None:
    """How a space looks in that style: nobody sees what colour it would be written in."""
    if style is None or style.underline or style.underline2 or style.reverse or style.strike or style.overline:
        return style
    return Style(bgcolor=style.bgcolor) if style.bgcolor else None


def _cells(strips: Iterable[Iterable[Segment]]) -> list[_Cell]:
    found: list[_Cell] = []
    for strip in strips:
        for written, style, control in strip:
            if control:
                continue
            blank = (" ", _blank(style))
            text = written if written.isprintable() else "".join(filter(_is_seen, written))
            if text.isascii():
                found += [blank if character == " " else (character, style) for character in text]
                continue
            for character in text:
                size = get_character_cell_size(character)
                if size:
                    found.append(blank if character == " " else (character, style))
                    found.extend(repeat(("", style), size - 1))
                elif found:
                    # It stands on the character before it, whose second half may lie between.
                    place = len(found) - 1 if found[-1][0] else len(found) - 2
                    found[place] = (found[place][0] + character, found[place][1])
    return found


def _is_seen(character: str) -> bool:
    """Whether it is no control: widgets let none through, and this is the last door before the terminal."""
    return category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _line(y: int, wanted: Sequence[_Cell | None], sent: Sequence[_Cell | None], pen: _Pen) -> list[str]:
    """What makes a line look as wanted."""
    simple = all(cell is None or (len(cell[0]) == 1) for cell in (*wanted, *sent))
    if simple:
        known = [*sent, *repeat(None, len(wanted) - len(sent))]
        places = [x for x, cell in enumerate(wanted) if cell is not None and cell != known[x]]
    else:
        # Terminals do not agree on how wide such characters are: the whole line is drawn, from its start.
        places = [x for x, cell in enumerate(wanted) if cell is not None]
    texts, at = [], -1
    for first, end in _runs(wanted, places):
        texts.append(f"\x1b[{first - at}C" if 0 <= at < first else f"\x1b[{y + 1};{first + 1}H")
        pieces = [cell for cell in wanted[first:end] if cell is not None]
        for (style, blank), group in groupby(pieces, key=_look):
            texts += [pen.take(style, blank=blank), *(cell[0] for cell in group)]
        at = end
    return texts


def _runs(wanted: Sequence[_Cell | None], places: Sequence[int]) -> list[tuple[int, int]]:
    """Stretches of cells that hold all these places; those that are near to each other and look alike are one."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs:
            first, end = runs[-1]
            between = wanted[end - 1 : place + 1]
            if place == end or (place - end <= _NEAR and _alike(between)):
                runs[-1] = (first, place + 1)
                continue
        runs.append((place, place + 1))
    return runs


def _alike(cells: Sequence[_Cell | None]) -> bool:
    """Whether all look the same, but for spaces."""
    return None not in cells and len({cell[1] for cell in cells if cell and cell[0] != " "}) <= 1


def _look(cell: _Cell) -> tuple[Style | None, bool]:
    """Its style, and whether it is a space of which only the background is seen."""
    text, style = cell
    return style, text == " " and style == _blank(style)
