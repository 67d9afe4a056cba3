"""An API server that answers badly: not now, with an error, or not at all although it did what was asked."""

from __future__ import annotations

import asyncio

import pytest

from k8stui.control.lifecycle.ending import stop_run
from k8stui.incluster.contract.states import RunState, StepState
from tests.embedded.runs import eventually, step_of
from tests.faults.deeds import calls, each_once, lose, refuse, writes
from tests.faults.oracle import judge
from tests.faults.place import Place
from tests.faults.proxy import Deed

RESULT = ("one_2", 7)
"""Of a diamond of three."""

PACE = 30
"""Seconds of the master's clock in a real one."""


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        pytest.param(refuse(429, retry_after=3), "429 TooManyRequests", id="too many requests"),
        pytest.param(refuse(500), "500 InternalError", id="error before the commit"),
        pytest.param(refuse(500, commit=True), "500 InternalError", id="error after the commit"),
        pytest.param(refuse(504, commit=True), "504 Timeout", id="timeout after the commit"),
    ],
)
async def test_every_write_is_answered_with_an_error_once(place: Place, deed: Deed, told: str) -> None:
    fault = place.proxy.on(each_once(writes), deed, times=None)
    run = await place.submit("diamond", master=place.clock(pace=PACE))
    await judge(place, run, result=RESULT, told=[told])
    assert fault.hits > 8


@pytest.mark.parametrize("kind", ["pods", "configmaps", "secrets"])
@pytest.mark.parametrize("commit", [False, True], ids=["before the commit", "after the commit"])
async def test_the_answer_to_each_creation_of_a_kind_is_lost_once(place: Place, kind: str, commit: bool) -> None:
    fault = place.proxy.on(each_once(calls("create", kind)), lose(commit=commit), times=None)
    run = await place.submit("diamond")
    await judge(place, run, result=RESULT)
    assert fault.hits


UNANSWERED = 'Internal error occurred: failed calling webhook "pods.example.org": connection refused'
DENIED = 'admission webhook "pods.example.org" denied the request: not on a Sunday'


async def test_an_admission_webhook_that_fails_for_a_moment_is_waited_for(place: Place) -> None:
    fault = place.proxy.on(calls("create", "pods", "total"), refuse(500, UNANSWERED), times=3)
    run = await place.submit("diamond", master=place.clock(pace=5))  # within half a minute of the master's clock
    await judge(place, run, result=RESULT, told=["failed calling webhook"])
    assert fault.hits == 3


async def test_an_admission_webhook_that_never_answers_fails_its_step_and_no_other(place: Place) -> None:
    place.open()
    place.proxy.on(calls("create", "pods", "held-2-"), refuse(500, UNANSWERED), times=None)
    run = await place.submit("beside", master=place.clock(pace=PACE))
    view = await judge(place, run, state=RunState.FAILED, attempts={"held_2": []}, told=["its pod was refused"])
    assert step_of(view, "held").state is StepState.SUCCEEDED
    assert UNANSWERED in step_of(view, "held_2").why


async def test_what_an_admission_webhook_denies_is_not_asked_for_again(place: Place) -> None:
    fault = place.proxy.on(calls("create", "pods", "total"), refuse(500, DENIED), times=None)
    run = await place.submit("diamond")
    await judge(place, run, state=RunState.FAILED, attempts={"total": []}, told=[DENIED])
    assert fault.hits == 1


async def test_a_run_whose_pods_a_failing_webhook_keeps_out_can_be_stopped(place: Place) -> None:
    fault = place.proxy.on(calls("create", "pods", "held-2-"), refuse(500, UNANSWERED), times=None)
    run = await place.submit("beside", master=place.clock(pace=PACE))
    await place.history.running(run, "held")
    await eventually(lambda: asyncio.sleep(0, fault.hits), until=lambda hits: hits > 1)
    await stop_run(place.cluster, run)
    attempts = {"held": ["stopped"], "held_2": []}
    await judge(place, run, state=RunState.STOPPED, attempts=attempts, told=["stop was asked for"])
