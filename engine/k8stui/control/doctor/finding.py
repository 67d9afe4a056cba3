"""What the doctor finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from k8stui.cluster.resources import JsonObject
from k8stui.model.errors import K8stuiError


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    UNKNOWN = "unknown"
    """It could not be looked at."""
    WARNING = "warning"
    """Something works less well, or not at all for some."""
    PROBLEM = "problem"
    """Runs do not work."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: What: `kubeconfig`, `rights: submit runs`.
        level: How bad it is.
        sentence: What was found, without a full stop.
        fix: What to do about it; empty where there is nothing to do.
        manifests: Objects that do it, once somebody who may has applied them.
    """

    check: str
    level: Level
    sentence: str
    fix: str = ""
    manifests: tuple[JsonObject, ...] = ()


def problem(check: str, error: K8stuiError) -> Finding:
    """What an error says, as a problem."""
    return Finding(check, Level.PROBLEM, error.message.rstrip("."), error.hint)


def plain(findings: Iterable[Finding]) -> list[JsonObject]:
    """Findings for programs."""
    return [{**asdict(one), "level": one.level.value} for one in findings]


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether none of them is a problem."""
    return all(one.level is not Level.PROBLEM for one in findings)
