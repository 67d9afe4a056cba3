"""An eviction is told from a failure by the kubelet's last word, which comes after the containers' ends."""

from __future__ import annotations

from typing import Any

from k8stui.incluster.contract.podfacts import read_pod
from tests.unit.incluster.samples import pod_json, terminated

KILLED: dict[str, Any] = {"terminated": {"exitCode": 137, "startedAt": "2026-11-24T04:00:00Z"}}
RUNNING: dict[str, Any] = {"running": {"startedAt": "2026-11-24T04:00:00Z"}}


def pod(phase: str, *states: dict[str, Any], **status: Any) -> dict[str, Any]:
    named = [{"name": name, "state": state} for name, state in zip(("step", "sidecar"), states, strict=False)]
    return {"metadata": {"name": "p"}, "status": {"phase": phase, "containerStatuses": named, **status}}


def test_an_end_without_a_phase_waits_for_the_reason() -> None:
    facts = read_pod(pod("Running", KILLED))
    assert (facts.ended, facts.running) == (False, True)


def test_the_last_word_makes_it_an_eviction() -> None:
    facts = read_pod(pod("Failed", KILLED, reason="Evicted"))
    assert (facts.ended, facts.disrupted, facts.eviction) == (True, True, True)


def test_a_failure_of_its_own_comes_with_its_phase() -> None:
    facts = read_pod(pod("Failed", KILLED))
    assert (facts.ended, facts.disrupted) == (True, False)


def test_a_sidecar_that_goes_on_keeps_no_failure_back() -> None:
    assert read_pod(pod("Running", KILLED, RUNNING)).ended


def test_a_success_and_a_runners_own_report_need_no_last_word() -> None:
    done = {"terminated": {"exitCode": 0}}
    told = {"terminated": {"exitCode": 1, "message": '{"k8stui": 1, "outcome": "failed"}'}}
    assert read_pod(pod("Running", done)).ended
    assert read_pod(pod("Running", told)).ended


def test_a_pod_deleted_before_its_container_started_is_a_deletion() -> None:
    never = terminated(137, "ContainerStatusUnknown", "The container could not be located when the pod was terminated")
    facts = read_pod(pod_json(never, phase="Failed", deleting=True))
    assert (facts.disrupted, facts.eviction, facts.reason, facts.message) == (True, False, "", "")
