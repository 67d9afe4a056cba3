"""Logs: as they are written, whole, and in one place."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from k8stui.cluster.connect import connect
from k8stui.control.logs.many import History, LogQuery
from k8stui.control.logs.stream import LogLine
from k8stui_tui.feeds.logs import LogFeed
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real

LINES = 2000


@pytest.mark.parametrize("verb", [("logs", "-f"), ("runs", "logs", "-f")])
def test_a_line_arrives_before_the_step_has_ended(space: Space, verb: tuple[str, ...]) -> None:
    run = space.submit("talk.py:talking")
    pod = space.journal.running("talk")
    with space.k8stui_running(*verb, run) as follower:
        assert follower.stdout
        assert follower.stdout.readline() == "talk | before\n"
        assert follower.stdout.readline() == "talk | at the gate\n"
        assert not next(one for one in space.journal.now() if one.uid == pod.uid).ended
        space.open_gate(pod)
        assert follower.stdout.readline() == "talk | after\n"
        assert follower.wait(100) == 0


def test_kubectl_follows_the_steps_logs_in_the_job(space: Space) -> None:
    run = space.submit("talk.py:talking")
    pod = space.journal.running("talk")
    space.journal.master()
    with space.kubectl_running("logs", "-f", f"job/{run}") as follower:
        assert follower.stdout
        assert "[talk] before\n" in iter(follower.stdout.readline, "")
        assert not next(one for one in space.journal.now() if one.uid == pod.uid).ended
        space.open_gate(pod)
        assert "[talk] after\n" in iter(follower.stdout.readline, "")
        assert follower.wait(100) == 0


def test_many_quick_lines_arrive_exactly_once_each_wherever_they_are_read(space: Space) -> None:
    done = space.k8stui(*space.command("talk.py:chattering", lines=LINES))
    assert done.code == 0, done.err
    expected = [f"line {number:04}" for number in range(LINES)]
    assert re.findall(r"^chatter \| (line \d+)$", done.out, re.MULTILINE) == expected
    (run,) = space.k8stui("runs", "list", "-o", "name").out.split()
    eventually(lambda: space.job(run)["status"].get("succeeded"), what="the orchestrator has copied all and ended")
    assert re.findall(r"^\[chatter\] (line \d+)$", space.master_log(run), re.MULTILINE) == expected
    later = space.k8stui("logs", run, "-o", "json")
    assert [json.loads(line)["text"] for line in later.out.splitlines()] == expected


async def taken(feed: LogFeed, lines: list[LogLine], *, last: str) -> list[str]:
    """Look at a feed as a screen does, until a line came."""
    async with asyncio.timeout(60):
        while last not in [line.text for line in lines]:
            lines += feed.take()
            await asyncio.sleep(0.05)
    return [line.text for line in lines]


async def test_a_screen_reads_what_was_written_and_follows_what_comes_without_a_line_twice(space: Space) -> None:
    run = await asyncio.to_thread(space.submit, "talk.py:talking")
    pod = await asyncio.to_thread(space.journal.running, "talk")
    async with (
        await connect(kubeconfig=Path(space.kubeconfig), namespace=space.namespace) as cluster,
        LogFeed(cluster, LogQuery(run=run)) as feed,
    ):
        lines: list[LogLine] = []
        assert await taken(feed, lines, last="at the gate") == ["before", "at the gate"]
        assert not feed.loading
        await asyncio.to_thread(space.open_gate, pod)
        assert await taken(feed, lines, last="after") == ["before", "at the gate", "after"]
        assert [line.time for line in lines] == sorted(line.time or 0 for line in lines)
        await asyncio.to_thread(space.kubectl, "delete", "pod", pod.name)
        assert (feed.error, feed.take()) == (None, [])


async def test_a_screen_reads_the_last_lines_of_an_ended_pod_and_says_what_is_left_out(space: Space) -> None:
    done = await asyncio.to_thread(space.k8stui, *space.command("talk.py:chattering", lines=LINES))
    assert done.code == 0, done.err
    async with (
        await connect(kubeconfig=Path(space.kubeconfig), namespace=space.namespace) as cluster,
        LogFeed(cluster, LogQuery(pipeline="chattering", step="chatter"), history=History(each=100)) as feed,
    ):
        texts = await taken(feed, [], last=f"line {LINES - 1:04}")
        assert texts == [
            "older lines are left out: only the last 100 are shown",
            *(f"line {number:04}" for number in range(LINES - 100, LINES)),
        ]
