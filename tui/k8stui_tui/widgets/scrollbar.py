"""A scrollbar of one character, for terminals without the eighths of blocks or with few colours.

Textual's draws its ends with block characters and the rest with reversed blanks, which is lost in ASCII and where
track and thumb have the same colour.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender


@cache
def renderer(thumb: str) -> type[ScrollBarRender]:
    """Draws the part that moves with this character, and nothing elsewhere."""

    class Render(ScrollBarRender):
        VERTICAL_BARS: ClassVar[list[str]] = [" "]

        @classmethod
        def render_bar(cls, *args: Any, **options: Any) -> Segments:
            whole = super().render_bar(*args, **options)
            return Segments([_drawn(segment, thumb) for segment in whole.segments], new_lines=whole.new_lines)

    return Render


def _drawn(segment: Segment, thumb: str) -> Segment:
    style = segment.style or Style.null()
    if not style.reverse:
        return segment
    return Segment(thumb * len(segment.text), style + Style(reverse=False))
