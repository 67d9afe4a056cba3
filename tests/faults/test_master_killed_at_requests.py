"""A master that is killed before and after what a person, a deadline or a hook has it write."""

from __future__ import annotations

import pytest

from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.lifecycle.pausing import pause_run, resume_run
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import STATUS_KEY
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.scheduling.judging import STEP_TIMEOUT
from tests.embedded.runs import eventually, pause_is_heard
from tests.faults.deeds import Held, calls
from tests.faults.oracle import judge
from tests.faults.place import Place
from tests.faults.proxy import Where

BEFORE_AND_AFTER = pytest.mark.parametrize("commit", [False, True], ids=["before", "after"])


def says(words: str) -> Where:
    """A write of the record with these words in it."""
    return lambda call: (call.verb, call.kind) == ("patch", "configmaps") and words in str(call.body)


async def kill_at(place: Place, run: str, held: Held) -> None:
    """Kill the master when it has come to this request; its pod may be on the way out already."""
    await held.reached()
    (master,) = (pod for pod in place.history.now(run) if not pod.step and not pod.ended)
    place.kill(master)
    held.drop()


PAUSED = {"record": says('"state":"paused"'), "suspension of the Job": calls("patch", "jobs")}


@BEFORE_AND_AFTER
@pytest.mark.parametrize("where", PAUSED.values(), ids=PAUSED.keys())
async def test_while_it_pauses(place: Place, where: Where, commit: bool) -> None:
    held = Held(commit=commit)
    place.proxy.on(where, held)
    run = await place.submit("waiting")
    await place.history.running(run, "held")
    await pause_run(place.cluster, run, patience=None)
    await pause_is_heard(place.cluster, run)
    place.open()
    await kill_at(place, run, held)
    view = await pause_run(place.cluster, run)
    assert view.state is RunState.PAUSED
    await resume_run(place.cluster, run)
    await judge(place, run, result=("one", 2), told=["goes on"])


@BEFORE_AND_AFTER
async def test_while_it_stops(place: Place, commit: bool) -> None:
    held = Held(commit=commit)
    place.proxy.on(calls("delete", "pods"), held)
    run = await place.submit("waiting")
    await place.history.running(run, "held")
    record = await eventually(
        lambda: place.cluster.get(CONFIGMAPS, names.record_name(run)),
        until=lambda found: '"state":"running"' in found["data"][STATUS_KEY],
    )
    asked = {"metadata": {"annotations": {names.ANNOTATION_REQUEST: names.REQUEST_STOP}}}
    await place.cluster.patch(CONFIGMAPS, record["metadata"]["name"], asked)
    await held.reached()
    if commit:  # the next master could still see it go
        await place.history.until(
            lambda: not [pod for pod in place.history.now(run) if pod.step], what="the pod is gone"
        )
    await kill_at(place, run, held)
    tried = {"held": ["evicted" if commit else "stopped"]}  # a pod that is gone does not say who deleted it
    await judge(place, run, state=RunState.STOPPED, attempts=tried, told=["stop was asked for"])


LATE = {"record": says(STEP_TIMEOUT), "deletion of the pod": calls("delete", "pods")}


@BEFORE_AND_AFTER
@pytest.mark.parametrize("where", LATE.values(), ids=LATE.keys())
async def test_while_it_ends_a_step_that_takes_too_long(place: Place, where: Where, commit: bool) -> None:
    held = Held(commit=commit)
    place.proxy.on(where, held)
    run = await place.submit("waiting", more={"step_timeout": 1})
    await kill_at(place, run, held)
    await judge(place, run, state=RunState.FAILED, told=["timed out after 1 s"])


@BEFORE_AND_AFTER
async def test_while_it_calls_the_hook(place: Place, commit: bool) -> None:
    held = Held(commit=commit)
    place.proxy.on(calls("create", "pods", "told"), held)
    run = await place.submit("hooked")
    await kill_at(place, run, held)
    await judge(place, run, state=RunState.FAILED, result=("told", "failed"), told=["ValueError: cannot use 0"])
