"""Lines of logs, and panes to show them in."""

from __future__ import annotations

from typing import Any

from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.logbuffer import LogEntry
from tests.tui.stage import SIZE

BEGIN = 1_770_000_000.0
PAGE = SIZE[1]


def line(number: float, text: str = "", source: str = "train") -> LogEntry:
    return LogEntry(text or f"line {number:g}", source, BEGIN + number)


def lines(first: int, last: int, source: str = "train") -> list[LogEntry]:
    return [line(number, source=source) for number in range(first, last)]


def note(text: str) -> LogEntry:
    return LogEntry(text, "train", None, note=True)


def pane(**options: Any) -> LogPane:
    view = LogPane(**options)
    view.set_timestamps(False)
    view.set_names(False)
    return view


def texts(view: LogPane) -> list[str]:
    return [entry.text for entry in view.entries]
