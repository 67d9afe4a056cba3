"""A run of 10,000 steps that has been under way for hours, and how it goes on: what its master would write of it."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_CONTAINER, STEPS_PER_SHARD, StepPlan
from k8stui.incluster.contract.record import STATUS_KEY, Attempt, StepStatus, Summary
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.master.pods import PodBuilder
from k8stui.model.pipeline import PipelineSpec, StepSpec
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import CompiledRun, RunRequest

STEPS, DONE, UNDER_WAY = 10_000, 1200, 40
"""Of so many steps so many have succeeded, and so many run."""

BRANCHES = 12
"""Children of a step: as many as the tree shows before it folds some of them, so that it has as many lines as steps."""

JOINS = 100
"""Steps with several parents, at the end."""

HOUR = 3600.0
_LEVELS = ("load", "split", "clean", "train", "score")

Json = dict[str, Any]


def steps() -> tuple[StepSpec, ...]:
    """The graph: a tree, and joins of some of its leaves."""
    found: list[str] = []
    specs = []
    level, left = 0, 1
    for number in range(STEPS - JOINS):
        if not left:
            level, left = level + 1, BRANCHES ** (level + 1)
        left -= 1
        after = (found[(number - 1) // BRANCHES],) if number else ()
        found.append(f"{_LEVELS[level]}_{number}")
        specs.append(_step(found[-1], after))
    leaves = found[-JOINS * 3 :]
    specs += [_step(f"join_{number}", tuple(leaves[number::JOINS])) for number in range(JOINS)]
    return tuple(specs)


def _step(name: str, after: tuple[str, ...]) -> StepSpec:
    return StepSpec(name, kind=KIND_CONTAINER, after=after, image="python:3.12-slim", command=("python3",))


class LongRun:
    """The run: its compiled objects, the status of its steps, and the pods of those that have one.

    Attributes:
        compiled: What its submitter made.
        running: Names of the steps that run, the one that began first in front.
    """

    def __init__(self, namespace: str) -> None:
        self._began = time.time() - 5 * HOUR
        request = RunRequest(namespace=namespace, suffix="d4g2k", created=self._began, submitted_by="bench")
        self.compiled: CompiledRun = compile_run(PipelineSpec("forecast", steps()), request)
        self._plans = {step.name: step for step in self.compiled.plan.steps}
        self._order = list(self._plans)
        self._status: dict[str, StepStatus] = {}
        self.running: deque[str] = deque()
        for number, step in enumerate(self._order[: DONE + UNDER_WAY]):
            begun = self._began + 3 * HOUR * number / (DONE + UNDER_WAY)
            self._start(step, begun)
            if number < DONE:
                self._end(step, begun + 240.0)
            else:
                self.running.append(step)

    @property
    def run(self) -> str:
        """Its name."""
        return self.compiled.plan.run

    def pod_of(self, step: str) -> str:
        """The pod of a step that has one."""
        return self._status[step].attempts[-1].pod

    def attempts(self) -> list[tuple[StepPlan, Attempt]]:
        """All steps that have a pod, with the attempt that it carries."""
        return [(self._plans[step], status.attempts[-1]) for step, status in self._status.items()]

    def builder(self, work: Json) -> PodBuilder:
        """Makes the pods, as the master does."""
        return PodBuilder(self.compiled.plan, work, "127.0.0.1:1")

    def end_one(self, step: str = "") -> tuple[StepPlan, Attempt]:
        """A step succeeds now: the one that has run longest, where none is named."""
        step = step or self.running[0]
        self.running.remove(step)
        return self._plans[step], self._end(step, time.time())

    def start_one(self) -> tuple[StepPlan, Attempt] | None:
        """The next step begins now; None when all have begun."""
        if len(self._status) == STEPS:
            return None
        step = self._order[len(self._status)]
        self.running.append(step)
        return self._plans[step], self._start(step, time.time())

    def summary(self) -> str:
        """The annotation that lists read."""
        states = [status.state.value for status in self._status.values()]
        counts = {state: states.count(state) for state in set(states)}
        counts[StepState.WAITING.value] = STEPS - len(states)
        return Summary(
            RunState.RUNNING, counts, STEPS, created=self._began, started=self._began + 1, submitted_by="bench"
        ).to_text()

    def shards(self) -> dict[str, str]:
        """The status as it stands in each of the ConfigMaps; the first is the record."""
        found = {}
        for start in range(0, STEPS, STEPS_PER_SHARD):
            mine = self._order[start : start + STEPS_PER_SHARD]
            status = {step: self._status[step].to_json() for step in mine if step in self._status}
            found[names.status_shard_name(self.run, start // STEPS_PER_SHARD)] = json.dumps(status)
        return found

    def _start(self, step: str, when: float) -> Attempt:
        pod = names.pod_name(self.compiled.plan.pod_prefix, self._plans[step].slug, 1)
        node = f"node-{len(self._status) % 9 + 1}"
        attempt = Attempt(1, pod, StepState.RUNNING, node=node, created=when, started=when + 1)
        self._status[step] = StepStatus(StepState.RUNNING, [attempt])
        return attempt

    def _end(self, step: str, when: float) -> Attempt:
        status = self._status[step]
        status.state = StepState.SUCCEEDED
        attempt = status.attempts[-1]
        attempt.state, attempt.finished, attempt.exit_code = StepState.SUCCEEDED, when, 0
        return attempt


def with_status(manifest: Json, text: str) -> Json:
    """A record or shard with that status."""
    return {**manifest, "data": {**(manifest.get("data") or {}), STATUS_KEY: text}}
