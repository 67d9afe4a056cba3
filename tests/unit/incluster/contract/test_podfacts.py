"""What a pod's JSON says, from the shapes that real clusters send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k8stui.incluster.contract.podfacts import parse_time, read_pod, read_report
from k8stui.incluster.wire.report import FAILED, SUCCEEDED, Report
from tests.unit.incluster.samples import DISRUPTED, RUNNING, pod_json, terminated

Json = dict[str, Any]
SIDECAR = {"name": "istio-proxy", "state": RUNNING}
PREEMPTED = dict(DISRUPTED, reason="PreemptionByScheduler", message="preempted")
UNSCHEDULABLE = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "Unschedulable",
    "message": "0/3 nodes are available",
}


def waiting(reason: str, message: str = "") -> Json:
    return {"waiting": {"reason": reason, "message": message}}


class TestLife:
    def test_a_running_container(self) -> None:
        facts = read_pod(pod_json(RUNNING))
        assert (facts.running, facts.ended, facts.node, facts.attempt) == (True, False, "node-1", 1)
        assert facts.started == parse_time("2026-11-24T14:02:31Z")

    def test_the_step_has_ended_though_a_sidecar_never_does(self) -> None:
        facts = read_pod(pod_json(terminated(0), others=(SIDECAR,)))
        assert (facts.ended, facts.exit_code, facts.running) == (True, 0, False)

    def test_a_sidecars_end_is_not_the_steps(self) -> None:
        facts = read_pod(pod_json(RUNNING, others=({"name": "istio-proxy", "state": terminated(1)},)))
        assert (facts.running, facts.ended) == (True, False)

    def test_a_pod_nobody_has_scheduled_tells_why(self) -> None:
        pod = pod_json(phase="Pending", conditions=[UNSCHEDULABLE])
        pod["spec"] = {}
        facts = read_pod(pod)
        assert (facts.node, facts.reason, facts.message) == ("", "Unschedulable", "0/3 nodes are available")
        assert not facts.ended

    @pytest.mark.parametrize(
        "reason",
        ["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CrashLoopBackOff"],
    )
    def test_a_container_that_cannot_start_tells_why(self, reason: str) -> None:
        facts = read_pod(pod_json(waiting(reason, "no such image"), phase="Pending"))
        assert (facts.reason, facts.message, facts.ended) == (reason, "no such image", False)

    def test_an_init_container_that_cannot_start_tells_why(self) -> None:
        init = [{"name": "fetch", "state": waiting("ImagePullBackOff", "no such image")}]
        facts = read_pod(pod_json(waiting("PodInitializing"), phase="Pending", initContainerStatuses=init))
        assert (facts.reason, facts.message) == ("ImagePullBackOff", "init container fetch: no such image")

    def test_a_pod_without_any_status_is_neither_running_nor_ended(self) -> None:
        pod = pod_json()
        del pod["status"]
        facts = read_pod(pod)
        assert (facts.running, facts.ended, facts.disrupted) == (False, False, False)

    def test_a_lost_node_leaves_the_step_running_until_the_pod_is_gone(self) -> None:
        facts = read_pod(pod_json(RUNNING, reason="NodeLost", deleting=True))
        assert (facts.ended, facts.deleting, facts.eviction) == (False, True, True)

    def test_a_failed_pod_whose_container_still_runs_has_not_ended(self) -> None:
        assert not read_pod(pod_json(RUNNING, phase="Failed", reason="DeadlineExceeded")).ended


OWN_FAILURES = {
    "exit 1": pod_json(terminated(1), phase="Failed"),
    "killed by itself": pod_json(terminated(137), phase="Failed"),
    "out of memory": pod_json(terminated(137, "OOMKilled"), phase="Failed"),
    "deadline": pod_json(terminated(143), phase="Failed", reason="DeadlineExceeded"),
    "deadline before it ran": pod_json(phase="Failed", reason="DeadlineExceeded"),
    "cannot start": pod_json(terminated(128, "StartError", "exec: no such file"), phase="Failed"),
    "a condition that is not true": pod_json(
        terminated(1), phase="Failed", conditions=[dict(DISRUPTED, status="False")]
    ),
}
DISRUPTIONS = {
    "node pressure": pod_json(terminated(137), phase="Failed", reason="Evicted", message="low on memory"),
    "node pressure, old kubelet": pod_json(phase="Failed", reason="Evicted", message="low on memory"),
    "eviction API": pod_json(terminated(143), phase="Failed", conditions=[DISRUPTED], deleting=True),
    "preempted by the scheduler": pod_json(terminated(137), phase="Failed", conditions=[PREEMPTED], deleting=True),
    "preempted by the kubelet": pod_json(phase="Failed", reason="Preempting"),
    "node shutdown": pod_json(terminated(143), phase="Failed", reason="Terminated"),
    "refused by the node": pod_json(phase="Failed", reason="OutOfcpu"),
    "refused by a device": pod_json(phase="Failed", reason="UnexpectedAdmissionError"),
    "container lost with its node": pod_json(terminated(137, "ContainerStatusUnknown"), phase="Failed"),
    "deleted": pod_json(terminated(143), phase="Failed", deleting=True),
}


class TestEnds:
    @pytest.mark.parametrize("pod", OWN_FAILURES.values(), ids=OWN_FAILURES)
    def test_a_failure_of_its_own(self, pod: Json) -> None:
        facts = read_pod(pod)
        assert (facts.ended, facts.disrupted) == (True, False)

    @pytest.mark.parametrize("pod", DISRUPTIONS.values(), ids=DISRUPTIONS)
    def test_a_disruption(self, pod: Json) -> None:
        facts = read_pod(pod)
        assert (facts.ended, facts.disrupted) == (True, True)

    @pytest.mark.parametrize("conditions", [[], [DISRUPTED]])
    def test_a_success_is_no_disruption_even_while_it_is_deleted(self, conditions: list[Json]) -> None:
        facts = read_pod(pod_json(terminated(0), phase="Succeeded", conditions=conditions, deleting=True))
        assert (facts.ended, facts.exit_code, facts.disrupted) == (True, 0, False)

    def test_a_deletion_by_hand_is_not_an_eviction(self) -> None:
        assert not read_pod(DISRUPTIONS["deleted"]).eviction
        assert read_pod(DISRUPTIONS["eviction API"]).eviction

    def test_the_condition_names_the_reason(self) -> None:
        facts = read_pod(DISRUPTIONS["eviction API"])
        assert (facts.reason, facts.message) == ("EvictionByEvictionAPI", "Eviction API: evicting")

    def test_a_pod_that_succeeded_without_container_statuses_has_exit_code_0(self) -> None:
        assert read_pod(pod_json(phase="Succeeded")).exit_code == 0

    def test_a_failed_init_container_is_named(self) -> None:
        init = [{"name": "fetch", "state": terminated(2, message="no network")}]
        facts = read_pod(pod_json(waiting("PodInitializing"), phase="Failed", initContainerStatuses=init))
        assert (facts.ended, facts.exit_code, facts.disrupted) == (True, None, False)
        assert facts.message == "init container fetch: exit code 2: no network"

    def test_a_message_that_is_no_report_is_told(self) -> None:
        facts = read_pod(pod_json(terminated(1, message="disk full"), phase="Failed"))
        assert (facts.message, facts.report) == ("disk full", None)


class TestReports:
    def test_the_runners_report_is_read_from_the_termination_message(self) -> None:
        text = json.dumps(Report(SUCCEEDED, results={"x": [1]}, seconds=1.5).to_json())
        facts = read_pod(pod_json(terminated(0, message=text)))
        assert facts.report is not None
        assert (facts.report.results, facts.report.seconds, facts.message) == ({"x": [1]}, 1.5, "")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "{}",
            "[]",
            '{"k8stui": 2, "outcome": "succeeded"}',
            '{"k8stui": 1, "outcome": "maybe"}',
            '{"k8stui": 1, "outcome": "succeeded", "results": [1]}',
            '{"k8stui": 1, "outcome": "succeeded", "seconds": "long"}',
            '{"k8stui": 1, "outcome": "failed", "error": "bad"}',
            '{"k8stui": 1, "outcome": {}}',
            '{"a":' * 100_000,
        ],
    )
    def test_anything_else_is_none(self, text: str) -> None:
        assert read_report(text) is None

    def test_an_unknown_field_of_a_newer_runner_is_left_out(self) -> None:
        report = read_report('{"k8stui": 1, "outcome": "succeeded", "colour": "red"}')
        assert report is not None
        assert report.outcome == SUCCEEDED

    def test_a_report_survives_the_journey(self) -> None:
        report = Report(FAILED, error={"type": "E", "message": "m", "where": "a.py:1"}, seconds=0.25)
        back = Report.from_json(json.loads(json.dumps(report.to_json())))
        assert (back.outcome, back.error, back.seconds) == (FAILED, report.error, 0.25)
        assert back.sentence() == "E: m (a.py:1)"


@pytest.mark.parametrize(
    ("text", "seconds"), [(None, None), ("", None), ("1970-01-01T00:01:00Z", 60.0), ("1970-01-01T00:01:00.5Z", 60.0)]
)
def test_times_are_seconds_since_the_epoch(text: str | None, seconds: float | None) -> None:
    assert parse_time(text) == seconds
