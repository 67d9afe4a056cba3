"""The log of one container, followed through lost connections without losing or repeating a line.

A stream is taken up again from the second of its last line (`sinceTime` has whole seconds only once it reaches the
kubelet), and what was already seen of that second is left out by comparing whole lines, times included. If none of it
comes back, the log was rotated in between: then lines may be missing, and the reader is told.

Nodes write times in their own zone, so they are compared and asked for in UTC.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from k8stui.control.spans import epoch


class LogLine(NamedTuple):
    """One line of one pod.

    Attributes:
        time: When the container wrote it, seconds since the epoch; None when the runtime gave no time.
        pod: Its pod.
        step: Its step's name; `orchestrator` for the master, empty for pods of others.
        run: Its run.
        text: As it was written: it may hold anything, escape sequences included.
        kind: `log`, or `note` for what k8stui has to say about this log (lines that may be missing).
    """

    time: float | None
    pod: str
    step: str
    run: str
    text: str
    kind: Literal["log", "note"] = "log"


RESTARTED = "the container was restarted: what it wrote last before may be missing here, it is in its previous log"

GAP = "some lines may be missing here: the log was rotated while it could not be read"


_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_SECOND = len("2026-11-24T04:16:56")
_UTC = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ")


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

    def take(self, line: bytes) -> tuple[bool, bool]:
        """Look at one line, as it came.

        Returns:
            Whether it is new, and whether lines before it may be missing.
        """
        if self._expected is None and line[:_SECOND] == self._second and _UTC.match(line):
            self._seen.append(line)  # as nearly all lines are
            return True, False
        stamp = _utc(line.partition(b" ")[0])
        second = stamp[:_SECOND]
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


def split_time(line: bytes) -> tuple[float | None, str]:
    """Time and text of a line that was asked for with timestamps."""
    stamp, space, text = line.partition(b" ")
    if space and stamp[:1].isdigit():
        try:
            return epoch(stamp.decode("ascii")), text.decode("utf-8", "replace")
        except ValueError:
            pass
    return None, line.decode("utf-8", "replace")
