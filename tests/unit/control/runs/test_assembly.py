"""Views made one after the other parse only what changed, and are the same as one made from nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.cluster.store import Key
from k8stui.control.pods.views import pod_view
from k8stui.control.runs.assembly import Assembly
from k8stui.control.runs.recordreader import RunMaps
from k8stui.control.truth import records
from k8stui.control.truth.doubt import LAST_WORD
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import RESULTS_KEY, STATUS_KEY, Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from tests.unit.control.samples import CREATED, EVICTED, RUN, RUNNING, container, pod, record
from tests.unit.control.samples import plan as plan_of

T = TypeVar("T")

NOW = CREATED + 100
STEPS = tuple(f"s{number}" for number in range(6))
PLAN = plan_of(*((name, STEPS[:place][-1:]) for place, name in enumerate(STEPS)))
DONE = {"phase": "Succeeded", "containerStatuses": container({"terminated": {"exitCode": 0}})}
JOB: dict[str, Any] = {"metadata": {"name": RUN}, "spec": {}, "status": {}}
SUSPENDED: dict[str, Any] = {**JOB, "spec": {"suspend": True}}


class World:
    """The objects of a run as reader and mirrors hold them: replaced, never changed in place."""

    def __init__(self) -> None:
        self.record = record(status={})
        self.shards = {1: self._shard(1, {})}
        self.results = self._map("results-0", RESULTS_KEY, {})
        self.job: dict[str, Any] | None = JOB
        self.pods: dict[Key, dict[str, Any]] = {}

    def status(self, status: dict[str, StepStatus], shard: int = 1) -> None:
        self.shards[shard] = self._shard(shard, {name: one.to_json() for name, one in status.items()})

    def put_pod(self, step: str, status: dict[str, Any], attempt: int = 1) -> None:
        found = pod(step, attempt, **status)
        self.pods["ml", found["metadata"]["name"]] = found

    def view(self, made: Assembly, *, now: float = NOW, live: bool = True, first: bool = False) -> RunView:
        maps = RunMaps(self.record, (self.record, *self.shards.values()), (self.results,), PLAN)
        return made.view(maps, self.job, dict(self.pods), now=now, live=live, first=first)

    def _shard(self, number: int, data: dict[str, Any]) -> dict[str, Any]:
        return self._map(f"status-{number}", STATUS_KEY, data)

    def _map(self, name: str, key: str, data: dict[str, Any]) -> dict[str, Any]:
        return {"metadata": {"name": f"run-{RUN}-{name}"}, "data": {key: json.dumps(data)}}


@pytest.fixture
def world() -> World:
    return World()


def noting(function: Callable[[dict[str, Any]], T], seen: list[dict[str, Any]]) -> Callable[[dict[str, Any]], T]:
    """The function, noting what it is given."""

    def noted(given: dict[str, Any]) -> T:
        seen.append(given)
        return function(given)

    return noted


def attempt(step: str, state: StepState, number: int = 1) -> StepStatus:
    return StepStatus(state=state, attempts=[Attempt(number, f"{RUN}-{step}-{number}", state=state, created=CREATED)])


def test_one_pod_that_changed_costs_its_step_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Assembly()
    for step in STEPS:
        world.put_pod(step, {"phase": "Pending"})
    before = world.view(made)
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr("k8stui.control.runs.assembly.pod_view", noting(pod_view, seen))
    world.put_pod("s2", RUNNING)
    after = world.view(made)
    assert [one["metadata"]["name"] for one in seen] == [f"{RUN}-s2-1"]
    assert [one is other for one, other in zip(before.steps, after.steps, strict=True)] == [
        step != "s2" for step in STEPS
    ]
    assert after.steps[2].state is StepState.RUNNING


def test_a_shard_that_was_rewritten_costs_the_steps_that_differ(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Assembly()
    status = {step: attempt(step, StepState.RUNNING) for step in STEPS}
    world.status(status)
    before = world.view(made)
    parsed: list[dict[str, Any]] = []
    monkeypatch.setattr(records, "step_status", noting(records.step_status, parsed))
    world.status(status | {"s4": attempt("s4", StepState.SUCCEEDED)})
    after = world.view(made)
    assert len(parsed) == 1
    assert [one is other for one, other in zip(before.steps, after.steps, strict=True)] == [
        step != "s4" for step in STEPS
    ]


def test_the_same_again_is_the_same_step_by_step(world: World) -> None:
    made = Assembly()
    world.status({step: attempt(step, StepState.RUNNING) for step in STEPS})
    world.put_pod("s0", RUNNING)
    before = world.view(made)
    world.status({step: attempt(step, StepState.RUNNING) for step in STEPS})
    world.put_pod("s0", RUNNING)
    after = world.view(made)
    assert after == before
    assert all(one is other for one, other in zip(before.steps, after.steps, strict=True))


def test_a_job_that_went_is_believed_in_time(world: World) -> None:
    made = Assembly()
    world.view(made)
    world.job = None
    assert world.view(made).state is RunState.RUNNING
    assert made.due == NOW + LAST_WORD
    assert world.view(made, now=NOW + LAST_WORD).state is RunState.STOPPED
    assert made.due is None


def test_a_dead_run_is_told_at_once_when_no_master_can_be_writing(world: World) -> None:
    world.job = None
    assert world.view(Assembly(), first=True).state is RunState.STOPPED
    master = pod("master", component=names.COMPONENT_ORCHESTRATOR, **RUNNING)
    world.pods["ml", "master"] = master
    assert world.view(Assembly(), first=True).state is RunState.RUNNING


@given(seed=st.integers(0, 2**32))
def test_whatever_happened_the_view_is_as_if_made_from_nothing(seed: int) -> None:
    rng, world, made = random.Random(seed), World(), Assembly()
    states = [StepState.RUNNING, StepState.SUCCEEDED, StepState.FAILED, StepState.RETRYING]
    for _ in range(12):
        step = rng.choice(STEPS)
        match rng.randrange(6):
            case 0:
                world.put_pod(step, rng.choice([RUNNING, EVICTED, DONE, {"phase": "Pending"}]), rng.choice([1, 2]))
            case 1 if world.pods:
                del world.pods[rng.choice(list(world.pods))]
            case 2:
                chosen = rng.sample(STEPS, 3)
                world.status({one: attempt(one, rng.choice(states), rng.choice([1, 2])) for one in chosen})
            case 3:
                world.record = record(rng.choice(list(RunState)), status={})
            case 4:
                world.job = rng.choice([JOB, SUSPENDED])
            case _:
                world.results = world._map("results-0", RESULTS_KEY, {step: {"rows": rng.randrange(3)}})
        assert world.view(made) == world.view(Assembly())
