"""Carries out a cleanup: a bounded number at a time, each pod only as it was planned, one refusal stopping no other."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.control.cleanup.plan import CleanupPlan, Way
from k8stui.control.cleanup.sieve import sieve
from k8stui.control.pods.candidates import Candidate, candidate
from k8stui.control.selectors import RECORDS
from k8stui.control.truth import records
from k8stui.model.errors import ConflictError, K8stuiError, NotFoundError

AT_A_TIME = 24
"""Requests under way at a time."""

TRIES = 5
"""Looks at a pod that changes while it is to go."""


@dataclass
class Report:
    """How far a cleanup has come.

    Attributes:
        total: How many pods were to go.
        done: Those that went; for a dry run those that the server would let go.
        refused: Those that did not, and why.
    """

    total: int
    done: list[Candidate] = field(default_factory=list)
    refused: list[tuple[Candidate, K8stuiError]] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many are through."""
        return len(self.done) + len(self.refused)

    def lines(self) -> list[str]:
        """A line for each kind of refusal, with an example, and below it what to do about it."""
        reasons = Counter(error.message for _, error in self.refused)
        examples = {error.message: (one.called, error.hint) for one, error in reversed(self.refused)}
        found = []
        for said, count in reasons.most_common():
            called, hint = examples[said]
            which = f"{called}: {said}" if count == 1 else f"{said} ({called} is one)"
            found += [f"{count} refused: {which}", *(f"  {line}" for line in hint.splitlines())]
        return found


async def find_candidates(
    cluster: Cluster, text: str, *, namespace: str | None = None, all_namespaces: bool = False, labels: str = ""
) -> list[Candidate]:
    """The pods that a filter means, the oldest first, anybody's.

    Args:
        cluster: Where.
        text: The filter.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
        labels: A label selector, looked at by the server.
    """
    keep = sieve(text, time.time())
    pages = cluster.pages(PODS, namespace=namespace, all_namespaces=all_namespaces, labels=labels)
    found = filter(keep, [candidate(item) async for page in pages for item in page.items])
    return sorted(found, key=lambda one: (one.pod.created or 0.0, one.called))


async def runs_going_on(
    cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False
) -> set[tuple[str, str]]:
    """Namespace and name of the runs that have not ended, as their records say."""
    found = await cluster.list(
        CONFIGMAPS, namespace=namespace, all_namespaces=all_namespaces, labels=RECORDS, metadata_only=True
    )
    return {(run.namespace, run.run) for run in map(records.summary_view, found) if not run.state.ended}


async def clean_up(
    cluster: Cluster,
    plan: CleanupPlan,
    *,
    dry_run: bool = False,
    report: Report | None = None,
    on_progress: Callable[[Report], None] | None = None,
) -> Report:
    """Let pods go as it was planned.

    Whoever cancels it finds in the report what had been done by then.

    Args:
        cluster: Where.
        plan: What becomes of which.
        dry_run: Only ask the server whether it would let them go.
        report: Where it is written to as it happens.
        on_progress: Told after each pod.

    Returns:
        What became of those that were to go.
    """
    going = plan.going
    report = report or Report(len(going))
    queue = list(reversed(going))

    async def work() -> None:
        while queue:
            one = queue.pop()
            try:
                await _let_go(cluster, plan, one, dry_run=dry_run)
            except K8stuiError as error:
                report.refused.append((one, error))
            else:
                report.done.append(one)
            if on_progress:
                on_progress(report)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_A_TIME, len(going))):
            group.create_task(work())
    return report


async def _let_go(cluster: Cluster, plan: CleanupPlan, one: Candidate, *, dry_run: bool) -> None:
    """One pod: only that very one, and an ended one only while it stays ended."""
    pod = one.pod
    try:
        if plan.way is Way.EVICT:
            await cluster.evict(
                pod.name, namespace=pod.namespace, uid=pod.uid, grace_seconds=plan.grace_seconds, dry_run=dry_run
            )
            return
        version: str | None = one.version if one.ended else None
        for attempt in range(TRIES):
            try:
                await cluster.delete(
                    PODS,
                    pod.name,
                    namespace=pod.namespace,
                    uid=pod.uid,
                    resource_version=version,
                    grace_seconds=plan.grace_seconds,
                    dry_run=dry_run,
                )
            except ConflictError:
                if version is None or attempt == TRIES - 1:
                    raise
                version = await _still(cluster, one)
            else:
                return
    except NotFoundError:
        return  # somebody else was faster


async def _still(cluster: Cluster, one: Candidate) -> str:
    """The version of an ended pod that was touched meanwhile, if it is that one and still ended."""
    now = candidate(await cluster.get(PODS, one.pod.name, namespace=one.pod.namespace))
    if now.pod.uid != one.pod.uid or not now.ended:
        raise ConflictError(f"{one.called} is not what it was when the plan was made; it is left alone.")
    return now.version
