"""Which pods go, which stay, and why."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.cleanup.plan import FIELDS, REFUSED, CleanupPlan, Way, fields_of, plan_cleanup
from k8stui.control.pods.candidates import candidate
from k8stui.control.words.filtering import keeper
from k8stui.incluster.contract import names

NOW = 1_000_000.0


def pod(name: str, phase: str = "Failed", *, ours: bool = True, component: str = "step", **more: Any) -> dict[str, Any]:
    labels = {"run": "train-1", "pipeline": "train", names.LABEL_RUN_ID: "train-1", names.LABEL_COMPONENT: component}
    container = {"name": "step" if component == "step" else "orchestrator"}
    state: dict[str, Any] = {"running": {"startedAt": "1970-01-12T12:00:00Z"}}
    if phase in ("Failed", "Succeeded"):
        code = 1 if phase == "Failed" else 0
        state = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed"}}
    return {
        "metadata": {
            "name": name,
            "namespace": "ml",
            "uid": f"uid-{name}",
            "resourceVersion": "7",
            "creationTimestamp": "1970-01-12T12:00:00Z",
            "labels": {**labels, **({names.LABEL_MANAGED_BY: names.MANAGER} if ours else {})},
            "ownerReferences": [{"kind": "ConfigMap", "name": "work", "controller": True, "uid": "w"}],
            **more,
        },
        "spec": {"containers": [container], "nodeName": "node-1"},
        "status": {"phase": phase, "containerStatuses": [{**container, "restartCount": 4, "state": state}]},
    }


def judged(plan: CleanupPlan) -> dict[str, tuple[bool, str]]:
    return {verdict.of.pod.name: (verdict.goes, verdict.why) for verdict in plan.verdicts}


def test_what_has_ended_goes_and_what_runs_stays() -> None:
    plan = plan_cleanup(map(candidate, [pod("a"), pod("b", "Running"), pod("c", "Succeeded"), pod("d", "Pending")]))
    assert {name: goes for name, (goes, _) in judged(plan).items()} == {"a": True, "b": False, "c": True, "d": False}
    assert judged(plan)["a"] == (True, "failed (Error)")
    assert judged(plan)["b"] == (False, "running: it has not ended")


def test_by_force_what_is_being_deleted_goes_too_and_what_that_means_is_told() -> None:
    going = candidate(pod("a", "Running", deletionTimestamp="2026-11-29T12:00:00Z"))
    plan = plan_cleanup([going, candidate(pod("b", "Running"))], grace_seconds=0)
    assert judged(plan) == {
        "a": (True, "it is being deleted: its node is not waited for"),
        "b": (False, "running: it has not ended"),
    }
    assert plan.forced
    assert any("its containers may run on" in line for line in plan.summary())
    ended = plan_cleanup([candidate(pod("c"))], grace_seconds=0)
    assert not any("may run on" in line for line in ended.summary())
    assert not plan_cleanup([going], way=Way.EVICT, grace_seconds=0).going


def test_what_is_being_deleted_stays_otherwise() -> None:
    going = pod("a", "Running", deletionTimestamp="1970-01-12T13:00:00Z")
    plan = plan_cleanup([candidate(going)], running=True)
    assert judged(plan)["a"] == (False, "it is being deleted already")


@pytest.mark.parametrize(("going_on", "warned"), [([("ml", "train-1")], True), ([("other", "train-1")], False)])
def test_the_orchestrator_of_a_run_that_goes_on_is_told(going_on: list[tuple[str, str]], warned: bool) -> None:
    master = candidate(pod("m", "Running", component="orchestrator"))
    plan = plan_cleanup([master], running=True, going_on=going_on)
    goes, why = judged(plan)["m"]
    assert goes
    assert ("orchestrator" in why) is warned


def test_only_what_has_not_ended_can_be_evicted() -> None:
    plan = plan_cleanup(map(candidate, [pod("a"), pod("b", "Running")]), running=True, way=Way.EVICT)
    assert {name: goes for name, (goes, _) in judged(plan).items()} == {"a": False, "b": True}


def test_what_the_server_refuses_stays() -> None:
    plan = plan_cleanup(map(candidate, [pod("a"), pod("b")]))
    narrowed = plan.only([plan.going[1]])
    assert judged(narrowed) == {"a": (False, REFUSED), "b": (True, "failed (Error)")}


def test_the_summary_counts_by_status_owner_and_reason_to_stay() -> None:
    plan = plan_cleanup(map(candidate, [pod("a"), pod("b", "Running"), pod("c", "Succeeded")]))
    assert plan.summary() == [
        "delete: 2 of 3 pods",
        "  by status: failed 1, succeeded 1",
        "  by owner: ConfigMap 2",
        "1 stays: running: it has not ended",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("status:failed age:>1h reason:error node:node-1 owner:configmap/work", True),
        ("run:train-1 pipeline:train label:run=train-1 restarts:>3 namespace:ml", True),
        ("restarts:>4", False),
        ("age:<1h", False),
    ],
)
def test_every_field_can_be_filtered_by(text: str, found: bool) -> None:
    assert keeper(text, FIELDS)(fields_of(candidate(pod("a")), NOW + 4 * 3600)) is found


def test_the_fields_are_those_that_are_told() -> None:
    assert set(fields_of(candidate(pod("a")), NOW)) == set(FIELDS)
