"""What of each pod's log was shown, so that a log that is read anew goes on where it was. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k8stui.control.logs.stream import LogLine


class Rereading:
    """Where each pod's log stands.

    The lines of a pod come in the order of time, so what is before its last known line is known, and of what has the
    very time of that as many lines as there were.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, int]] = {}
        self._before: dict[str, tuple[float, int]] = {}

    @property
    def pods(self) -> frozenset[str]:
        """Names of the pods that lines are known of."""
        return frozenset(self._last)

    @property
    def ends(self) -> dict[str, float]:
        """The time of the last line that is known of each pod."""
        return {pod: time for pod, (time, _) in self._last.items()}

    def begin(self) -> None:
        """All logs are read anew."""
        self._before = dict(self._last)

    def clear(self) -> None:
        """Another log is going to be shown."""
        self._last.clear()
        self._before.clear()

    def fresh(self, lines: Iterable[LogLine]) -> list[LogLine]:
        """Those that are not known; what is said of lines that are known goes with them."""
        lines = list(lines)
        pods = {line.pod for line in lines}
        if len(pods) == 1 and pods.isdisjoint(self._before):
            self._take_in(pods.pop(), lines)  # thousands of lines of a long log, for one
            return lines
        return [line for line in lines if line.time is None or not line.pod or self._is_fresh(line, line.time)]

    def _take_in(self, pod: str, lines: Sequence[LogLine]) -> None:
        """Remember where a pod's log stands that was not read before: its last time, and how many lines have that."""
        known = (line.time for line in reversed(lines) if line.time is not None and line.kind == "log")
        last = next(known, None)
        if last is None or not pod:
            return
        count = 1 + sum(1 for _ in takewhile(last.__eq__, known))
        time, before = self._last.get(pod, (last, 0))
        self._last[pod] = (last, count + before if time == last else count)

    def _is_fresh(self, line: LogLine, time: float) -> bool:
        note = line.kind == "note"
        if (before := self._before.get(line.pod)) is not None:
            if time < before[0] or (note and time == before[0]):
                return False
            if time == before[0] and before[1]:
                self._before[line.pod] = (time, before[1] - 1)
                return False
        if not note:
            last, count = self._last.get(line.pod, (time, 0))
            self._last[line.pod] = (time, count + 1 if time == last else 1)
        return True
