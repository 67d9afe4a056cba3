"""The way of logs into a pane: what is followed, how far back, and why there is nothing to see."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from k8stui.control.words.spans import iso
from k8stui_tui.feeds.rereading import Rereading
from k8stui_tui.feeds.switch import Switch
from k8stui_tui.keys import way_to
from k8stui_tui.screens.saying import AGAIN, lost
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.logbuffer import LogEntry
from k8stui_tui.wording import error_lines

if TYPE_CHECKING:
    from k8stui.control.logs.many import LogQuery
    from k8stui.control.logs.stream import LogLine
    from k8stui_tui.feeds.logs import LogFeed


SOON = 0.02
"""Seconds until more lines of a log are looked for, where a key comes first or none are there yet."""

NEXT = 0.001
"""Seconds until more lines of a long log are taken, else."""

EAGER = 2.0
"""Seconds within which the first lines of another log are looked for as often: a person waits for them."""

HELD = 0.1
"""Seconds between two showings while more lines wait or are read: any costs as much as thousands of lines."""


class Tail:
    """Fills a pane with the logs that a query asks for, as far back as the pane wants.

    Attributes:
        query: What is followed; None for nothing.
        pane: Where it is shown.
        scope: Whose logs they are, for the title.
        named: Whether who wrote a line stands before it.
    """

    def __init__(self, store: Store, pane: LogPane, switch: Switch[LogFeed]) -> None:
        """Begin with nothing.

        Args:
            store: Where feeds are opened.
            pane: Where lines go.
            switch: Holds the feed.
        """
        self.query: LogQuery | None = None
        self.pane = pane
        self.scope: tuple[str, ...] = ()
        self.named = True
        self._store, self._switch = store, switch
        self._rereading = Rereading()
        self._taken_from: LogFeed | None = None
        self._whole: frozenset[str] = frozenset()
        self._base: tuple[object, ...] | None = None
        self._again = False
        self._held: list[LogEntry] = []
        self._eager = 0.0
        self._shown = 0.0

    @property
    def feed(self) -> LogFeed | None:
        """The open feed of what is followed."""
        return self._switch.current if self.query is not None and self._switch.key == self.query else None

    @property
    def known(self) -> frozenset[str]:
        """Names of the pods that lines were shown of."""
        return self._rereading.pods

    @property
    def ends(self) -> Mapping[str, float]:
        """The times of the last lines that were shown of pods whose logs were not read to their end."""
        return {pod: time for pod, time in self._rereading.ends.items() if pod not in self._whole}

    def wanted(self, query: LogQuery) -> LogQuery:
        """The query with what of the logs a person wants to see.

        A window stays where it began, as that of `kubectl logs --since` does, also when the log is read anew.
        """
        return replace(query, since_time=iso(self._begin(query)), previous=self.pane.previous)

    def _begin(self, query: LogQuery) -> float | None:
        """When the window begins, in whole seconds."""
        if self.pane.since is None:
            return None
        if self.pane.begin is not None and self._base in (None, self._base_of(query)):
            return self.pane.begin
        return float(int(self._store.clock()) - self.pane.since)

    def _base_of(self, query: LogQuery) -> tuple[object, ...]:
        """Of what log a window is: pods of another cluster may have the same names."""
        place = self._store.place
        return query, place.context, place.stack

    def follow(self, query: LogQuery, *, named: bool, scope: tuple[str, ...]) -> None:
        """Follow these logs; nothing happens where they are followed already.

        Args:
            query: Which; how far back is the pane's to say.
            named: Whether who wrote a line stands before it.
            scope: Whose logs they are, for the title.
        """
        base, begin = self._base_of(query), self._begin(query)
        query, self.scope = self.wanted(query), scope
        if query != self.query or base != self._base or begin != self.pane.begin:
            self.query, self._base, self.pane.begin = query, base, begin
            self._nothing()
            self._eager = time.monotonic() + EAGER
            self.pane.set_names(named)
            self.named = named
            whose = query.run or query.pipeline or query.pod
            self.pane.label = "-".join(filter(None, (whose, query.step)))
        self._store.listen(query, self._switch)

    def pause(self) -> None:
        """Follow them no more, and keep what is shown; `follow` goes on with what was written since."""
        self._take_from(None)
        self._show()
        if self.query is not None:
            self._switch.to(None, None)

    def forget(self) -> None:
        """Follow no logs, and show none."""
        self.pause()
        if self.query is not None:
            self.query = self._base = self.pane.begin = None
            self._nothing()

    def _nothing(self) -> None:
        """Show no lines, and know of none."""
        self._rereading.clear()
        self._whole = frozenset()
        self._held.clear()
        self._shown = 0.0
        self.pane.clear()

    def take(self, none: str) -> None:
        """Show the lines that came.

        Args:
            none: What is said when there are none, however long ago.
        """
        feed = self.feed
        if feed is not None and feed is not self._taken_from:
            self._take_from(feed)
            self._rereading.begin()
        lines = self._rereading.fresh(feed.take()) if feed is not None else []
        self._held += self._entries(lines)
        more = feed is not None and feed.waiting
        loading = feed is None or feed.loading
        if not (more or loading) or time.monotonic() >= self._shown + HELD:
            self._show()
        if not self.pane.entries and not self._held:
            self.pane.set_empty(self._why_none(none) if self.query else "")
        if (more or (loading and time.monotonic() < self._eager)) and not self._again:
            self._again = True
            pause = NEXT if more and not self._store.hurried() else SOON
            self.pane.set_timer(pause, partial(self._take_more, none))

    def _take_from(self, feed: LogFeed | None) -> None:
        if self._taken_from is not None:
            self._whole |= self._taken_from.whole
        self._taken_from = feed

    def _take_more(self, none: str) -> None:
        self._again = False
        self.take(none)

    def _show(self) -> None:
        """Show what was taken and is not shown yet."""
        if self._held:
            self.pane.append(self._held)
            self._held = []
            self._shown = time.monotonic()

    def facts(self) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """What the title of the pane says: whose logs they are, what they are sifted by, and what is to say of them."""
        if not self.query:
            return [], [Fact(" ", tight=True)]
        # The step says more than its run where there is no room for both.
        scope = [
            Fact(f"  {one}" if place else one, "dim", len(self.scope) + 1 - place, tight=bool(place))
            for place, one in enumerate(self.scope)
        ]
        sifting = f"&{self.pane.sifting}" if self.pane.sifting else ""
        off = self.feed.error if self.feed else self._switch.error or lost(self._store) or self._store.board is None
        cut_off = "cut off, trying again" if off and self.pane.entries else ""
        return [*scope, Fact(sifting, "accent")], [
            Fact(cut_off, "trouble"),
            *self._told(),
            Fact(" ", tight=True),
        ]

    def _told(self) -> list[Fact]:
        """What there is to say of the lines; in too little room the last goes first, and the first of all stays."""
        dot = self.pane.glyphs.dot
        return [
            Fact(f" {dot} {one}" if place else one, "dim", 3 + place if place else 1, tight=bool(place))
            for place, one in enumerate(self.pane.facts())
        ]

    def _why_none(self, none: str) -> str:
        feed, kept = self.feed, len(self.pane.buffer.lines)
        error = self._switch.error or (feed.error if feed else None)
        if kept:
            lines = f"{kept:,} line{'' if kept == 1 else 's'}"
            return f"None of {lines} passes &{self.pane.sifting}\n{way_to('app.back')} shows all of them."
        if error is not None:
            return "The logs cannot be read: " + "\n".join(error_lines(error))
        if feed is None or feed.loading:
            gone = lost(self._store)
            return f"The logs cannot be read now: {gone.message}\n{AGAIN}" if gone else "Loading the logs ..."
        if self.pane.previous:
            newest = f"{way_to('log.previous')} shows the newest log."
            return f"No container was restarted, so there is no log before that.\n{newest}"
        if self.pane.window:
            return f"No log lines {self.pane.window}.\n{way_to('log.longer')} begins earlier."
        return none

    def _entries(self, lines: Sequence[LogLine]) -> list[LogEntry]:
        query = self.query
        if query is not None and query.pod and not query.run:
            return [LogEntry(text, "", time, kind == "note") for time, _, _, _, text, kind, _ in lines]
        if query is None or query.run:
            return [LogEntry(text, step, time, kind == "note") for time, _, step, _, text, kind, _ in lines]
        return [
            LogEntry(text, f"{run} {step}".strip(), time, kind == "note") for time, _, step, run, text, kind, _ in lines
        ]
