"""What the master makes of pods that lists, watches and answers tell of in any order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from k8stui.incluster.contract.podfacts import PodFacts
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.creators import Created
from k8stui.incluster.master.kube import Kube, KubeError
from k8stui.incluster.master.logs import LogCopier
from k8stui.incluster.master.setup import Surroundings
from k8stui.incluster.master.sighting import Sightings
from k8stui.incluster.master.watchers import Listed
from k8stui.incluster.scheduling.scheduler import Scheduler
from tests.unit.incluster.samples import NOW, facts, plan, pod_json, pod_name, step

RUNNING = facts("train", uid="uid-1")


class Api:
    """An API server that has one pod, or none; notes what was asked."""

    def __init__(self) -> None:
        self.uid = ""
        self.asked: list[str] = []

    def get(self, plural: str, name: str) -> dict[str, Any]:
        self.asked.append(f"{plural}/{name}")
        if not self.uid:
            raise KubeError(404, "NotFound", "gone")
        return {"metadata": {"uid": self.uid}}


class World:
    def __init__(self) -> None:
        self.api = Api()
        self.scheduler = Scheduler(plan(step("train")))
        around = Surroundings(
            plan=self.scheduler.plan, record={}, pod="m", pod_ip="127.0.0.1", job="j", work={}, keys={}
        )
        kube = cast("Kube", self.api)
        self.pods = Sightings(kube, around, self.scheduler, LogCopier(kube))
        self.scheduler.decide(NOW)
        self.pods.made(pod_name("train"), self.scheduler.shape.plans["train"], offered=True)

    def created(self, version: str, uid: str = "uid-1") -> None:
        pod = pod_json(phase="Pending")
        pod["metadata"] |= {"resourceVersion": version, "uid": uid}
        self.pods.created(Created("train", 1, pod), NOW)

    def listed(self, version: str, *pods: PodFacts) -> None:
        self.pods.listed(Listed(tuple(("train", one) for one in pods), version), NOW)

    @property
    def state(self) -> StepState:
        return self.scheduler.steps["train"].attempts[0].state


@pytest.fixture
def world() -> World:
    return World()


def test_one_that_was_made_before_a_list_without_it_is_gone(world: World) -> None:
    world.created("10")
    world.listed("12")
    assert world.state is StepState.EVICTED
    assert not world.api.asked


def test_so_it_is_when_the_answer_comes_after_the_list(world: World) -> None:
    world.listed("12")
    world.created("10")
    assert world.state is StepState.EVICTED


@pytest.mark.parametrize("first", ["list", "answer"])
def test_one_that_was_made_after_a_list_is_left_to_the_watch(world: World, first: str) -> None:
    if first == "list":
        world.listed("12")
    world.created("13")
    if first == "answer":
        world.listed("12")
    assert world.state is not StepState.EVICTED
    assert not world.api.asked


def test_where_versions_tell_no_order_the_server_is_asked(world: World) -> None:
    world.created("a1")
    world.listed("b2")
    assert world.state is StepState.EVICTED
    assert world.api.asked == [f"pods/{pod_name('train')}"]


@pytest.mark.parametrize(
    ("there", "state"), [("uid-1", StepState.RUNNING), ("", StepState.EVICTED), ("uid-2", StepState.EVICTED)]
)
def test_one_that_was_seen_and_is_in_no_list_any_more_is_asked_for(world: World, there: str, state: StepState) -> None:
    world.pods.changed("train", RUNNING, NOW)
    world.api.uid = there
    world.listed("12")
    assert world.state is state


def test_one_without_an_answer_that_was_gone_when_it_was_looked_for_is_gone(world: World) -> None:
    world.created("", uid="")
    assert world.state is StepState.EVICTED


def test_the_answer_after_all_was_told_changes_nothing(world: World) -> None:
    world.listed("9")
    world.pods.changed("train", RUNNING, NOW)
    world.pods.removed("train", replace(RUNNING, eviction=True, reason="Evicted"), NOW)
    world.created("10")
    assert world.scheduler.steps["train"].disruptions == 1
    assert world.pods.unended() == []
