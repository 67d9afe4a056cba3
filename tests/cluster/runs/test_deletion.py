"""What a person deletes with kubectl in the middle of a run: all its pods, its master, a step, its Job."""

from __future__ import annotations

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.jobs import failed
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import attempts, output, states, step_of

pytestmark = pytest.mark.real


def test_deleting_all_pods_of_a_pipeline_stops_its_run_for_good(space: Space) -> None:
    run = space.submit("fan.py", width=6, held_parts=3)
    for step in ("held", "held_2", "held_3"):
        space.journal.running(step)
    space.kubectl("delete", "pod", "-l", "pipeline=fan", "--wait=false")
    ended = space.watch(run)
    assert (ended.code, ended.view["state"]) == (1, "stopped")
    assert states(ended.view)["start"] == "succeeded"
    assert states(ended.view)["held"] == "stopped"
    assert states(ended.view)["join"] in ("stopped", "skipped")
    eventually(lambda: failed(space, run), what="the Job has failed, so that it starts no other master")
    eventually(lambda: not space.job(run)["status"].get("active"), what="no pod of it counts as active")
    space.journal.until(lambda pods: not [pod for pod in pods if not pod.ended], what="no pod of the run is left")
    assert sum(pod.is_master for pod in space.journal.ever()) == 1


def test_a_deleted_master_comes_back_and_no_finished_step_runs_again(space: Space) -> None:
    run = space.submit("chain.py", length=5, hold_at=3)
    held = space.journal.running("held")
    first = space.journal.master()
    space.kubectl("delete", "pod", first.name, "--wait=false")
    second = space.journal.master(other_than=first)
    assert second.uid != first.uid
    space.open_gate(held)
    ended = space.watch(run)
    assert (ended.code, ended.view["state"]) == (0, "succeeded")
    assert output(ended.view, "count_4") == 5
    assert sorted(space.journal.steps_ever()) == sorted((step, 1) for step in states(ended.view))
    assert set(attempts(ended.view).values()) == {1}


def test_a_deleted_step_starts_again_from_its_disruption_budget(space: Space) -> None:
    run = space.submit("chain.py", length=3, hold_at=2)
    held = space.journal.running("held")
    space.kubectl("delete", "pod", held.name, "--wait=false")
    again = space.journal.running("held", attempt=2)
    space.open_gate(again)
    ended = space.watch(run)
    assert (ended.code, ended.view["state"]) == (0, "succeeded")
    step = step_of(ended.view, "held")
    assert (step["disruptions"], step["failures"]) == (1, 0)
    assert [one["state"] for one in step["attempts"]] == ["evicted", "succeeded"]
    assert attempts(ended.view) == {"count": 1, "held": 2, "count_2": 1}
    assert output(ended.view, "count_2") == 3


def test_deleting_the_job_stops_the_run_and_its_pods_are_collected(space: Space) -> None:
    run = space.submit("chain.py", length=3, hold_at=2)
    space.journal.running("held")
    space.kubectl("delete", "job", run, "--wait=false")
    ended = space.watch(run)
    assert (ended.code, ended.view["state"]) == (1, "stopped")
    assert states(ended.view) == {"count": "succeeded", "held": "stopped", "count_2": "stopped"}
    space.journal.until(lambda pods: not pods, what="all pods are collected")
    eventually(lambda: not space.objects("secrets"), what="the keys are gone")
    assert space.show(run)["state"] == "stopped"


def test_a_run_is_stopped_on_request(space: Space) -> None:
    run = space.submit("chain.py", length=3, hold_at=2)
    space.journal.running("held")
    stopped = space.k8stui("runs", "stop", run)
    assert (stopped.code, stopped.out) == (0, f"{run} stopped\n")
    assert states(space.show(run)) == {"count": "succeeded", "held": "stopped", "count_2": "stopped"}
    eventually(lambda: failed(space, run), what="the Job has failed, so that it starts no other master")
    space.journal.until(lambda pods: all(pod.ended for pod in pods), what="no pod runs any more")
