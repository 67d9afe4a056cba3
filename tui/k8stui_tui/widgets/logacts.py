"""What can be done with a log: begin it earlier or later, look before a restart, copy and save lines."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.message import Message

from k8stui.control.words.spans import brief, clock, day_and_clock, seconds_of
from k8stui.model.errors import InvalidInputError
from k8stui_tui.sanitize import log_line
from k8stui_tui.widgets.logtexts import LogTexts
from k8stui_tui.widgets.prompt import KEEP

WINDOWS = (60, 300, 900, 3_600, 21_600, 86_400)
"""How far back a log can begin, in seconds."""

_HALF_A_DAY = 43_200


@runtime_checkable
class Asking(Protocol):
    """A screen on which something can be typed for the view that has the focus."""

    def open_prompt(self, kind: str) -> None:
        """Begin to type."""


class LogActs(LogTexts, inherit_bindings=False):
    """A view of log lines with what a person wants of them; whoever fills it heeds that.

    Attributes:
        since: How far back, in seconds; None for all that there is.
        begin: When that was, in seconds since the epoch; whoever fills it says so.
        previous: What containers wrote before they were last restarted.
        label: Whose log it is, for the name of a file.
    """

    since: int | None = None
    begin: float | None = None
    previous = False
    label = ""

    class Pin(Message):
        """A person wants this log to stay, or no more.

        Attributes:
            pane: The log.
        """

        def __init__(self, pane: LogActs) -> None:
            super().__init__()
            self.pane = pane

    class Save(Message):
        """A person wants the lines that are shown in a file.

        Attributes:
            pane: The log.
            name: Of the file; empty for one that is free.
        """

        def __init__(self, pane: LogActs, name: str) -> None:
            super().__init__()
            self.pane, self.name = pane, name

    def look_as(self, other: LogActs) -> None:
        """Want of the lines what is wanted there."""
        self.since, self.begin, self.previous = other.since, other.begin, other.previous

    def look_back(self, seconds: int | None) -> None:
        """Begin so long ago; None for all that there is. Whoever fills the pane heeds it."""
        self.since, self.begin = seconds, None
        self.tell()

    @property
    def window(self) -> str:
        """Where it begins, in words; empty for all that there is."""
        if self.since is None or self.begin is None:
            return ""
        begun = day_and_clock(self.begin) if self.since >= _HALF_A_DAY else clock(self.begin)[: len("14:02:30")]
        return f"since {begun} ({brief(self.since)})"

    def action_filter(self) -> None:
        """Type what lines must have or must not have."""
        if isinstance(self.screen, Asking):
            self.screen.open_prompt(KEEP)

    def action_pin(self) -> None:
        """Keep this log beside the one of what the cursor is on, or let it go."""
        self.post_message(self.Pin(self))

    def action_shorter(self) -> None:
        """Begin later."""
        spans = [one for one in WINDOWS if self.since is None or one < self.since]
        self.look_back(spans[-1] if spans else self.since)

    def action_longer(self) -> None:
        """Begin earlier."""
        spans = [one for one in WINDOWS if self.since is not None and one > self.since]
        self.look_back(spans[0] if spans else None)

    def action_previous(self) -> None:
        """The log before the last restart, and back."""
        self.previous = not self.previous
        self.tell()

    def action_copy(self) -> None:
        """The lines in sight, as they were written."""
        rows = range(self.top, min(self.line_count, self.top + self.page))
        numbers = dict.fromkeys(self.ring.find(row)[0] for row in rows)
        if not numbers:
            self.notify("There are no lines to copy.", markup=False)
            return
        self.app.copy_to_clipboard("".join(f"{log_line(self.ring[number].text)}\n" for number in numbers))
        count = f"{len(numbers)} line{'' if len(numbers) == 1 else 's'}"
        self.notify(f"The {count} in sight copied, if your terminal allows it (OSC 52).", markup=False)

    def action_save(self, name: str = "") -> None:
        """All lines that are shown, into a file."""
        self.post_message(self.Save(self, name))

    def action_since(self, text: str) -> None:
        """Begin so long ago."""
        try:
            self.look_back(None if text == "all" else max(1, seconds_of(text)))
        except ValueError:
            raise InvalidInputError(f":since takes a span as 90s, 5m or 2h, or all, not {text}.") from None
