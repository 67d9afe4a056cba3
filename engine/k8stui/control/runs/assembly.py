"""Makes the view of one run again and again, and parses only what changed since the last time. Pure.

Of a run of 2,000 steps one pod changes, or one shard of 500 steps: everything else keeps its objects, so that making
the view is cheap and comparing two of them cheaper still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8stui.cluster.store import Key
from k8stui.control.pods.views import ENDED_PODS, pod_view
from k8stui.control.runs.recordreader import RunMaps
from k8stui.control.truth import records
from k8stui.control.truth.correcting import true_run, true_step
from k8stui.control.truth.doubt import Doubt
from k8stui.control.truth.jobs import JobFacts, job_facts
from k8stui.control.truth.records import Json
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import PodView, RunView, StepView


class Assembly:
    """What was made of one run's objects.

    Attributes:
        due: When to make the view again although no object changed, in seconds since the epoch; None when never.
    """

    def __init__(self) -> None:
        self._doubt = Doubt()
        self._maps: RunMaps | None = None
        self._told: RunView | None = None
        self._status = _StatusMemory()
        self._pods: dict[Key, tuple[Json, PodView]] = {}
        self._told_steps: dict[str, tuple[StepStatus, Json, StepView]] = {}
        self._true_steps: dict[str, tuple[StepView, Sequence[PodView], RunState, StepView]] = {}
        self.due: float | None = None

    def view(
        self, maps: RunMaps, job: Json | None, pods: Mapping[Key, Json], *, now: float, live: bool, first: bool = False
    ) -> RunView:
        """The run now.

        Args:
            maps: Its ConfigMaps.
            job: The Job of its master.
            pods: Those that exist.
            now: Seconds since the epoch.
            live: Record and Job arrive as they change.
            first: They were just listed for the first time, the pods too.
        """
        told, seen = self._tell(maps), self._see(pods)
        facts: JobFacts = job_facts(job)
        claimed = records.claimed(maps.record)
        at_once = first and not any(_may_write(pod) for pod in seen)
        facts = self._doubt.weigh(told, facts, claimed=claimed, now=now, live=live, at_once=at_once)
        self.due = self._doubt.due
        request = records.requested(maps.record)
        return true_run(told, facts, seen, request=request, now=now, claimed=claimed, correct=self._true_step)

    def _tell(self, maps: RunMaps) -> RunView:
        if self._told is None or self._maps is None or not _same(self._maps, maps):
            if self._maps is not None and self._maps.plan is not maps.plan:
                self._told_steps.clear()
            status, outputs = self._status.read(maps.status), records.results(maps.results)
            self._told = records.run_view(
                maps.record, plan=maps.plan, status=status, outputs=outputs, step=self._told_step
            )
            self._maps = maps
        return self._told

    def _see(self, pods: Mapping[Key, Json]) -> list[PodView]:
        known = self._pods
        self._pods = {
            key: held if (held := known.get(key)) is not None and held[0] is pod else (pod, pod_view(pod))
            for key, pod in pods.items()
        }
        return [view for _, view in self._pods.values()]

    def _told_step(self, name: str, shape: StepPlan | None, status: StepStatus, outputs: Json) -> StepView:
        held = self._told_steps.get(name)
        if held is not None and held[0] is status and held[1] == outputs:
            return held[2]
        view = records.step_view(name, shape, status, outputs)
        self._told_steps[name] = (status, outputs, view)
        return view

    def _true_step(self, told: StepView, pods: Sequence[PodView], run: RunState) -> StepView:
        held = self._true_steps.get(told.name)
        if held is not None and held[0] is told and held[2] is run and held[1] == pods:
            return held[3]
        view = true_step(told, pods, run)
        if held is not None and held[3] == view:
            view = held[3]
        self._true_steps[told.name] = (told, pods, run, view)
        return view


class _StatusMemory:
    """The status of each step, the same object as long as its text says the same."""

    def __init__(self) -> None:
        self._shards: dict[str, tuple[Json, Json, dict[str, StepStatus]]] = {}

    def read(self, shards: Sequence[Json]) -> dict[str, StepStatus]:
        """The status of all steps."""
        found: dict[str, StepStatus] = {}
        for shard in shards:
            found.update(self._parsed(shard))
        return found

    def _parsed(self, shard: Json) -> dict[str, StepStatus]:
        name = shard["metadata"]["name"]
        held = self._shards.get(name)
        if held is not None and held[0] is shard:
            return held[2]
        raw = records.raw_statuses(shard)
        before, parsed = (held[1], held[2]) if held else ({}, {})
        now = {
            step: parsed[step] if step in parsed and before[step] == data else records.step_status(data)
            for step, data in raw.items()
        }
        self._shards[name] = (shard, raw, now)
        return now


def _same(one: RunMaps, other: RunMaps) -> bool:
    """Whether both are made of the same objects; comparing them by value would cost what this is to save."""
    if one.plan is not other.plan:
        return False
    ours, theirs = (*one.status, *one.results), (*other.status, *other.results)
    return len(ours) == len(theirs) and all(map(lambda a, b: a is b, ours, theirs))


def _may_write(pod: PodView) -> bool:
    """Whether the pod is a master that may still write its last word."""
    return pod.component == names.COMPONENT_ORCHESTRATOR and pod.status not in ENDED_PODS
