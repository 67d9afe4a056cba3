"""The journal: the ends of steps, written between two writes of the status shards.

Before a pod exists, a new master must be able to know the ends of the steps that it waited for. Where the shards are
large, it would cost the API server and its etcd half a megabyte to say that of one step; the journal says it in a
ConfigMap of a few kilobytes, which begins anew whenever the shards were written.
"""

import json
from typing import Any, Dict, List, Optional, Set

from ..contract.record import Attempt, StepStatus
from ..contract.states import StepState

Json = Dict[str, Any]

JOURNAL_BYTES = 32 * 1024
"""What it may hold: each write writes all of it anew, so that from here on the shards are the cheaper place."""


class Journal:
    """Knows what the shards lack, and puts it into words.

    Args:
        without_results: Steps whose results are not kept.
    """

    def __init__(self, without_results: Set[str]) -> None:
        self._without_results = without_results
        self._changed: Set[str] = set()
        self._texts: Dict[str, str] = {}

    def changed(self, steps: Set[str]) -> None:
        """These steps' status differs from what the shards say."""
        self._changed |= steps
        for name in steps:
            self._texts.pop(name, None)

    def begin(self) -> None:
        """The shards were written: they lack nothing now."""
        self._changed.clear()
        self._texts.clear()

    def ended(self, steps: Dict[str, StepStatus]) -> List[str]:
        """The steps that have ended since the shards were written."""
        return [name for name in self._changed if name in steps and steps[name].state.ended]

    def text(self, ended: List[str], steps: Dict[str, StepStatus], results: Dict[str, Json]) -> Optional[str]:
        """What is to be written of these steps; None where that belongs into the shards.

        It does where it is too long, and where a step has ended without any attempt, as mapped and cached ones do: a
        new master knows by the attempts alone whether journal or shards are later (`take_over`).
        """
        if not all(steps[name].attempts for name in ended):
            return None
        for name in ended:
            if name not in self._texts:
                kept = {} if name in self._without_results else results.get(name, {})
                told = {"status": steps[name].to_json(), "results": kept}
                self._texts[name] = "%s:%s" % (json.dumps(name), json.dumps(told, separators=(",", ":")))
        text = "{%s}" % ",".join([self._texts[name] for name in ended])
        return text if len(text) <= JOURNAL_BYTES else None


def take_over(text: str, steps: Dict[str, StepStatus], results: Dict[str, Json]) -> Set[str]:
    """Take a step's status and results from the journal where it is later than the shards.

    It may be the earlier one: a journal stays as it is when the shards are written, and a retry opens steps anew.

    Args:
        text: The journal.
        steps: What the shards say, which is changed.
        results: What is known of results, to which those of the journal are added.

    Returns:
        The steps whose status was taken from the journal.
    """
    told = set()
    for name, one in json.loads(text).items():
        status, known = StepStatus.from_json(one["status"]), steps.get(name)
        if known is None or not known.attempts or _is_later(status.attempts[-1], known.attempts[-1]):
            steps[name] = status
            if one["results"]:
                results.setdefault(name, one["results"])
            told.add(name)
    return told


def _is_later(noted: Attempt, known: Attempt) -> bool:
    """Whether the last attempt that the journal knows of is later than the last one in the shards.

    A success counts even where the shards have the same attempt as stopped or evicted: an attempt that has succeeded
    never becomes anything else, but who ended the run in a dead master's place may not have known of it.
    """
    if noted.attempt != known.attempt:
        return noted.attempt > known.attempt
    return not known.over or (noted.state is StepState.SUCCEEDED and known.state is not StepState.SUCCEEDED)
