"""Logs: as they are written, whole, and in one place."""

from __future__ import annotations

import json
import re

import pytest

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
        assert follower.wait(30) == 0


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
        assert follower.wait(30) == 0


def test_many_quick_lines_arrive_exactly_once_each_wherever_they_are_read(space: Space) -> None:
    done = space.k8stui(*space.command("talk.py:chattering", lines=LINES))
    assert done.code == 0, done.err
    expected = [f"line {number:04}" for number in range(LINES)]
    assert re.findall(r"^chatter \| (line \d+)$", done.out, re.MULTILINE) == expected
    (run,) = space.k8stui("runs", "list", "-o", "name").out.split()
    assert re.findall(r"^\[chatter\] (line \d+)$", space.master_log(run), re.MULTILINE) == expected
    later = space.k8stui("logs", run, "-o", "json")
    assert [json.loads(line)["text"] for line in later.out.splitlines()] == expected
