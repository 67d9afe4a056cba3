"""The log of one container, followed through lost connections without losing or repeating a line.

A stream is taken up again from the second of its last line (`sinceTime` has whole seconds only once it reaches the
kubelet), and what was already seen of that second is left out by comparing whole lines, times included. If none of it
comes back, the log was rotated in between: then lines may be missing, and the reader is told.

Nodes write times in their own zone, so they are compared and asked for in UTC.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from k8stui.control.logs.times import SECOND, heads_of


class LogLine(NamedTuple):
    """One line of one pod.

    Attributes:
        time: When the container wrote it, seconds since the epoch; None when the runtime gave no time.
        pod: Its pod.
        step: Its step's name; `orchestrator` for the master, empty for pods of others.
        run: Its run.
        text: As it was written: it may hold anything, escape sequences included.
        kind: `log`, or `note` for what k8stui has to say about this log (lines that may be missing).
        archived: It was read from the archive of its run, because its pod is gone.
    """

    time: float | None
    pod: str
    step: str
    run: str
    text: str
    kind: Literal["log", "note"] = "log"
    archived: bool = False


RESTARTED = "the container was restarted: what it wrote last before may be missing here, it is in its previous log"

GONE_MEANWHILE = "the pod was deleted while its log could not be read: what it wrote last may be missing"

GAP = "some lines may be missing here: the log was rotated while it could not be read"


_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")


class Resumption:
    """Where a stream of time-stamped lines stands, and what of a new stream is known already."""

    def __init__(self) -> None:
        self._seen: list[bytes] = []
        self._second = b""
        self._origin = b""
        self._expected: Counter[bytes] | None = None
        self._met = False

    @property
    def since(self) -> str | None:
        """What to ask a new stream for, as `sinceTime`; None for all."""
        return self._second.decode("ascii") + "Z" if self._second else None

    def reopen(self) -> None:
        """A new stream begins."""
        self._expected = Counter(self._seen) if self._second else None
        self._met = False

    def take(self, lines: Sequence[bytes]) -> tuple[Sequence[bytes], int | None]:
        """Look at lines that came together, as they came.

        Returns:
            Those that are new, and the place of that one among them before which lines may be missing, if any.
        """
        new, gap, each = list[bytes](), None, False
        for place, line in enumerate(lines):
            if self._expected is None and not each:
                if self._go_on(lines[place:]):
                    return [*new, *lines[place:]], gap
                each = True
            fresh, missing = self._take(line)
            if missing:
                gap = len(new)
            if fresh:
                new.append(line)
        return new, gap

    def _go_on(self, lines: Sequence[bytes]) -> bool:
        """Take in lines that are all new, as nearly always, and in order; False where each has to be looked at."""
        heads = heads_of(lines)
        if not heads or heads[-1][:SECOND] < self._second:
            return False
        last = heads[-1][:SECOND]
        if last > self._second:
            self._second = last
            self._seen.clear()
        self._origin = self._origin or heads[0][:-2]
        self._seen += lines[bisect_left(heads, last) :]
        return True

    def _take(self, line: bytes) -> tuple[bool, bool]:
        """Whether a line is new, and whether lines before it may be missing."""
        stamp = _utc(line.partition(b" ")[0])
        second = stamp[:SECOND]
        if self._expected is not None:
            if self._expected[line] > 0:
                self._expected[line] -= 1
                self._met = True
                return False, False
            # Before the first line of all: reading began with the last lines of that second only.
            if second < self._second or stamp < self._origin:
                return False, False
        gap = self._expected is not None and not self._met
        if stamp and second >= self._second:
            self._origin = self._origin or stamp
            # Anything past the last second ends the overlap; the same text may then come as often as it likes.
            if second > self._second:
                self._second = second
                self._seen.clear()
                self._expected = None
            self._seen.append(line)
        if gap:
            self._expected = None
        return True, gap


def _utc(stamp: bytes) -> bytes:
    """A time in UTC with nine digits, so that texts compare as times do; empty for what is no time."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return b""
    whole, fraction, zone = found.groups(b"")
    if zone != b"Z":
        whole = _moved(whole, zone)
    return whole and whole + b"." + fraction.ljust(9, b"0")


@lru_cache(64)
def _moved(whole: bytes, zone: bytes) -> bytes:
    try:
        local = datetime.fromisoformat((whole + zone).decode("ascii"))
    except ValueError:
        return b""
    return local.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds").encode("ascii")
