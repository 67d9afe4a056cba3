"""The times that log lines begin with, which the kubelet writes in front of each. Pure.

Nearly all lines begin with a time in UTC with nine digits; of thousands of them these are looked at together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from k8stui.control.words.spans import epoch

SECOND = len("2026-11-24T04:16:56")
"""Characters of a time down to the second."""

_SHAPE = b"0000-00-00T00:00:00.000000000Z "
_MICRO = slice(SECOND + 1, SECOND + 7)
_DIGITS = bytes.maketrans(b"123456789", b"000000000")


def heads_of(lines: Sequence[bytes]) -> list[bytes] | None:
    """What each line begins with, a time and a space, where all have it in UTC with nine digits and in order."""
    heads = [line[: len(_SHAPE)] for line in lines]
    if b"".join(heads).translate(_DIGITS) != _SHAPE * len(heads) or heads != sorted(heads):
        return None
    return heads


def split_times(lines: Sequence[bytes]) -> tuple[Sequence[float | None], Sequence[str]]:
    """Times, in seconds since the epoch, and texts of lines that were asked for with timestamps.

    None for the time of a line that begins with none.
    """
    heads = heads_of(lines)
    try:
        times = _times(heads) if heads else None
    except ValueError:  # 99 is no month
        times = None
    if times is None:
        pairs = list(map(split_time, lines))
        return [time for time, _ in pairs], [text for _, text in pairs]
    rest = b"\n".join([line[len(_SHAPE) :] for line in lines])
    return times, rest.decode("utf-8", "replace").split("\n")


def split_time(line: bytes) -> tuple[float | None, str]:
    """Time and text of one such line."""
    stamp, space, text = line.partition(b" ")
    if space and stamp[:1].isdigit():
        try:
            return epoch(stamp.decode("ascii")), text.decode("utf-8", "replace")
        except ValueError:
            pass
    return None, line.decode("utf-8", "replace")


def _times(heads: Sequence[bytes]) -> Sequence[float]:
    found, start = list[float](), 0
    while start < len(heads):
        second = heads[start][:SECOND]
        end = bisect_right(heads, second + b"~", start)
        begin = _microseconds(second)
        found += [(begin + int(head[_MICRO])) / 1_000_000 for head in heads[start:end]]
        start = end
    return found


@lru_cache(64)
def _microseconds(second: bytes) -> int:
    return round(epoch(second.decode("ascii") + "Z") or 0.0) * 1_000_000
