"""A text that does not change by itself: YAML, a description, events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from k8stui_tui.keys import bindings
from k8stui_tui.widgets.linetext import shortened, shown_text
from k8stui_tui.widgets.reading import ReadView

_CAP = 200_000


class TextView(ReadView, inherit_bindings=False):
    """A text to read, search and scroll."""

    SCOPES: ClassVar[tuple[str, ...]] = ("read",)
    BINDINGS = bindings("read")
    WORDS = True

    def __init__(
        self,
        text: str = "",
        *,
        empty: str = "Empty.",
        wrap: bool = False,
        roles: Callable[[str], str] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make a text.

        Args:
            text: What it says at first.
            empty: What is said when there is no text.
            wrap: Whether long lines are broken at first.
            roles: Gives the role of a line.
            id: For queries.
        """
        super().__init__(cap=_CAP, empty=empty, wrap=wrap, id=id)
        self._roles = roles
        self._text = ""
        self.set_text(text)

    @property
    def text(self) -> str:
        """The whole text as it was given."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text; the same line stays at the top, so that a live description can be read."""
        if text == self._text:
            return
        self._text = text
        lines = [shortened(line) for line in text.split("\n")]
        if lines and not lines[-1]:
            lines.pop()
        top = self.top
        self.ring.clear()
        self.ring.append(lines)
        self.matches_added(self.count_matches(lines) - self.found)
        self.here = None
        if self.is_mounted:
            self.resized()
            self.scroll_to_row(top)
            self.sync()
            self.tell()

    def text_of(self, line: Any) -> str:
        """A line's harmless text."""
        return shown_text(line)

    def role_at(self, number: int) -> str:
        """As it was given for such lines."""
        return self._roles(self.text_of(self.ring[number])) if self._roles else ""

    def facts(self) -> list[str]:
        """Search, and how much there is."""
        count = len(self.ring.lines)
        return [*self.search_facts(), f"{count:,} line{'' if count == 1 else 's'}"]
