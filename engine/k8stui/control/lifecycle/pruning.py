"""Deletes ended runs by age and number, after a plan that says of each run what becomes of it and why.

The plan is pure. Carrying it out deletes only what is as it was planned (uid and version of the record): a run that was
tried again meanwhile, or replaced by another of its name, is left alone and told, and so is whatever is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.lifecycle.ending import remove_run
from k8stui.control.runs.reading import list_runs_and_records
from k8stui.control.selectors import RECORDS, matching
from k8stui.control.words.spans import age, span
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, InvalidInputError, K8stuiError
from k8stui.model.labels import label_value
from k8stui.model.views import PruneView, RunSummaryView

AT_A_TIME = 8
"""Runs that are deleted at a time."""


@dataclass(frozen=True, kw_only=True)
class PruneRule:
    """Which ended runs go: those that every condition given holds for.

    Attributes:
        older_than: Seconds since their end; None for any.
        keep: How many of each pipeline's stay, the newest; None for no such limit.
        pipeline: Only runs of this one; empty for all.
        states: Only runs that ended so; empty for all ends.
    """

    older_than: float | None = None
    keep: int | None = None
    pipeline: str = ""
    states: frozenset[RunState] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Refuse a rule that would delete everything by omission, and states that never go.

        Raises:
            InvalidInputError: Neither age nor number is given, or a run in such a state goes on.
        """
        if self.older_than is None and self.keep is None:
            raise InvalidInputError("Which runs are to go? Give an age, a number to keep, or both.")
        for state in sorted(self.states, key=lambda one: one.value):
            if not state.ended:
                raise InvalidInputError(
                    f"A run that is {state.value} goes on, and is never pruned.",
                    hint="Runs that have ended are succeeded, failed or stopped.",
                )


@dataclass(frozen=True)
class Verdict:
    """What becomes of one run.

    Attributes:
        run: It.
        goes: Whether it is deleted.
        why: Words on it.
        uid: Of its record.
        version: Of its record, as it was looked at.
    """

    run: RunSummaryView
    goes: bool
    why: str
    uid: str = ""
    version: str = ""

    def view(self, *, deleted: bool = False, error: K8stuiError | None = None) -> PruneView:
        """As it is shown."""
        told = {"goes": self.goes, "why": self.why, "deleted": deleted, "error": error.message if error else ""}
        return PruneView(**self.run.model_dump(include={"run", "namespace", "pipeline", "state", "finished"}), **told)


def verdicts(runs: Iterable[RunSummaryView], rule: PruneRule, now: float) -> list[Verdict]:
    """What becomes of each run, in the order of the runs.

    Args:
        runs: Any order.
        rule: Which go.
        now: Seconds since the epoch.
    """
    listed = list(runs)
    pipeline = label_value(rule.pipeline) if rule.pipeline else ""
    kept: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str], Verdict] = {}
    for run in sorted(listed, key=_end, reverse=True):
        found[run.namespace, run.run] = Verdict(run, *_judge(run, rule, pipeline, kept, now))
    return [found[run.namespace, run.run] for run in listed]


def _judge(
    run: RunSummaryView, rule: PruneRule, pipeline: str, kept: dict[tuple[str, str], int], now: float
) -> tuple[bool, str]:
    if pipeline and run.pipeline != pipeline:
        return False, "of another pipeline"
    if not run.state.ended:
        return False, "goes on"
    if rule.states and run.state not in rule.states:
        return False, "ended otherwise"
    place = run.namespace, run.pipeline
    if rule.keep is not None and kept.get(place, 0) < rule.keep:
        kept[place] = kept.get(place, 0) + 1
        return False, f"among the newest {rule.keep} of its pipeline"
    if rule.older_than is not None and now - _end(run) < rule.older_than:
        return False, f"ended less than {span(rule.older_than)} ago"
    return True, f"ended {age(_end(run), now)} ago"


def _end(run: RunSummaryView) -> float:
    return run.finished or run.created or 0.0


async def plan_prune(
    cluster: Cluster, rule: PruneRule, *, namespace: str | None = None, all_namespaces: bool = False
) -> list[Verdict]:
    """Look which runs would go; nothing is deleted.

    Args:
        cluster: Where.
        rule: Which go.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.

    Returns:
        What becomes of every run, the newest first.
    """
    found = await list_runs_and_records(cluster, namespace=namespace, all_namespaces=all_namespaces)
    meta = {(run.namespace, run.run): record["metadata"] for run, record in found}
    return [
        Verdict(one.run, one.goes, one.why, known["uid"], known["resourceVersion"])
        for one in verdicts([run for run, _ in found], rule, time.time())
        for known in (meta[one.run.namespace, one.run.run],)
    ]


async def prune(cluster: Cluster, plan: Sequence[Verdict]) -> list[tuple[Verdict, K8stuiError | None]]:
    """Delete what goes: Jobs, pods, results and records.

    Args:
        cluster: Where.
        plan: As `plan_prune` gave it.

    Returns:
        Those that were to go, in the order of the plan, each with the error that kept it; None for one that is gone.
    """
    gate = asyncio.Semaphore(AT_A_TIME)

    async def one(verdict: Verdict) -> tuple[Verdict, K8stuiError | None]:
        async with gate:
            try:
                await _delete(cluster, verdict)
            except K8stuiError as error:
                return verdict, error
            return verdict, None

    return list(await asyncio.gather(*(one(verdict) for verdict in plan if verdict.goes)))


async def _delete(cluster: Cluster, verdict: Verdict) -> None:
    run, where = verdict.run.run, verdict.run.namespace
    labels = matching(RECORDS, run=run)
    found = await cluster.list(CONFIGMAPS, namespace=where, labels=labels, metadata_only=True)
    if not found:
        return  # somebody else has deleted it
    (meta,) = (record["metadata"] for record in found)
    if (meta["uid"], meta["resourceVersion"]) != (verdict.uid, verdict.version):
        raise ConflictError(f"The run {run} has changed since the plan was made; it is left alone.")
    await remove_run(cluster, run, namespace=where, uid=verdict.uid, version=verdict.version)
