"""The ledger: what the master writes down, and who may write.

Status goes to shards of at most 500 steps, small results to ConfigMaps that are filled one after the other; the run in
one line is an annotation of the record. What a new master must know at once goes to the journal where the shards are
large. Writing is sparing, because the cluster's etcd is shared: only dirty shards, a large one at most every two
seconds, and 16 KiB a second where nothing but the progress of steps is new. Every write of the record is bound to the
version last seen, so that of two masters the one with the older epoch finds out and stops; so is what stands beside it.
"""

import json
from typing import Any, Dict, List, Optional, Set, Tuple

from ..contract.fitting import fitting
from ..contract.names import (
    ANNOTATION_EPOCH,
    ANNOTATION_SUMMARY,
    COMPONENT_JOURNAL,
    COMPONENT_RESULTS,
    COMPONENT_STATUS,
    LABEL_COMPONENT,
    LABEL_MANAGED_BY,
    LABEL_RUN_ID,
    MANAGER,
    journal_name,
    record_name,
    results_shard_name,
    status_shard_name,
)
from ..contract.protocol import Plan
from ..contract.record import HEADER_KEY, JOURNAL_KEY, RESULTS_KEY, STATUS_KEY, StepStatus, Summary
from ..contract.shards import Shards
from .journal import Journal, take_over
from .kube import Kube, KubeError

Json = Dict[str, Any]

SMALL_BYTES = 32 * 1024
SOON, SMALL_PAUSE, LARGE_PAUSE = 0.3, 1.0, 2.0  # seconds: after the first change, between small and large writes
PROGRESS_RATE = SMALL_BYTES / LARGE_PAUSE
"""Bytes a second that progress alone may cost: a large shard is written for it the more rarely."""
SHARD_BYTES = 800 * 1024
RESULTS_BYTES = 128 * 1024
"""What results are gathered in: each write writes all of it anew."""
RECORD_BYTES = 1000 * 1024
"""What the record may hold: a long header, such as one with large parameters, takes some of the first shard's place."""


class FencedError(Exception):
    """A newer master has taken over this run."""


class GoneError(Exception):
    """The record was deleted: a person removed the run."""


class Ledger:
    """Reads and writes the record of one run."""

    def __init__(self, kube: Kube, plan: Plan, record: Json) -> None:
        self._kube = kube
        self._plan = plan
        self._record = record
        self._epoch = 0
        self._shards = Shards(plan)
        self._mapped = {step.name for step in plan.steps if step.mapped}
        self._journal = Journal(self._mapped)
        self._versions: Dict[str, str] = {}  # of what was written beside the record, as last seen
        self._dirty_shards: Set[int] = set()
        self._results: List[Dict[str, Dict[str, Any]]] = []
        self._result_bytes = 0
        self._kept_results: Set[str] = set()
        self._recorded: Set[str] = set()
        self._told_shards: Set[int] = set()  # where nothing but progress is new
        self._texts: Dict[str, str] = {}  # what stands in a shard of steps that have ended
        self._sizes: Dict[int, int] = {}  # bytes of the shards as they were last written
        self._due: Optional[float] = None
        self._told_due: Optional[float] = None
        self._told_base = 0.0  # the last write before the progress that is waiting
        self._last_write = 0.0
        self._last_change = 0.0  # the last write of more than progress, and its bytes
        self._last_bytes = 0

    def claim(self) -> int:
        """Become the run's master; returns the epoch."""
        while True:
            meta = self._record["metadata"]
            epoch = int((meta.get("annotations") or {}).get(ANNOTATION_EPOCH) or 0) + 1
            changes = {"resourceVersion": meta["resourceVersion"], "annotations": {ANNOTATION_EPOCH: str(epoch)}}
            try:
                self._patch_record({"metadata": changes})
            except KubeError as error:
                if error.status == 404:
                    raise GoneError from error
                if error.status != 409:
                    raise
                self._record = self._kube.get("configmaps", record_name(self._plan.run))
            else:
                self._epoch = epoch
                return epoch

    @property
    def annotations(self) -> Dict[str, str]:
        """Of the record, as it was last read or written."""
        found: Dict[str, str] = self._record["metadata"]["annotations"]
        return found

    def load(self) -> Tuple[Dict[str, StepStatus], Dict[str, Dict[str, Any]], Summary]:
        """What an earlier master wrote: status of the steps, small results, the summary."""
        summary = Summary.from_text(self._record["metadata"]["annotations"][ANNOTATION_SUMMARY])
        texts = [self._record["data"].get(STATUS_KEY) or "{}"]
        results: Dict[str, Dict[str, Any]] = {}
        journal = "{}"
        if self._epoch > 1:
            selector = "%s=%s,%s in (%s,%s,%s)"
            parts = (
                LABEL_RUN_ID,
                self._plan.run,
                LABEL_COMPONENT,
                COMPONENT_STATUS,
                COMPONENT_RESULTS,
                COMPONENT_JOURNAL,
            )
            self._take_journal()  # before it is read: nothing comes into it any more
            pages = self._kube.pages("configmaps", selector % parts)
            found = {one["metadata"]["name"]: one for page in pages for one in page["items"]}
            self._versions.update({name: one["metadata"]["resourceVersion"] for name, one in found.items()})
            for number in range(1, self._shards.count):
                shard = found.get(status_shard_name(self._plan.run, number))
                if shard:
                    texts.append(shard["data"][STATUS_KEY])
            while results_shard_name(self._plan.run, len(self._results)) in found:
                text = found[results_shard_name(self._plan.run, len(self._results))]["data"][RESULTS_KEY]
                self._results.append(json.loads(text))
                self._result_bytes = len(text)
                results.update(self._results[-1])
            if journal_name(self._plan.run) in found:
                journal = found[journal_name(self._plan.run)]["data"][JOURNAL_KEY]
        self._kept_results.update(results)
        steps = {name: StepStatus.from_json(one) for text in texts for name, one in json.loads(text).items()}
        self._recorded.update(name for name, status in steps.items() if status.state.ended)
        self.changed(take_over(journal, steps, results), 0.0)
        return steps, results, summary

    def changed(self, steps: Set[str], now: float) -> None:
        """These steps' status changed: it will be written when the time has come."""
        for name in steps:
            self._texts.pop(name, None)
        self._journal.changed(steps)
        self._dirty_shards.update(self._shards.of(name) for name in steps)
        if steps and self._due is None:
            pause = LARGE_PAUSE if self._last_bytes > SMALL_BYTES else SMALL_PAUSE
            self._due = max(now + SOON, self._last_change + pause)

    def progressed(self, steps: Set[str], now: float) -> None:
        """These steps told their progress: it will be written, with whatever else is new by then."""
        if not steps:
            return
        if self._told_due is None:
            self._told_base, self._told_due = self._last_write, now + SOON
        self._told_shards.update(self._shards.of(name) for name in steps)
        size = sum(self._sizes.get(shard, 0) for shard in self._told_shards | {0})
        self._told_due = max(self._told_due, self._told_base + max(LARGE_PAUSE, size / PROGRESS_RATE))

    def due(self) -> Optional[float]:
        """When the next write should be made; None when there is nothing to write."""
        return min((due for due in (self._due, self._told_due) if due is not None), default=None)

    def is_recorded(self, step: str) -> bool:
        """Whether a new master would know that this step has ended."""
        return step in self._recorded

    def note_ends(self, steps: Dict[str, StepStatus], results: Dict[str, Dict[str, Any]]) -> bool:
        """Write the ends of steps into the journal; False where they must be told by `flush`, and nothing was written.

        Raises:
            FencedError: Another master has taken over.
            GoneError: The record was deleted.
        """
        shards = sum(self._sizes.get(shard, 0) for shard in self._dirty_shards | {0}) + self._result_bytes
        if shards <= SMALL_BYTES:
            return False
        ended = self._journal.ended(steps)
        text = self._journal.text(ended, steps, results)
        if text is None:
            return False
        name = journal_name(self._plan.run)
        try:
            made = self._put(name, COMPONENT_JOURNAL, {JOURNAL_KEY: text})
        except KubeError as error:
            if error.status != 404:
                raise
            self._versions.pop(name, None)  # somebody has deleted it
            return False
        if made:
            self._write_record(None, None)  # finds a master that took over when there was no journal to take
        self._recorded.update(ended)
        return True

    def flush(
        self, steps: Dict[str, StepStatus], results: Dict[str, Dict[str, Any]], summary: Summary, now: float
    ) -> None:
        """Write what is dirty: results first, so that a status that says `succeeded` never lacks them.

        The record comes before the other shards, because its write is the one that finds out about another master; but
        that the run has ended is told last, because whoever follows a run reads nothing after that.

        Raises:
            FencedError: Another master has taken over.
            GoneError: The record was deleted.
        """
        changed = bool(self._dirty_shards)
        size = self._write_results(results)
        if self._told_due is not None and self._told_due <= now:
            self._dirty_shards |= self._told_shards
        told_last = summary.state.ended and bool(self._dirty_shards - {0})
        for shard in sorted(self._dirty_shards | {0}):
            text = self._status_text(shard, steps) if shard in self._dirty_shards else None
            if shard == 0:
                self._write_record(text, None if told_last else summary)
            elif text is not None:
                self._put(status_shard_name(self._plan.run, shard), COMPONENT_STATUS, {STATUS_KEY: text})
            if text is not None:
                self._sizes[shard] = len(text)
                size += len(text)
        if told_last:
            self._write_record(None, summary)
        elif changed and self._dirty_shards - {0}:
            self._write_record(None, None)  # finds a master that has read those shards before they were written
        self._told_shards -= self._dirty_shards
        self._journal.begin()
        self._dirty_shards.clear()
        self._due, self._last_write = None, now
        if changed:
            self._last_change, self._last_bytes = now, size
        if not self._told_shards:
            self._told_due = None
        self._recorded.update(name for name, status in steps.items() if status.state.ended)

    def _status_text(self, shard: int, steps: Dict[str, StepStatus]) -> str:
        names = self._shards.names(shard, steps)
        text = "{%s}" % ",".join([self._text_of(name, steps[name]) for name in names])
        header = 0 if shard else len(self._record["data"].get(HEADER_KEY, ""))
        most = min(SHARD_BYTES, RECORD_BYTES - header)
        return text if len(text) <= most else fitting({name: steps[name].to_json() for name in names}, most)

    def _text_of(self, name: str, status: StepStatus) -> str:
        text = self._texts.get(name)
        if text is None:
            text = "%s:%s" % (json.dumps(name), json.dumps(status.to_json(), separators=(",", ":")))
            if status.state.ended:
                self._texts[name] = text
        return text

    def _write_results(self, results: Dict[str, Dict[str, Any]]) -> int:
        written = 0
        # Those of mapped steps are not kept: they are the lists of what stands here of their items.
        kept = self._kept_results | self._mapped
        fresh = {name: value for name, value in results.items() if name not in kept}
        while fresh:
            if not self._results or self._result_bytes > RESULTS_BYTES:
                self._results.append({})
                self._result_bytes = 0
            shard = self._results[-1]
            for name in list(fresh):
                if self._result_bytes > RESULTS_BYTES:
                    break
                shard[name] = fresh.pop(name)
                self._result_bytes += len(json.dumps(shard[name])) + len(name)
            text = json.dumps(shard, separators=(",", ":"))
            name = results_shard_name(self._plan.run, len(self._results) - 1)
            self._put(name, COMPONENT_RESULTS, {RESULTS_KEY: text})
            self._kept_results.update(shard)
            written += len(text)
        return written

    def _write_record(self, text: Optional[str], summary: Optional[Summary]) -> None:
        annotations = {} if summary is None else {ANNOTATION_SUMMARY: summary.to_text()}
        body: Json = {"metadata": {"annotations": annotations}}
        if text is not None:
            body["data"] = {STATUS_KEY: text}
        name = record_name(self._plan.run)
        while True:
            body["metadata"]["resourceVersion"] = self._record["metadata"]["resourceVersion"]
            try:
                self._patch_record(body)
            except KubeError as error:
                if error.status == 404:
                    raise GoneError from error
                if error.status != 409:
                    raise
                self._record = self._kube.get("configmaps", name)
                if int(self._record["metadata"]["annotations"][ANNOTATION_EPOCH]) != self._epoch:
                    raise FencedError from error
            else:
                return

    def _patch_record(self, body: Json) -> None:
        self._record["metadata"] = self._kube.patch("configmaps", record_name(self._plan.run), body)["metadata"]

    def _put(self, name: str, component: str, data: Dict[str, str]) -> bool:
        """Write a ConfigMap beside the record; one that somebody else has written meanwhile only after a look at it.

        Returns:
            Whether it was made: it was not there before.
        """
        version = self._versions.get(name)
        if version is None:
            version = self._made(name, component, data)
        while version is not None:
            body = {"metadata": {"resourceVersion": version}, "data": data}
            try:
                self._versions[name] = self._kube.patch("configmaps", name, body)["metadata"]["resourceVersion"]
            except KubeError as error:
                if error.status != 409:
                    raise
                version = self._version_of(name)
            else:
                return False
        return True

    def _take_journal(self) -> None:
        """From now on nobody else writes the journal: an older master finds another version than it knows.

        One that makes it only now finds another version of the record.
        """
        mine = {ANNOTATION_EPOCH: str(self._epoch)}
        try:
            self._kube.patch("configmaps", journal_name(self._plan.run), {"metadata": {"annotations": mine}})
        except KubeError as error:
            if error.status != 404:
                raise

    def _made(self, name: str, component: str, data: Dict[str, str]) -> Optional[str]:
        """Make a ConfigMap with its data; the version of one that was there before, with other data."""
        record = self._record["metadata"]
        owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": record["name"], "uid": record["uid"]}
        labels = {LABEL_RUN_ID: self._plan.run, LABEL_MANAGED_BY: MANAGER, LABEL_COMPONENT: component}
        meta = {"name": name, "labels": labels, "ownerReferences": [owner]}
        body: Json = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}
        try:
            self._versions[name] = self._kube.create("configmaps", body)["metadata"]["resourceVersion"]
        except KubeError as error:
            if error.reason != "AlreadyExists":
                raise
            return self._version_of(name)
        return None

    def _version_of(self, name: str) -> str:
        """The version of a ConfigMap that was written otherwise than we thought: perhaps by a newer master.

        The record is read last: a master that comes after that gives the journal another version.
        """
        version: str = self._kube.get("configmaps", name)["metadata"]["resourceVersion"]
        record = self._kube.get("configmaps", record_name(self._plan.run))
        if int(record["metadata"]["annotations"][ANNOTATION_EPOCH]) != self._epoch:
            raise FencedError
        return version
