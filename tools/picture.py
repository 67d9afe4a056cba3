"""A screen as SVG, as Textual exports it, made to stand alone, and the PNG of the same.

`python -m tools.picture SNAPSHOT.svg PICTURE.png` is for those who look at a snapshot where there is no browser.

Textual's SVG fetches the font Fira Code and tells each text how wide to be. A picture should fetch nothing, and Cairo
knows no such widths: the fonts become those that are on most machines, and for Cairo each character is told where it
stands, because a terminal's columns must meet.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from rich.cells import get_character_cell_size

FONT = "DejaVu Sans Mono"

CELL = 12.2
"""Width of a cell in Rich's SVG, in its pixels."""

_ADVANCE = 1233 / 2048
"""Width of a character of the font, in parts of its size (its `hmtx` table)."""

_FETCHED = re.compile(r"\s*@font-face \{.*?\n    \}", re.DOTALL)
_TEXT = re.compile(r'x="([\d.]+)"([^>]*textLength[^>]*)>(.*?)</text>', re.DOTALL)


def standing_alone(svg: str) -> str:
    """The picture with fonts of whoever looks at it."""
    return _FETCHED.sub("", svg).replace("Fira Code", f"'{FONT}', Menlo, Consolas")


def as_png(svg: str, *, scale: float = 1.0) -> bytes:
    """Draw it.

    Args:
        svg: The picture.
        scale: Pixels of the PNG for one of the SVG.
    """
    import cairosvg  # noqa: PLC0415 - needs the system's Cairo, which SVG does without

    drawn = _TEXT.sub(_placed, standing_alone(svg))
    drawn = drawn.replace("font-size: 20px", f"font-size: {CELL / _ADVANCE:.3f}px")
    return bytes(cairosvg.svg2png(bytestring=drawn.encode(), scale=scale))


def _placed(found: re.Match[str]) -> str:
    x, rest, text = found.groups()
    places, place = [], float(x)
    for character in html.unescape(text):
        places.append(f"{place:.1f}")
        place += CELL * get_character_cell_size(character)
    return f'x="{" ".join(places)}"{rest}>{text}</text>'


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(as_png(Path(sys.argv[1]).read_text(encoding="utf-8")))
