"""What a person does to a run: pause and resume it, stop it, try it again, repeat it; and prune what has ended."""

from __future__ import annotations

import json

import pytest

from tests.cluster.runs.eventually import eventually
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
    eventually(lambda: not space.objects("secrets"), what="the keys are gone")


def test_a_paused_run_has_no_pod_that_runs_and_goes_on_when_it_is_resumed(space: Space) -> None:
    run = space.submit("chain.py", length=3, hold_at=2)
    held = space.journal.running("held")
    late = space.k8stui("runs", "pause", run, "--timeout", "3")
    assert (late.code, "still run after 3 s" in late.err) == (3, True)
    space.open_gate(held)
    assert space.k8stui("runs", "pause", run).out == f"{run} paused\n"
    space.journal.until(lambda pods: all(pod.ended for pod in pods), what="no pod of the run is at work")
    assert states(space.show(run)) == {"count": "succeeded", "held": "succeeded", "count_2": "waiting"}
    assert space.k8stui("runs", "resume", run).code == 0
    ended = space.watch(run)
    assert (ended.code, ended.view["state"], output(ended.view, "count_2")) == (0, "succeeded", 3)
    assert {len(step["attempts"]) for step in ended.view["steps"]} == {1}


def deaf(space: Space) -> str:
    """A run whose step has told that it hears no signal any more."""
    run = space.submit("deaf.py")
    space.journal.running("deaf")
    eventually(lambda: "deaf now" in space.kubectl("logs", "-l", "k8stui.io/step=deaf"), what="the step is deaf")
    return run


def test_a_step_that_does_not_hear_a_stop_is_killed_after_its_grace_period(space: Space) -> None:
    run = deaf(space)
    stopped = space.k8stui("runs", "stop", run, "--grace-period", "2")
    assert (stopped.code, stopped.out) == (0, f"{run} stopped\n")
    view = space.show(run)
    (attempt,) = step_of(view, "deaf")["attempts"]
    assert (view["state"], attempt["state"], attempt["exit_code"]) == ("stopped", "stopped", 137)
    assert "which has 2 s to end" in space.master_log(run)
    space.journal.until(lambda pods: all(pod.ended for pod in pods), what="no pod runs any more")


def test_a_run_is_ended_by_force_when_a_stop_takes_too_long(space: Space) -> None:
    run = deaf(space)
    stopped = space.k8stui("runs", "stop", run, "--grace-period", "60", "--force-after", "2")
    assert (stopped.code, stopped.out) == (0, f"{run} stopped\n")
    view = space.show(run)
    assert (view["state"], states(view)) == ("stopped", {"deaf": "stopped"})
    assert view["why"] == "stopped by force, 2 s after it was asked to stop"
    space.journal.until(lambda pods: all(pod.ended for pod in pods), what="no pod runs any more")
    eventually(lambda: not space.job(run)["status"].get("active"), what="no pod of it counts as active")


def test_a_run_is_repeated_with_other_parameters_and_pruned(space: Space) -> None:
    first = space.run("chain.py", length=2).view["run"]
    again = space.k8stui("runs", "rerun", first, "-o", "name").out.strip()
    assert space.watch(again).view["rerun_of"] == first
    changed = space.k8stui("runs", "rerun", first, "--param", "length=3", "--yes", "-o", "name").out.strip()
    ended = space.watch(changed)
    assert (ended.code, output(ended.view, "count_3"), ended.view["rerun_of"]) == (0, 3, first)
    pruned = space.k8stui("runs", "prune", "--keep", "1", "--yes", "-o", "name")
    assert (pruned.code, set(pruned.out.split())) == (0, {first, again})
    eventually(lambda: not space.remains(first) and not space.remains(again), what="nothing of them is left")
    assert space.show(changed)["state"] == "succeeded"
