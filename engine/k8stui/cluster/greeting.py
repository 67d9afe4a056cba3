"""What the server tells everybody: its version, and by the way how long an answer takes and what its clock says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from k8stui.cluster.request import Request
from k8stui.cluster.requests import Requests, parse
from k8stui.cluster.subject import What

_VERSION = Request(What("read the version"), "GET", "/version")


@dataclass(frozen=True)
class Greeting:
    """What it told.

    Attributes:
        version: As `v1.34.4`.
        latency: Seconds that the answer took.
        ahead: Seconds by which its clock is at least ahead of ours, negative behind; None when it did not say.
    """

    version: str
    latency: float
    ahead: float | None


async def greet(requests: Requests, *, clock: Callable[[], float] = time.time) -> Greeting:
    """Ask for the version."""
    before, begun = clock(), time.perf_counter()
    answer = await requests.fetch(_VERSION)
    latency, after = time.perf_counter() - begun, clock()
    told = parse(answer, requests.where)
    return Greeting(
        str(told.get("gitVersion") or "unknown"), latency, ahead(answer.headers.get("Date", ""), before, after)
    )


def ahead(date: str, before: float, after: float) -> float | None:
    """By how much another clock is at least ahead.

    Args:
        date: Its `Date` header, which is cut off to seconds.
        before: When it was asked, seconds since the epoch.
        after: When the answer was there.
    """
    try:
        told = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
    if told > after:
        return told - after
    return min(0.0, told + 1 - before)
