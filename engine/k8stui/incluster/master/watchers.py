"""The master's eyes: a watch of the run's step pods and one of its record, each in a thread of its own.

A watch is resumed from the last resourceVersion it saw; when that is too old (410), or anything else is odd, everything
is listed again. Silence is bounded on both sides, so that a watch never stalls unnoticed.
"""

import json
import random
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Tuple, TypeVar

from ..contract.names import COMPONENT_STEP, LABEL_COMPONENT, LABEL_RUN_ID, LABEL_STEP, record_name
from ..contract.podfacts import PodFacts, read_pod
from .kube import METADATA_ONLY, Kube, KubeError

Json = Dict[str, Any]

SERVER_TIMEOUT = 240
"""Seconds after which the server ends a watch; bookmarks come about once a minute before."""

SILENCE = SERVER_TIMEOUT + 30.0
PAUSES = (0.2, 5.0)
UNENDED = "status.phase!=Succeeded,status.phase!=Failed"

Read = TypeVar("Read")


@dataclass(frozen=True)
class PodChanged:
    """A pod was made or changed. `slug` is its step's."""

    slug: str
    facts: PodFacts


@dataclass(frozen=True)
class PodRemoved:
    """A pod is gone from the API."""

    slug: str
    facts: PodFacts


@dataclass(frozen=True)
class Listed:
    """Everything was listed anew, each pod with the slug of its step: what is not in it may be gone.

    What comes after `version`, a resourceVersion, is told by the watch that begins there.
    """

    pods: Tuple[Tuple[str, PodFacts], ...]
    version: str


@dataclass(frozen=True)
class RecordChanged:
    """The record's metadata changed; empty when it was deleted."""

    annotations: Dict[str, str]


Tell = Callable[[Any], None]


def selector(run: str) -> str:
    """The label selector of a run's step pods."""
    return "%s=%s,%s=%s" % (LABEL_RUN_ID, run, LABEL_COMPONENT, COMPONENT_STEP)


def slug_of(pod: Json) -> str:
    """The slug of a pod's step."""
    return (pod["metadata"].get("labels") or {}).get(LABEL_STEP) or ""


def list_pods(kube: Kube, run: str, read: Callable[[Json], Read], *, unended: bool = False) -> "Tuple[List[Read], str]":
    """The run's step pods and the resourceVersion from which to watch.

    Args:
        kube: The API.
        run: The run.
        read: Gives what is wanted of a pod: of thousands there is no room for all they say.
        unended: Only those whose containers have not all ended.
    """
    found: List[Read] = []
    version = ""
    for page in kube.pages("pods", selector(run), UNENDED if unended else ""):
        found += [read(pod) for pod in page["items"]]
        version = page["metadata"]["resourceVersion"]
    return found, version


def watch_pods(kube: Kube, run: str, version: str, tell: Tell) -> None:
    """Tell of every change of the run's step pods, from a new thread, for as long as the program runs.

    Without a version they are listed first: a watch that begins with what there is does not tell of what was there.
    """

    def follow() -> None:
        since = version
        while True:
            if not since:
                pods, since = list_pods(kube, run, lambda pod: (slug_of(pod), read_pod(pod)))
                tell(Listed(tuple(pods), since))
            for kind, pod in _watch(
                kube, kube.path("pods"), {"labelSelector": selector(run)}, since, "application/json"
            ):
                if kind == "DELETED":
                    tell(PodRemoved(slug_of(pod), read_pod(pod)))
                elif kind in ("ADDED", "MODIFIED"):
                    tell(PodChanged(slug_of(pod), read_pod(pod)))
            since = ""

    _start("pods", follow, tell)


def watch_record(kube: Kube, run: str, version: str, tell: Tell) -> None:
    """Tell of every change of the record's annotations, from a new thread, for as long as the program runs."""

    def follow() -> None:
        since = version
        query = {"fieldSelector": "metadata.name=" + record_name(run)}
        while True:
            for kind, record in _watch(kube, kube.path("configmaps"), query, since, METADATA_ONLY):
                since = record["metadata"]["resourceVersion"]
                if kind != "BOOKMARK":
                    notes = record["metadata"].get("annotations") or {}
                    tell(RecordChanged({} if kind == "DELETED" else notes))
            try:
                record = kube.get("configmaps", record_name(run))
            except KubeError as error:
                if error.status != 404:
                    raise
                tell(RecordChanged({}))
                return
            since = record["metadata"]["resourceVersion"]
            tell(RecordChanged(record["metadata"].get("annotations") or {}))

    _start("record", follow, tell)


def _start(name: str, follow: Callable[[], None], tell: Tell) -> None:
    def guarded() -> None:
        try:
            follow()
        except Exception as error:  # told to the one thread that decides: a dead watch must not look like a quiet one
            tell(error)

    threading.Thread(target=guarded, name=name, daemon=True).start()


def _watch(kube: Kube, path: str, query: Dict[str, str], since: str, accept: str) -> Iterator[Tuple[str, Json]]:
    """Events until the caller must list again; broken connections and time-outs are resumed here."""
    pause = PAUSES[0]
    while True:
        asked = dict(query, watch="1", allowWatchBookmarks="true", resourceVersion=since)
        asked["timeoutSeconds"] = str(SERVER_TIMEOUT)
        try:
            for line in kube.stream(path, asked, SILENCE, accept):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                since = event["object"]["metadata"]["resourceVersion"]
                pause = PAUSES[0]
                yield event["type"], event["object"]
        except KubeError as error:
            if error.status not in (401, 429) and error.status < 500:
                return
        except (OSError, ValueError):
            pass  # broken in the middle of an event: it comes again
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
        pause = min(pause * 2, PAUSES[1])
