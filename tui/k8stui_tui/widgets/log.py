"""Log lines as they come: followed until a person scrolls up, and never moved under a reader.

All lines are kept in a buffer; the ring of the view holds those that the person lets pass.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import compress
from typing import ClassVar

from k8stui.control.logs.shape import record_of
from k8stui.control.logs.sifting import Sieve, sieve_of
from k8stui.control.words.harmless import overwritten
from k8stui.control.words.spans import clock
from k8stui_tui.keys import bindings
from k8stui_tui.theme.roles import SOURCE_ROLES
from k8stui_tui.widgets.cells import fitted, shown_width
from k8stui_tui.widgets.lines import Piece
from k8stui_tui.widgets.linetext import LONGEST, shortened, shown_text
from k8stui_tui.widgets.logacts import LogActs
from k8stui_tui.widgets.logbuffer import MOST_CHARACTERS, MOST_LINES, LogBuffer, LogEntry
from k8stui_tui.widgets.logtexts import Json
from k8stui_tui.widgets.rowview import INDENT
from k8stui_tui.widgets.timeorder import TimeOrder

_WIDEST_SOURCE = 20
_TIME = len("14:02:30.118 ")
_LEAST_TEXT = 24


class LogPane(LogActs, inherit_bindings=False):
    """A log that is followed."""

    SCOPES: ClassVar[tuple[str, ...]] = ("read", "log")
    BINDINGS = bindings("read", "log")

    def __init__(
        self,
        *,
        cap: int = MOST_LINES,
        characters: int = MOST_CHARACTERS,
        empty: str = "No log lines yet.",
        wrap: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make an empty log.

        Args:
            cap: How many lines are kept; older ones are dropped, and that is said.
            characters: How many characters of them.
            empty: What is said when there are no lines.
            wrap: Whether long lines are broken.
            id: For queries.
        """
        super().__init__(cap=None, empty=empty, wrap=wrap, id=id)
        self.buffer = LogBuffer(cap, characters)
        self._sifting = ""
        self._sieve = Sieve()
        self._follow = True
        self._times = True
        self._named = True
        self._new = 0
        self._sources: dict[str, int] = {}  # With their colours.
        self._source_width = 0
        self._order = TimeOrder()  # Of the lines that are shown, where those are not all that are kept.

    # What screens use.

    @property
    def following(self) -> bool:
        """Whether the newest line stays visible."""
        return self._follow

    @property
    def new_below(self) -> int:
        """Lines that came since a person left the end."""
        return self._new

    @property
    def dropped(self) -> int:
        """Lines that are no longer kept."""
        return self.buffer.dropped

    @property
    def sources(self) -> Sequence[str]:
        """Who wrote lines, in the order they appeared."""
        return tuple(self._sources)

    @property
    def entries(self) -> Sequence[LogEntry]:
        """The lines that are shown."""
        return self.ring.lines

    @property
    def sifting(self) -> str:
        """What the lines are sifted by, as it was typed; empty when all are shown."""
        return self._sifting

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Add lines where their times put them, nearly always at the end; see `TimeOrder`.

        Call it with many at once: what is drawn is drawn once a call.
        """
        if not entries:
            return
        texts = [entry.text for entry in entries]
        if max(map(len, texts)) > LONGEST or "\r" in "".join(texts):
            entries = [entry._replace(text=shortened(overwritten(entry.text.rstrip("\r\n")))) for entry in entries]
        wider = self._note_sources(entries)
        new, times, places, gone = self.buffer.add(entries)
        if self._sieve:
            kept = [self._passes(entry) for entry in new]
            new = list(compress(new, kept))
            places = self._order.place(list(compress(times, kept))).places
            gone = list(filter(self._passes, gone))
            self._order.drop(len(gone))
        self._show(new, places, gone, wider=wider)

    def _show(
        self, entries: Sequence[LogEntry], places: Sequence[int], gone: Sequence[LogEntry], *, wider: bool
    ) -> None:
        """Draw lines that came, each before the one in its place, and no more those that went."""
        number, part = self.at_top
        first, count = self.ring.first, len(self.ring.lines)
        late = bool(places) and places[0] < count
        if late:
            self.ring.insert(places, entries)
        else:
            self.ring.append(entries)
        self.ring.drop(len(gone))
        if self.needle:
            self.matches_added(self.count_matches(entries) - self.count_matches(gone))
        if late:
            # Numbers went up behind each late line.
            place, here = number - first, self.here
            number += bisect_right(places, place)
            self.here = None if here is None else here + bisect_right(places, here - first)
            self._new += sum(at > place for at in places)
        else:
            self._new += len(entries)
        if wider:
            self.lay_out_from((number, part))
            self.forget()
        else:
            self.resized()
            self.settle((number, part))
            self.sync()
        self.tell()

    def clear(self) -> None:
        """Another log is going to be shown."""
        self.buffer.clear()
        self.ring.clear()
        self._order.clear()
        self._sources.clear()
        self._source_width = self._new = 0
        self._follow = True
        needle = self.needle
        self.find("")
        self.resized()
        self.scroll_to_row(0)
        self.forget()
        self.find(needle)
        self.tell()

    def set_follow(self, on: bool) -> None:
        """Stay with the newest line, or stay here."""
        self._follow = on
        if on:
            self._new = 0
            self.scroll_to_row(self.line_count)
        self.sync()
        self.tell()

    def set_timestamps(self, on: bool) -> None:
        """Show when each line was written."""
        self._times = on
        self._relaid()

    def sift(self, text: str) -> None:
        """Show only lines that pass; see `sieve_of` for what can be typed, nothing shows all of them.

        What k8stui says about the log always passes. The line at the top stays there as far as it passes.

        Raises:
            InvalidInputError: A part of it is no regular expression; what was shown is still shown.
        """
        if text == self._sifting:
            return
        shown = self._order.times if self._sieve else self.buffer.times
        self._sieve, self._sifting = sieve_of(text), text
        top = shown[min(self.at_top[0] - self.ring.first, len(shown) - 1)] if shown else 0.0
        entries, times = self.buffer.passing(self._passes)
        needle = self.needle
        self.find("")
        self.ring.clear()
        self._order.clear()
        if self._sieve:
            self._order.place(times)
        if entries:
            self.ring.append(entries)
        self._new = 0
        self.resized()
        self.settle((self.ring.first + min(bisect_left(times, top), max(0, len(times) - 1)), 0))
        self.forget()
        self.find(needle)
        self.tell()

    def look_as(self, other: LogActs) -> None:
        """Want of the lines what is wanted there, and sift them in the same way."""
        super().look_as(other)
        if isinstance(other, LogPane):
            self.sift(other.sifting)

    def _passes(self, entry: LogEntry) -> bool:
        if entry.note:
            return True
        record = record_of(entry.text)
        return self._sieve.passes(shown_text(entry.text), *([shown_text(record.folded)] if record else []))

    def unwind(self) -> bool:
        """One step back: out of a search, then to all lines."""
        if super().unwind():
            return True
        sifting = bool(self._sifting)
        self.sift("")
        return sifting

    def set_names(self, on: bool) -> None:
        """Show who wrote each line; not worth the room where there is only one source."""
        self._named = on
        self._relaid()

    # For the base.

    @property
    def before_width(self) -> int:
        """Columns of time and name."""
        times, names = self._before()
        return INDENT + times + names

    def _before(self) -> tuple[int, int]:
        """Columns of the time and of the name: the name gives way first where little is left for the text."""
        room = self.columns - INDENT - _LEAST_TEXT
        times = _TIME if self._times else 0
        names = self._source_width + 2 if self._named and self._source_width else 0
        names = names if times + names <= room else 0
        return times if times + names <= room else 0, names

    def before(self, number: int) -> list[Piece]:
        """Time and name."""
        entry: LogEntry = self.ring[number]
        found: list[Piece] = [(" " * INDENT, "")]
        times, names = self._before()
        if times:
            found.append((clock(entry.time).ljust(_TIME), "dim"))
        if names:
            name = fitted(entry.source, self._source_width, more=self.glyphs.more)
            role = SOURCE_ROLES[self._sources[entry.source]] if entry.source else ""
            found += [(name, role), ("  ", "")]
        return found

    def role_at(self, number: int) -> str:
        """Notes look different from what was written."""
        return "caution" if self.ring[number].note else ""

    def scrolled(self) -> None:
        """A person scrolled: at the end the log is followed, elsewhere it is not."""
        self._follow = self.at_end
        if self._follow:
            self._new = 0

    def settle(self, anchor: tuple[int, int]) -> None:
        """After rows were counted anew: the end, or what was at the top."""
        if self._follow:
            self._new = 0
            self.scroll_to_row(self.line_count)
        else:
            super().settle(anchor)

    def facts(self) -> Sequence[str]:
        """Search, whether it is followed, what is shown of it, how much that is."""
        count = len(self._sources)
        found = self.search_facts()
        if self._new:
            found.append(f"{self._new:,} new below")
        else:
            found += ["following" if self._follow else "paused"] if not self.previous else []
        if self.previous:
            found.append("before the last restart")
        if self.window:
            found.append(self.window)
        if self._json is not Json.FOLDED:
            found.append(f"JSON {self._json.value}")
        if count > 1:
            found.append(f"{count} sources")
        lines, kept = len(self.ring.lines), len(self.buffer.lines)
        shown = f"{lines:,} of " if self._sieve else ""
        found.append(f"{shown}{kept:,} line{'' if kept == 1 else 's'}")
        if self.dropped:
            found.append(f"{self.dropped:,} older dropped")
        return found

    # Actions, see actions/.

    def action_follow(self) -> None:
        """Stay with the newest line, or stay here."""
        self.set_follow(not self._follow)

    def action_timestamps(self) -> None:
        """Show when each line was written, or not."""
        self.set_timestamps(not self._times)

    def _relaid(self) -> None:
        self.laid_out()
        self.forget()

    def _note_sources(self, entries: Sequence[LogEntry]) -> bool:
        """Remember who writes; True when names need more room."""
        fresh = {entry.source for entry in entries} - self._sources.keys() - {""}
        if not fresh:
            return False
        for source in dict.fromkeys(entry.source for entry in entries):
            if source in fresh:
                self._sources[source] = source_colour(source, self._sources.values())
        wide = min(_WIDEST_SOURCE, max(self._source_width, *map(shown_width, fresh)))
        wider, self._source_width = wide > self._source_width, wide
        return wider


def source_colour(source: str, taken: Collection[int]) -> int:
    """The colour of a source: the same one every time, unless others have it and there is one that fewer have.

    Args:
        source: Its name.
        taken: Colours of the sources that came before it.
    """
    first = zlib.crc32(source.encode("utf-8", "replace"))
    used = Counter(taken)
    return min(((first + step) % len(SOURCE_ROLES) for step in range(len(SOURCE_ROLES))), key=used.__getitem__)
