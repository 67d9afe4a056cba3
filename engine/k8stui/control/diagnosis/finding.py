"""What a diagnosis is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How bad it is, the worst first."""

    FAILED = "failed"
    """It ended badly, and nothing will be tried again."""
    STUCK = "stuck"
    """Nothing moves until somebody does something."""
    WAITING = "waiting"
    """It goes on by itself when something else ends, comes or is due."""
    FINE = "fine"
    """There is nothing to do."""


_ORDER = list(Level)


@dataclass(frozen=True)
class Cause:
    """What a rule found.

    Attributes:
        level: How bad it is.
        words: The cause, without a full stop: `its image x:1 cannot be pulled: there is no such image or tag`.
        advice: What to do about it; empty where there is nothing to do.
        evidence: The server's own words it rests on.
    """

    level: Level
    words: str
    advice: str = ""
    evidence: tuple[str, ...] = ()

    def resting_on(self, *evidence: str) -> Cause:
        """The same cause with further evidence, each line once."""
        return replace(self, evidence=tuple(dict.fromkeys((*self.evidence, *filter(None, evidence)))))


@dataclass(frozen=True)
class Diagnosis:
    """One finding for a person.

    Attributes:
        subject: What it is about: `run train-x7k2p`, `step train`, `pod etl-0`.
        sentence: The state and the cause: `queued: none of the 3 nodes takes it: …`.
        advice: What to do about it; empty where there is nothing to do.
        evidence: The server's own words it rests on, one line each.
        level: How bad it is.
    """

    subject: str
    sentence: str
    advice: str = ""
    evidence: tuple[str, ...] = ()
    level: Level = Level.FINE

    @classmethod
    def of(cls, subject: str, state: str, cause: Cause) -> Diagnosis:
        """The diagnosis of something in a state."""
        sentence = f"{state}: {cause.words}" if cause.words else state
        return cls(subject, sentence, cause.advice, cause.evidence, cause.level)


def worst_first(found: list[Diagnosis]) -> list[Diagnosis]:
    """In the order of their levels; those of one level stay as they are."""
    return sorted(found, key=lambda one: _ORDER.index(one.level))
