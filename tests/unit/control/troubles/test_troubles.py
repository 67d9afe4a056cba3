"""What is wrong now: who is suspected, which say the same, and nodes and quotas by themselves."""

from __future__ import annotations

from typing import Any

from k8stui.control.diagnosis.finding import Level
from k8stui.control.pods.candidates import Candidate
from k8stui.control.troubles.places import of_nodes, of_quotas
from k8stui.control.troubles.suspects import (
    groups,
    same_of_pods,
    suspect_pods,
    suspect_runs,
    suspect_schedules,
)
from k8stui.control.troubles.trouble import Member, Trouble, merged
from k8stui.incluster.contract.states import RunState
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.views import PodView, RunSummaryView

NOW = 1_000_000.0


def pod(name: str, status: str, **more: Any) -> Candidate:
    return Candidate(PodView(**{"name": name, "namespace": "ml", "status": status, "created": NOW - 100, **more}))


def run(name: str, state: RunState, **more: Any) -> RunSummaryView:
    return RunSummaryView(**{"run": name, "namespace": "ml", "pipeline": "p", "state": state, "created": NOW, **more})


def names(found: list[Candidate]) -> list[str]:
    return [one.pod.name for one in found]


def test_pods_that_wait_too_long_or_say_why_are_suspected_and_those_that_just_begin_are_not() -> None:
    pods = [
        pod("waits", "queued"),
        pod("says", "queued", created=NOW - 2, reason="Unschedulable"),
        pod("begins", "starting", created=NOW - 2, reason="ContainerCreating"),
        pod("runs", "running"),
        pod("done", "succeeded"),
        pod("leaves", "stopping"),
        pod("stays", "stopping", created=NOW - 500),
    ]
    assert names(suspect_pods(pods, [], NOW)) == ["waits", "says", "stays"]


def test_pods_that_ended_badly_are_suspected_as_long_as_they_matter() -> None:
    runs = [run("going", RunState.RUNNING), run("over", RunState.FAILED)]
    pods = [
        pod("nobodys", "failed", finished=NOW - 60),
        pod("nobodys-old", "failed", finished=NOW - 7200),
        pod("of-over", "failed", run="over", step="a", attempt=1),
        pod("tried-again", "evicted", run="going", step="a", attempt=1),
        pod("its-next", "running", run="going", step="a", attempt=2),
        pod("last-try", "evicted", run="going", step="b", attempt=1),
        pod("master", "failed", run="going", component="orchestrator"),
    ]
    assert names(suspect_pods(pods, runs, NOW)) == ["nobodys", "last-try"]


def test_pods_that_say_the_same_but_for_numbers_and_their_names_are_one_group() -> None:
    said = "0/{} nodes are available: {} Insufficient cpu."
    pods = [
        *(pod(f"p{n}", "queued", reason="Unschedulable", message=said.format(n, n)) for n in range(1, 41)),
        pod("other", "starting", reason="ErrImagePull", message="no such image for pod other"),
        pod("another", "starting", reason="ErrImagePull", message="no such image for pod another"),
    ]
    assert [len(group.members) for group in groups(pods, same_of_pods)] == [40, 2]


def test_runs_that_failed_count_until_their_pipeline_succeeded_again() -> None:
    runs = [
        run("b2", RunState.FAILED, pipeline="b"),
        run("a3", RunState.SUCCEEDED, pipeline="a"),
        run("a2", RunState.FAILED, pipeline="a"),
        run("b1", RunState.FAILED, pipeline="b", finished=NOW - 100_000),
        run("c1", RunState.RUNNING, why="its orchestrator has no pod"),
        run("d1", RunState.PAUSED, why="paused"),
        run("e1", RunState.RUNNING),
    ]
    assert [one.run for one in suspect_runs(runs, NOW)] == ["b2", "c1"]


def test_schedules_that_missed_a_time_or_never_fire_are_suspected_unless_they_are_suspended() -> None:
    found = suspect_schedules(
        [
            ScheduleView(name="late", namespace="ml", missed=2, next=NOW),
            ScheduleView(name="never", namespace="ml"),
            ScheduleView(name="asleep", namespace="ml", suspended=True),
            ScheduleView(name="fine", namespace="ml", next=NOW),
        ]
    )
    assert [one.name for one in found] == ["late", "never"]


def test_one_cause_is_one_line_the_worst_first_and_the_most_next() -> None:
    def queued(name: str, nodes: int, since: float) -> Trouble:
        words = f"queued: none of the {nodes} nodes takes it"
        return Trouble(Level.STUCK, "Pod", (Member("ml", name),), words, since=since)

    failed = Trouble(Level.FAILED, "Run", (Member("ml", "r"),), "failed: step a failed: no rows")
    alone = Trouble(Level.STUCK, "Pod", (Member("ml", "x"),), "starting: its image is missing")
    found = merged([alone, queued("a", 3, 5.0), queued("b", 4, 2.0), failed])
    assert [(one.subject, one.since) for one in found] == [("run r", None), ("2 pods", 2.0), ("pod x", None)]
    assert (found[0].state, found[0].cause) == ("failed", "step a failed: no rows")


def test_nodes_tell_what_is_wrong_with_them() -> None:
    def node(name: str, *conditions: tuple[str, str], **spec: Any) -> dict[str, Any]:
        told = [{"type": kind, "status": status, "reason": "R"} for kind, status in conditions]
        return {"metadata": {"name": name}, "spec": spec, "status": {"conditions": told}}

    nodes = [
        node("fine", ("Ready", "True"), ("MemoryPressure", "False")),
        node("lost", ("Ready", "Unknown")),
        node("full", ("Ready", "True"), ("DiskPressure", "True")),
        node("closed", ("Ready", "True"), unschedulable=True),
    ]
    found = [(one.members[0].name, one.state, one.level) for one in of_nodes(nodes)]
    assert found == [
        ("lost", "not ready", Level.STUCK),
        ("full", "short of disk space", Level.WAITING),
        ("closed", "cordoned", Level.WAITING),
    ]


def test_quotas_tell_what_of_them_is_used_up() -> None:
    def quota(name: str, hard: dict[str, str], used: dict[str, str]) -> dict[str, Any]:
        return {"metadata": {"name": name, "namespace": "ml"}, "status": {"hard": hard, "used": used}}

    full = quota("pods", {"pods": "20", "limits.memory": "4Gi", "requests.cpu": "2"},
                 {"pods": "20", "limits.memory": "1Gi", "requests.cpu": "2000m"})  # fmt: skip
    found = list(of_quotas([full, quota("none", {"count/x": "0"}, {"count/x": "0"}), quota("new", {"pods": "1"}, {})]))
    assert [one.subject for one in found] == ["quota pods"]
    assert found[0].sentence.startswith("used up: pods 20 of 20, requests.cpu 2000m of 2;")
