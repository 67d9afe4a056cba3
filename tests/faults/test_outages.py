"""An API server that is gone for a while: nothing is lost, and nothing is done twice when it is back."""

from __future__ import annotations

import asyncio

import pytest

from k8stui.incluster.contract.states import RunState
from tests.faults.deeds import Held, calls, lose, refuse
from tests.faults.oracle import judge
from tests.faults.place import Place

PACE = 30
"""Seconds of the master's clock in a real one."""


@pytest.mark.parametrize("seconds", [5, 30, 120])
@pytest.mark.parametrize("handover", [True, False], ids=["with handover", "without handover"])
async def test_no_connection_for_a_while_in_the_middle_of_a_run(place: Place, seconds: int, handover: bool) -> None:
    run = await place.submit("chain", length=5, hold_at=3, master=place.clock(pace=PACE), handover=handover)
    await place.history.running(run, "held")
    await place.gate.shut()
    place.open()
    await place.history.ended(run, "held")
    await asyncio.sleep(seconds / PACE)  # the outage itself
    await place.gate.open()
    await judge(place, run, result=("one_4", 5), told=["trying again"])


async def test_no_connection_while_the_master_starts(place: Place) -> None:
    fault = place.proxy.on(lambda call: True, lose(commit=False), times=12)
    run = await place.submit("diamond", master=place.clock(pace=PACE))
    await judge(place, run, result=("one_2", 7))
    assert fault.hits == 12


@pytest.mark.parametrize("commit", [False, True], ids=["before the commit", "after the commit"])
async def test_a_write_that_is_never_answered_is_made_again(place: Place, commit: bool) -> None:
    place.proxy.on(calls("patch", "configmaps"), Held(commit=commit), first=2)
    run = await place.submit("diamond", master=place.clock(pace=PACE))
    await judge(place, run, result=("one_2", 7), told=["timed out; trying again"])


async def test_a_creation_that_is_never_answered_is_known_from_the_watch(place: Place) -> None:
    held = Held(commit=True)
    place.proxy.on(calls("create", "pods", "total"), held)
    run = await place.submit("diamond")
    await held.reached()
    await judge(place, run, result=("one_2", 7))


NO_RIGHTS = 'User "system:serviceaccount:default:k8stui" cannot do this to resource "pods" in API group ""'


@pytest.mark.parametrize("handover", [True, False], ids=["with handover", "without handover"])
async def test_a_server_that_is_back_and_knows_no_roles_yet_is_asked_again(place: Place, handover: bool) -> None:
    # The rights have to be there within half a minute of the master's clock.
    run = await place.submit("chain", length=4, hold_at=2, master=place.clock(pace=3), handover=handover)
    await place.history.running(run, "held")
    await place.gate.shut()
    place.open()
    await place.history.ended(run, "held")
    fault = place.proxy.on(lambda call: True, refuse(403, NO_RIGHTS), times=8)
    await place.gate.open()
    await judge(place, run, result=("one_3", 4), told=["cannot do this"])
    assert fault.hits == 8


async def test_rights_that_are_missing_without_an_outage_are_missing(place: Place) -> None:
    fault = place.proxy.on(calls("create", "pods", "one-2"), refuse(403, NO_RIGHTS), times=None)
    run = await place.submit("chain", length=3)
    found: dict[str, list[str]] = {"one_2": [], "one_3": []}
    await judge(place, run, state=RunState.FAILED, attempts=found, told=["its pod was refused"])
    assert fault.hits == 1
