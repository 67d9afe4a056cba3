"""How lines of a log read: JSON folded or unfolded, and the word that tells of trouble stressed."""

from __future__ import annotations

from enum import Enum
from typing import Any

from k8stui.control.logs.shape import level_in, record_of
from k8stui_tui.widgets.linetext import shown_text
from k8stui_tui.widgets.marking import Mark
from k8stui_tui.widgets.reading import ReadView

_LEVEL_ROLES = {"error": "trouble", "warning": "caution"}


class Json(Enum):
    """How lines of JSON are drawn."""

    FOLDED = "folded"
    UNFOLDED = "unfolded"
    WRITTEN = "as written"


class LogTexts(ReadView, inherit_bindings=False):
    """A view of log lines as a person wants to read them."""

    _json = Json.FOLDED

    def text_of(self, line: Any) -> str:
        """A line's harmless text; JSON as it is wanted."""
        text = line.text
        record = record_of(text) if text[:1] == "{" and self._json is not Json.WRITTEN and not line.note else None
        if record is None:
            return shown_text(text)
        if self._json is Json.UNFOLDED:
            return "\n".join(map(shown_text, record.unfolded.split("\n")))
        return shown_text(record.folded)

    @property
    def broken(self) -> bool:
        """Unfolded JSON has line breaks."""
        return self._json is Json.UNFOLDED

    def stressed(self, text: str) -> Mark | None:
        """The word that tells of an error or a warning."""
        level = level_in(text)
        return (level.begin, level.end, _LEVEL_ROLES[level.kind]) if level else None

    def action_json(self) -> None:
        """JSON folded, unfolded, as it was written."""
        kinds = list(Json)
        self._json = kinds[(kinds.index(self._json) + 1) % len(kinds)]
        needle, anchor = self.needle, self.at_top[0]
        self.find("")
        self.ring.measure()
        self.lay_out_from((anchor, 0))
        self.forget()
        self.find(needle)
        self.tell()
