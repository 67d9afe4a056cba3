"""A handover that is refused, lost, late, repeated, forged or of another attempt; and pods that end badly after it."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode

import pytest

from k8stui.cluster.resources import PODS, SECRETS
from k8stui.incluster.contract import names
from k8stui.incluster.wire.handover import PATH_HELLO, HandoverError, hand_over
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.embedded.runs import is_said
from tests.faults.deeds import calls
from tests.faults.oracle import judge
from tests.faults.place import Place
from tests.faults.relay import Master, Message, Relay, is_report, reply

ALONE = "going on by watching alone"


def report(number: int) -> str:
    """A success, as a runner tells it."""
    return json.dumps(Report(SUCCEEDED, results={"output": number}).to_json())


async def key_of(place: Place, run: str, slug: str) -> str:
    secret = await place.cluster.get(SECRETS, names.keys_name(run))
    return b64decode(secret["data"][slug]).decode()


async def refused(message: Message, master: Master) -> bytes | None:
    return None


async def lost(message: Message, master: Master) -> bytes | None:
    return None if is_report(message) else await master.ask(message)


async def answer_lost(message: Message, master: Master) -> bytes | None:
    answer = await master.ask(message)
    return None if is_report(message) else answer


async def repeated(message: Message, master: Master) -> bytes | None:
    answer = await master.ask(message)
    if is_report(message):
        await master.ask(message)
    return answer


async def forged(message: Message, master: Master) -> bytes | None:
    if is_report(message):
        message.body["report"] = report(99)
    return await master.ask(message)


@pytest.mark.parametrize(
    ("way", "told"),
    [
        pytest.param(refused, ALONE, id="refused"),
        pytest.param(lost, ALONE, id="lost"),
        pytest.param(answer_lost, "", id="its answer lost"),
        pytest.param(repeated, "", id="repeated"),
        pytest.param(forged, ALONE, id="forged"),
    ],
)
async def test_a_chain_whose_handovers_go_wrong_is_right(place: Place, way: object, told: str) -> None:
    async with Relay(way) as relay:  # type: ignore[arg-type]  # each one is a Way
        place.proxy.on(calls("create", "pods"), relay.divert, times=None)
        run = await place.submit("chain", length=6)
        await judge(place, run, result=("one_6", 6), told=[told])
        assert relay.messages


async def test_a_report_that_was_sent_is_worth_nothing_on_another_connection(place: Place) -> None:
    taken = asyncio.Event()

    async def noticing(message: Message, master: Master) -> bytes | None:
        answer = await master.ask(message)
        if is_report(message):
            taken.set()
        return answer

    async with Relay(noticing) as relay:
        place.proxy.on(calls("create", "pods", "one-1"), relay.divert)
        run = await place.submit("chain", length=2, hold_at=2, patient=100)
        async with asyncio.timeout(60):
            await taken.wait()
        host, _, port = relay.master.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        again = Master(reader, writer)
        hello, done = relay.messages
        await again.ask(hello)
        assert b"not signed by this step" in await again.ask(done)
        writer.close()
        place.open()
        await judge(place, run, result=("held", 2))


async def test_a_report_that_comes_after_the_pod_has_ended_changes_nothing(place: Place) -> None:
    going, through = asyncio.Event(), asyncio.Event()

    async def kept_back(message: Message, master: Master) -> bytes | None:
        if not is_report(message):
            return await master.ask(message)
        message.hang_up()
        await going.wait()
        await master.ask(message)
        through.set()
        return None

    async with Relay(kept_back) as relay:
        place.proxy.on(calls("create", "pods", "one-1"), relay.divert)
        run = await place.submit("chain", length=2, hold_at=2, patient=100)
        await place.history.running(run, "held")
        going.set()
        async with asyncio.timeout(60):
            await through.wait()
        place.open()
        await judge(place, run, result=("held", 2))


async def test_a_runner_tells_nothing_to_a_master_that_has_not_the_key(place: Place) -> None:
    async def impostor(message: Message, master: Master) -> bytes | None:
        return reply({"nonce": "0" * 32, "proof": "0" * 64})

    async with Relay(impostor) as relay:
        place.proxy.on(calls("create", "pods"), relay.divert, times=None)
        run = await place.submit("chain", length=2)
        await judge(place, run, result=("one_2", 2))
        assert {message.path for message in relay.messages} == {PATH_HELLO}


async def test_a_report_of_an_earlier_attempt_does_not_count(place: Place) -> None:
    async def untouched(message: Message, master: Master) -> bytes | None:
        return await master.ask(message)

    async with Relay(untouched) as relay:
        place.proxy.on(calls("create", "pods"), relay.divert, times=None)
        run = await place.submit("waiting")
        first = await place.history.running(run, "held")
        await place.cluster.evict(first.name)
        await place.history.running(run, "held", attempt=2)
        key = await key_of(place, run, "held")
        await asyncio.to_thread(hand_over, relay.master, key, first.name, report(99), 10.0)
        place.open()
        tried = {"held": ["evicted", "succeeded"]}
        await judge(
            place, run, result=("one", 2), attempts=tried, told=["does not count: attempt 1 is not the current one"]
        )


async def test_a_report_with_the_key_of_another_step_is_refused(place: Place) -> None:
    async def untouched(message: Message, master: Master) -> bytes | None:
        return await master.ask(message)

    async with Relay(untouched) as relay:
        place.proxy.on(calls("create", "pods"), relay.divert, times=None)
        run = await place.submit("waiting")
        pod = await place.history.running(run, "held")
        key = await key_of(place, run, "one")
        with pytest.raises(HandoverError, match="could not prove itself"):
            await asyncio.to_thread(hand_over, relay.master, key, pod.name, report(99), 10.0)
        place.open()
        await judge(place, run, result=("one", 2))


@pytest.mark.parametrize("how", ["fails", "is evicted", "is evicted by its node", "is deleted"])
async def test_a_pod_that_ends_badly_after_its_report_was_taken_keeps_its_results(place: Place, how: str) -> None:
    run = await place.submit("lingering", patient=100, how="fail" if how == "fails" else "")
    await place.history.running(run, "one")  # so the report was taken
    (pod,) = [pod for pod in place.history.now(run) if pod.step == "lingers"]
    if how == "is evicted":
        await place.cluster.evict(pod.name)
    elif how == "is evicted by its node":
        place.embedded.pressure_evict(pod.namespace, pod.name)
    elif how == "is deleted":
        await place.cluster.delete(PODS, pod.name)
    else:
        place.open("exit")
    await place.history.until(
        lambda: all(one.ended for one in place.history.steps(run) if one.step == "lingers"), what="it has ended"
    )
    told = ["ended with exit code 3 after its results were taken"] if how == "fails" else []
    for words in told:  # a run that has ended listens no more
        await is_said(place.cluster, run, words)
    place.open()
    await judge(place, run, result=("one", 2), against=[pod.name], told=told)
