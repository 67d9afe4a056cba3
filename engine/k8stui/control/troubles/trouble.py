"""One thing that is wrong, with everything it is wrong with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from k8stui.control.diagnosis.finding import Level

NOUNS = {"Pod": "pod", "Run": "run", "CronJob": "schedule", "Node": "node", "ResourceQuota": "quota"}
"""What objects of each kind are called."""

_ORDER = list(Level)
_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True)
class Member:
    """An object that is in trouble.

    Attributes:
        namespace: Empty for one of the whole cluster.
        name: Its name.
        run: The run that it belongs to; empty for none.
    """

    namespace: str
    name: str
    run: str = ""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with some objects of a kind, for the same cause.

    Attributes:
        level: How bad it is.
        kind: Of the objects; `Run` for runs.
        members: They, the newest first.
        sentence: State and cause: `queued: none of the 3 nodes takes it: …`.
        advice: What to do about it; empty for nothing.
        evidence: The server's own words it rests on.
        since: When the first of them came into it, seconds since the epoch; None when that is not known.
    """

    level: Level
    kind: str
    members: tuple[Member, ...]
    sentence: str
    advice: str = ""
    evidence: tuple[str, ...] = ()
    since: float | None = None

    @property
    def state(self) -> str:
        """The word that it begins with."""
        return self.sentence.partition(":")[0]

    @property
    def cause(self) -> str:
        """The sentence without that word."""
        return self.sentence.partition(":")[2].strip() or self.sentence

    @property
    def subject(self) -> str:
        """What is in trouble: `pod train-1`, `40 pods`."""
        noun = NOUNS.get(self.kind, self.kind)
        return f"{noun} {self.members[0].name}" if len(self.members) == 1 else f"{len(self.members)} {noun}s"

    @property
    def key(self) -> str:
        """Names it for good: the same as long as its cause is, whoever joins or leaves."""
        return f"{self.kind}/{self.level.value}/{_NUMBER.sub('#', self.sentence)}"


def merged(found: Iterable[Trouble]) -> list[Trouble]:
    """One for each cause, the worst first, then those of which there are most."""
    causes: dict[str, Trouble] = {}
    for one in found:
        before = causes.get(one.key)
        if before is None:
            causes[one.key] = one
            continue
        times = [time for time in (before.since, one.since) if time is not None]
        members = tuple(dict.fromkeys((*before.members, *one.members)))
        causes[one.key] = replace(before, members=members, since=min(times, default=None))
    return sorted(causes.values(), key=lambda one: (_ORDER.index(one.level), -len(one.members), one.kind, one.key))
