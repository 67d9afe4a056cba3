"""The one retry policy: which answers are worth asking again, after which pause, and when to give up.

Pure on purpose: no clock, no network. `classify` reads one answer, `Budget` keeps the score of one request.
Rules that hold for every Kubernetes client: 429 and 5xx pass (API conventions, "HTTP status codes"), 401 may mean a
rotated credential, and a few 403 and 409 answers of admission plugins are states of the moment rather than refusals.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_RETRIED_STATUS = frozenset({500, 502, 503, 504})


@dataclass(frozen=True)
class Retry:
    """Ask again; not before `after` seconds when the server said so."""

    after: float | None = None


@dataclass(frozen=True)
class Wait:
    """Refused by a state that ends by itself. `why` is a phrase for the person: "waiting for …"."""

    why: str


@dataclass(frozen=True)
class Reauthenticate:
    """The credentials were not accepted: load them anew and ask once more."""


@dataclass(frozen=True)
class Final:
    """The answer stands."""


Decision = Retry | Wait | Reauthenticate | Final


def classify(status: int, reason: str, message: str, *, after: float = 0) -> Decision:
    """What to do about an answer that is not a success.

    Args:
        status: The HTTP status.
        reason: `reason` of the Status object, as `AlreadyExists`; may be empty.
        message: `message` of the Status object.
        after: Seconds the server asks to wait; 0 when it does not say.
    """
    if status == 429 and "disruption budget" in message:
        return Final()
    if status == 429 or status in _RETRIED_STATUS or reason == "ServerTimeout":
        return Retry(after=after or None)
    if status == 401:
        return Reauthenticate()
    if status == 409 and "resourcequotas" in message:
        # Two requests met at the quota's counter; the object was not created.
        return Retry()
    if status == 403:
        return _classify_forbidden(message)
    return Final()


def _classify_forbidden(message: str) -> Decision:
    # "failed quota: … must specify limits.cpu" and a terminating namespace never get better by waiting.
    if "exceeded quota" in message and "must specify" not in message:
        return Wait("waiting for room in the namespace's quota")
    if "error looking up service account" in message and "not found" in message:
        return Wait("waiting for the service account to appear")
    return Final()


def retry_after(headers: Mapping[str, str]) -> float:
    """The `Retry-After` header in seconds; 0 when there is none, or a date, which Kubernetes never sends."""
    value = headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else 0.0


def backoff(attempt: int, rng: random.Random, *, base: float = 0.2, cap: float = 5.0) -> float:
    """The pause in seconds before attempt number `attempt` (1 = the first repetition): exponential, with jitter.

    The jitter takes up to half off, so that clients cut off together do not come back together.
    """
    full: float = min(cap, base * 2.0 ** min(attempt - 1, 30))
    return full * rng.uniform(0.5, 1.0)


@dataclass(frozen=True)
class Policy:
    """How long one request may go on trying, in seconds.

    Attributes:
        total: For answers like 429 and 5xx, and for lost connections to a server that had answered before.
        first_contact: For lost connections to a server that never answered: a person waits for the error.
        wait: For `Wait` decisions, when the caller asked to wait.
        base: The first pause.
        cap: The longest pause, unless the server asks for more.
    """

    total: float = 30.0
    first_contact: float = 2.0
    wait: float = 300.0
    base: float = 0.2
    cap: float = 5.0


NO_RETRY = Policy(total=0, first_contact=0, wait=0)
"""For callers that repeat by themselves, as a mirror does, and want to show every failure at once."""


@dataclass
class Clock:
    """Time and chance, replaceable in tests. `now` is monotonic, in seconds."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)


class Budget:
    """The score of one request: how often it was tried and how long it may go on."""

    def __init__(self, policy: Policy, rng: random.Random, *, started: float) -> None:
        self._policy = policy
        self._rng = rng
        self._started = started
        self._attempts = 0
        self._reloaded = False

    def pause(self, decision: Decision, *, now: float, may_wait: bool, had_contact: bool = True) -> float | None:
        """The seconds to sleep before the next attempt, or None to give up.

        Args:
            decision: What `classify` made of the last answer.
            now: The present time on the clock `started` was taken from.
            may_wait: Whether the caller wants `Wait` states waited out.
            had_contact: False when the server has never answered anything yet.
        """
        match decision:
            case Final():
                return None
            case Reauthenticate():
                return self._after_reload()
            case Wait():
                limit, asked = (self._policy.wait if may_wait else 0.0), None
            case Retry(after=asked):
                limit = self._policy.total if had_contact else self._policy.first_contact
        self._attempts += 1
        pause = backoff(self._attempts, self._rng, base=self._policy.base, cap=self._policy.cap)
        if asked is not None:
            # Jitter on top: everyone who was turned away got the same number.
            pause += asked
        return pause if now + pause - self._started <= limit else None

    def _after_reload(self) -> float | None:
        if self._reloaded:
            return None
        self._reloaded = True
        return 0.0
