"""Finds what is wrong now: of those that say the same only one is judged, and nothing is judged twice.

What this user may not read is left out, and told to be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import NODES, PODS, RESOURCE_QUOTAS, Resource
from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Diagnosis, Level
from k8stui.control.diagnosis.pods import diagnose_pod
from k8stui.control.diagnosis.why import around_pod, why_run
from k8stui.control.namespaces.rights import allowed
from k8stui.control.pods.candidates import Candidate
from k8stui.control.schedules.why import why_schedule
from k8stui.control.troubles import places
from k8stui.control.troubles.suspects import (
    Group,
    groups,
    same_of_pods,
    same_of_runs,
    suspect_pods,
    suspect_runs,
    suspect_schedules,
)
from k8stui.control.troubles.trouble import Member, Trouble, merged
from k8stui.model.errors import ForbiddenError, NotFoundError
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.views import RunSummaryView

MOST_JUDGED = 12
"""Causes of one kind that are looked into; what else there is is told in fewer words."""

AGAIN = 60.0
"""Seconds after which a judgement is made anew although nothing it is about has changed: events come and go."""

PLACES_AGAIN = 30.0
"""Seconds after which nodes and quotas are read anew."""


@dataclass(frozen=True)
class Seen:
    """What there is.

    Attributes:
        runs: All, the newest first.
        pods: All, anybody's.
        schedules: All.
    """

    runs: Sequence[RunSummaryView] = ()
    pods: Sequence[Candidate] = ()
    schedules: Sequence[ScheduleView] = ()


class Finder:
    """Finds troubles, again and again; remembers its judgements.

    Attributes:
        left_out: What this user may not read, in sentences.
    """

    def __init__(self, cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False) -> None:
        """Prepare.

        Args:
            cluster: Where.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
        """
        self.left_out: tuple[str, ...] = ()
        self._cluster = cluster
        self._namespace, self._everywhere = namespace, all_namespaces
        self._judged: dict[Hashable, tuple[float, Hashable, Trouble | None]] = {}
        self._nodes: list[dict[str, Any]] | None = None
        self._quotas: list[dict[str, Any]] | None = None
        self._places_at: float | None = None

    async def find(self, seen: Seen, now: float) -> list[Trouble]:
        """What is wrong, the worst first, one line for each cause.

        Args:
            seen: What there is.
            now: Seconds since the epoch.

        Raises:
            K8stuiError: The cluster could not be asked.
        """
        await self._look_at_places(now)
        pods = suspect_pods(seen.pods, seen.runs, now)
        troubled = {(one.pod.namespace, one.pod.run) for one in pods}
        runs = [one for one in suspect_runs(seen.runs, now) if (one.namespace, one.run) not in troubled]
        of_pods, of_runs = groups(pods, same_of_pods), groups(runs, same_of_runs)
        found = await asyncio.gather(
            *(self._of_pods(group, now) for group in of_pods[:MOST_JUDGED]),
            *(self._of_runs(group, now) for group in of_runs[:MOST_JUDGED]),
            *(self._of_schedule(one, now) for one in suspect_schedules(seen.schedules)[:MOST_JUDGED]),
        )
        rest = [_pods_in_short(group) for group in of_pods[MOST_JUDGED:]]
        rest += [_runs_in_short(group) for group in of_runs[MOST_JUDGED:]]
        about = [*places.of_nodes(self._nodes or ()), *places.of_quotas(self._quotas or ())]
        self._judged = {key: kept for key, kept in self._judged.items() if now - kept[0] < 2 * AGAIN}
        return merged([*(one for one in found if one is not None), *rest, *about])

    async def _look_at_places(self, now: float) -> None:
        if self._places_at is not None and now - self._places_at < PLACES_AGAIN:
            return
        self._nodes, self._quotas = await asyncio.gather(self._readable(NODES), self._readable(RESOURCE_QUOTAS))
        self._places_at = now
        named = (("nodes", self._nodes), ("quotas", self._quotas))
        self.left_out = hidden([name for name, found in named if found is None])

    async def _readable(self, resource: Resource) -> list[dict[str, Any]] | None:
        everywhere = self._everywhere and resource.namespaced
        return await allowed(self._cluster.list(resource, namespace=self._namespace, all_namespaces=everywhere))

    async def _of_pods(self, group: Group[Candidate], now: float) -> Trouble | None:
        first = group.members[0]

        async def judge() -> Trouble | None:
            pod = await self._cluster.get(PODS, first.pod.name, namespace=first.pod.namespace)
            elsewhere = Around(now, nodes=None if self._nodes is None else tuple(self._nodes))
            around = await around_pod(self._cluster, pod, elsewhere, first.pod.namespace)
            return _trouble(diagnose_pod(pod, around), "Pod")

        known = await self._known(("pod", group.key), (first.pod.uid, first.version), now, judge, _pods_in_short(group))
        return known and replace(known, members=_pod_members(group), since=_since(group))

    async def _of_runs(self, group: Group[RunSummaryView], now: float) -> Trouble | None:
        first = group.members[0]

        async def judge() -> Trouble | None:
            found = await why_run(self._cluster, first.run, namespace=first.namespace)
            worst = found[0]
            if worst.level is Level.FINE:
                return None
            if worst.subject != f"run {first.run}":
                worst = replace(worst, sentence=f"{first.state.value}: {worst.subject} {worst.sentence}")
            return _trouble(worst, "Run")

        version = (first.run, first.state, first.finished, first.why)
        known = await self._known(("run", group.key), version, now, judge, _runs_in_short(group))
        times = [run.finished or run.created for run in group.members]
        since = min((time for time in times if time is not None), default=None)
        return known and replace(known, members=_run_members(group), since=since)

    async def _of_schedule(self, one: ScheduleView, now: float) -> Trouble | None:
        async def judge() -> Trouble | None:
            found = await why_schedule(self._cluster, one.name, namespace=one.namespace)
            return _trouble(found[0], "CronJob")

        member = Member(one.namespace, one.name)
        short = Trouble(Level.STUCK, "CronJob", (member,), "not firing: it should have fired and has not")
        version = (one.last, one.missed, one.next, one.generation)
        known = await self._known(("schedule", one.namespace, one.name), version, now, judge, short)
        return known and replace(known, members=(member,), since=one.last)

    async def _known(
        self,
        key: Hashable,
        version: Hashable,
        now: float,
        judge: Callable[[], Awaitable[Trouble | None]],
        short: Trouble,
    ) -> Trouble | None:
        """A judgement that still holds, or a new one; `short` where what it is about cannot be read."""
        kept = self._judged.get(key)
        if kept is not None and kept[1] == version and now - kept[0] < AGAIN:
            return kept[2]
        try:
            found = await judge()
        except NotFoundError:
            return None  # It is gone; the next look knows.
        except ForbiddenError:
            found = short
        self._judged[key] = (now, version, found)
        return found


def hidden(names: Sequence[str]) -> tuple[str, ...]:
    """What is said of what this user may not list."""
    return tuple(f"You may not list {name}: what is wrong with them is not told." for name in names)


def _trouble(found: Diagnosis, kind: str) -> Trouble | None:
    if found.level is Level.FINE:
        return None
    return Trouble(found.level, kind, (), found.sentence, found.advice, found.evidence)


def _pod_members(group: Group[Candidate]) -> tuple[Member, ...]:
    return tuple(Member(one.pod.namespace, one.pod.name, one.pod.run) for one in group.members)


def _run_members(group: Group[RunSummaryView]) -> tuple[Member, ...]:
    return tuple(Member(run.namespace, run.run, run.run) for run in group.members)


def _since(group: Group[Candidate]) -> float | None:
    times = [one.pod.finished or one.pod.created for one in group.members]
    return min((time for time in times if time is not None), default=None)


def _pods_in_short(group: Group[Candidate]) -> Trouble:
    pod = group.members[0].pod
    words = ": ".join(filter(None, (pod.status, pod.message or pod.reason)))
    level = Level.FAILED if group.members[0].ended else Level.WAITING
    return Trouble(level, "Pod", _pod_members(group), words, since=_since(group))


def _runs_in_short(group: Group[RunSummaryView]) -> Trouble:
    run = group.members[0]
    level = Level.FAILED if run.state.ended else Level.WAITING
    words = ": ".join(filter(None, (run.state.value, run.why)))
    return Trouble(level, "Run", _run_members(group), words, f"Ask why: k8stui why {run.run}")
