"""Which artifacts and archived logs of a store nothing can need any more. Pure.

A reference to an artifact is in the results of its own run, in those of runs that took it from the step cache, or in
the index of that. A master has read the index when it started, so it may still hand out what the index has lost since:
while a run of a pipeline goes on, no artifact of that pipeline goes.

A log is needed by nobody but who looks at its run. All parts of one go, or none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from k8stui.incluster.runner.storing.stores import LOGS
from k8stui.model.views import ArtifactView

_OWNED = r"(?P<run>[a-z0-9.-]+)/o(?P<place>[0-9a-f]{12})-(?P<pipeline>[0-9a-f]{8})/[a-z0-9.-]+/[A-Za-z0-9._-]+"

_KEY = re.compile("artifacts/" + _OWNED)
"""What the runner names an artifact (`incluster/runner/storing/artifacts.py`, `plan/storing.py`)."""

_LOG = re.compile("logs/" + _OWNED)
"""And a part of a log (`incluster/runner/storing/archiving.py`)."""

_REFERENCE = re.compile(f"(?=({re.sub(r'[?]P<[a-z]+>', '?:', _KEY.pattern)}))")
"""The same anywhere in a text, at each place: a store's own path may end in `artifacts`, too."""

_CODE = re.compile(r"code/(?P<sha256>[0-9a-f]{64})\.(zip|o(?P<place>[0-9a-f]{12})|unknown)")
"""A code package and the marks of those who use it (`plan/storing.py`)."""


@dataclass(frozen=True)
class Stored:
    """An object of the store.

    Attributes:
        key: Below the store's path.
        size: Bytes.
        modified: Seconds since the epoch; None where the store does not tell.
    """

    key: str
    size: int = 0
    modified: float | None = None


@dataclass(frozen=True)
class Known:
    """What was read of clusters, completely.

    Attributes:
        places: The namespaces, by the digests that the keys of their artifacts have.
        runs: Namespaces and names of the runs of which something is there.
        going: Those of them that have not ended, or whose pods are all there is.
        busy: Namespaces and digests of the pipelines of which a run goes on.
        references: Keys that stand in a result, an input or a step cache.
        codes: The SHA-256 of code packages that a run or a schedule names.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    runs: frozenset[tuple[str, str]] = frozenset()
    going: frozenset[tuple[str, str]] = frozenset()
    busy: frozenset[tuple[str, str]] = frozenset()
    references: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """What becomes of an object.

    Attributes:
        stored: It.
        goes: Whether it is deleted.
        why: Words on it.
        run: Of which run it is; empty where that is not known.
        namespace: Where that was; empty likewise.
    """

    stored: Stored
    goes: bool
    why: str
    run: str = ""
    namespace: str = ""

    def view(self, *, deleted: bool = False, error: str = "") -> ArtifactView:
        """As it is shown."""
        stored = self.stored
        return ArtifactView(
            key=stored.key, bytes=stored.size, modified=stored.modified, run=self.run, namespace=self.namespace,
            goes=self.goes, why=self.why, deleted=deleted, error=error,
        )  # fmt: skip


def doomed(objects: Iterable[Stored], known: Known, *, before: float, logs_before: float | None = None) -> list[Judged]:
    """What becomes of each object, in their order.

    Args:
        objects: What is below `artifacts/`, `logs/` and `code/`.
        known: What was read after they were listed.
        before: Seconds since the epoch; what was written later stays.
        logs_before: Likewise; logs that were written earlier go although their run is there, if it has ended. None
            keeps them.
    """
    listed = list(objects)
    packages: dict[str, list[Stored]] = {}
    for stored in listed:
        if sha256 := package_of(stored.key):
            packages.setdefault(sha256, []).append(stored)
    logs = _logs(listed)
    codes = {sha256: _code_kept(sha256, parts, known, before) for sha256, parts in packages.items()}
    return [
        Judged(stored, not codes[sha256], codes[sha256] or "no run and no schedule names it")
        if (sha256 := package_of(stored.key))
        else _log_judged(stored, logs[stored.key.rpartition("/")[0]], known, before, logs_before)
        if is_log(stored.key)
        else _judged(stored, known, before)
        for stored in listed
    ]


def is_log(key: str) -> bool:
    """Whether a key is one of an archived log."""
    return key.startswith(LOGS)


def references_in(text: str) -> set[str]:
    """The keys that URIs of artifacts in a text may end in, whatever the paths of their stores."""
    return set(_REFERENCE.findall(text))


def package_of(key: str) -> str:
    """The SHA-256 of the code package that a key is of, or a mark of; empty for other keys."""
    found = _CODE.fullmatch(key)
    return found["sha256"] if found else ""


def _code_kept(sha256: str, parts: Iterable[Stored], known: Known, before: float) -> str:
    """Why a package and its marks stay, which go together only; empty when they go."""
    marks = [found["place"] for part in parts if (found := _CODE.fullmatch(part.key)) and found[2] != "zip"]
    if not marks:
        return "nothing tells whose it is"
    if any(place not in known.places for place in marks):
        return "of another namespace or cluster, too"
    if sha256 in known.codes:
        return "a run or a schedule names it"
    return next(filter(None, (_young(part, before) for part in parts)), "")


def _logs(objects: Iterable[Stored]) -> dict[str, Stored]:
    """The part of each log that was written last, or one whose age is not known, by the folder of its pod."""
    newest: dict[str, Stored] = {}
    for stored in objects:
        folder = stored.key.rpartition("/")[0]
        newest[folder] = max(newest.get(folder, stored), stored, key=_written)
    return newest


def _written(stored: Stored) -> float:
    return math.inf if stored.modified is None else stored.modified


def _log_judged(stored: Stored, newest: Stored, known: Known, before: float, logs_before: float | None) -> Judged:
    """What becomes of a part of a log; its pod's log is as old as its newest part."""
    found = _LOG.fullmatch(stored.key)
    if not found:
        return Judged(stored, goes=False, why="nothing tells whose it is")
    run, namespace = found["run"], known.places.get(found["place"], "")
    if not namespace:
        return Judged(stored, goes=False, why="of another namespace or cluster", run=run)
    there = (namespace, run) in known.runs
    if (namespace, run) in known.going:
        why = "its run goes on"
    elif there and logs_before is None:
        why = "its run is there"
    else:
        why = _young(newest, before if logs_before is None or not there else min(before, logs_before))
    return Judged(stored, not why, why or ("a log of that age" if there else "its run was deleted"), run, namespace)


def _judged(stored: Stored, known: Known, before: float) -> Judged:
    found = _KEY.fullmatch(stored.key)
    if not found:
        return Judged(stored, goes=False, why="nothing tells whose it is")
    run, namespace = found["run"], known.places.get(found["place"], "")
    if not namespace:
        return Judged(stored, goes=False, why="of another namespace or cluster", run=run)
    why = _kept(stored, known, before, namespace, run, found["pipeline"])
    return Judged(stored, not why, why or "its run was deleted", run, namespace)


def _kept(stored: Stored, known: Known, before: float, namespace: str, run: str, pipeline: str) -> str:
    if (namespace, run) in known.runs:
        return "its run is there"
    if (namespace, pipeline) in known.busy:
        return "a run of its pipeline goes on"
    if stored.key in known.references:
        return "a run or a step cache refers to it"
    return _young(stored, before)


def _young(stored: Stored, before: float) -> str:
    if stored.modified is None:
        return "the store does not tell its age"
    return "too young" if stored.modified > before else ""
