"""What a person does to a run on the way: pause it and let it go on, try it again."""

from __future__ import annotations

import json

import pytest

from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states, step_of

pytestmark = pytest.mark.real


def test_a_stopped_run_whose_pods_and_job_are_gone_goes_on_from_what_is_recorded(space: Space) -> None:
    run = space.submit("chain.py", length=3, hold_at=2)
    space.journal.running("held")
    assert space.k8stui("runs", "stop", run).code == 0
    space.kubectl("delete", "job", run)
    space.journal.until(lambda pods: not pods, what="all pods are collected")
    (tried,) = json.loads(space.k8stui("runs", "retry", run, "-o", "json").out)
    assert (tried["run"], tried["job"], tried["retries"]) == (run, f"{run}-retry-1", 1)
    space.open_gate(space.journal.running("held", attempt=2))
    ended = space.watch(run)
    assert (ended.code, ended.view["state"], output(ended.view, "count_2")) == (0, "succeeded", 3)
    assert [len(step["attempts"]) for step in ended.view["steps"]] == [1, 2, 1]
    assert step_of(ended.view, "held")["disruptions"] == 0
    assert ("count", 2) not in space.journal.steps_ever()
    assert space.objects("secrets") == []


def test_a_paused_run_has_no_pod_that_runs_and_goes_on_when_it_is_resumed(space: Space) -> None:
    run = space.submit("chain.py", length=3, hold_at=2)
    held = space.journal.running("held")
    late = space.k8stui("runs", "pause", run, "--timeout", "1")
    assert (late.code, "still run after 1 s" in late.err) == (3, True)
    space.open_gate(held)
    assert space.k8stui("runs", "pause", run).out == f"{run} paused\n"
    space.journal.until(lambda pods: all(pod.ended for pod in pods), what="no pod of the run is at work")
    assert states(space.show(run)) == {"count": "succeeded", "held": "succeeded", "count_2": "waiting"}
    assert space.k8stui("runs", "resume", run).code == 0
    ended = space.watch(run)
    assert (ended.code, ended.view["state"], output(ended.view, "count_2")) == (0, "succeeded", 3)
    assert {len(step["attempts"]) for step in ended.view["steps"]} == {1}
