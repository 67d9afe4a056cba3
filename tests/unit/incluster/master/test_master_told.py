"""What the master does with the progress that steps tell it."""

from __future__ import annotations

import queue
from typing import Any, cast

import pytest

from k8stui.incluster.master.inbox import Told
from k8stui.incluster.master.kube import Kube
from k8stui.incluster.master.main import TOLD_RATE, Master
from k8stui.incluster.master.setup import Surroundings
from k8stui.incluster.wire.progress import Progress
from tests.unit.incluster.samples import NOW, facts, plan, pod_name, step


@pytest.fixture
def master() -> Master:
    around = Surroundings(
        plan=plan(step("a"), step("b")), record={}, pod="m", pod_ip="127.0.0.1", job="j", work={}, keys={}
    )
    made = Master(cast("Kube", None), around, queue.SimpleQueue())
    made._scheduler.decide(NOW)
    made._pods.changed("a", facts("a"), NOW)
    return made


def heard(master: Master) -> list[Any]:
    found = []
    while not master._inbox.empty():
        found.append(master._inbox.get_nowait())
    return found


def test_the_more_steps_run_the_more_rarely_each_is_asked_to_tell(master: Master) -> None:
    assert master._told("p", Progress(0.1)) < 1
    for number in range(10 * TOLD_RATE):
        master._pods.offers.made(f"p{number}", True)
    assert master._told("p", Progress(0.1)) == 10


def test_a_step_that_tells_much_is_heard_once_with_its_newest(master: Master) -> None:
    for share in range(100):
        master._told(pod_name("a"), Progress(share / 100))
    (event,) = heard(master)
    assert isinstance(event, Told)
    master._take(event)
    assert master._scheduler.steps["a"].attempts[0].progress == 0.99
    master._told(pod_name("a"), Progress(1.0))
    assert len(heard(master)) == 1


def test_a_pod_that_it_does_not_know_changes_nothing(master: Master) -> None:
    master._told("other-1", Progress(0.1))
    for event in heard(master):
        master._take(event)
    assert not master._scheduler.progressed
