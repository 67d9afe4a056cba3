"""What a firing makes of a schedule's template: names, labels, times, and where its own copies are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_CONTAINER, Plan
from k8stui.incluster.master.firing import SCHEDULED_AT, TRIGGERED, Firing, fired_plan, read_firing
from tests.unit.incluster.samples import step

DUE = 1_794_450_900.0  # 2026-11-12 02:35 UTC


def job(name: str = "nightly-29907515", **annotations: str) -> dict[str, Any]:
    meta = {"name": name, "uid": "u-1", "creationTimestamp": "2026-11-12T02:35:07Z", "annotations": annotations}
    return {"metadata": meta}


def template(*slugs: str, prefix: str = "", env: list[dict[str, Any]] | None = None) -> Plan:
    pod = {
        "metadata": {"labels": {names.LABEL_SCHEDULE: "nightly"}},
        "spec": {"containers": [{"name": "sidecar"}, {"name": names.STEP_CONTAINER, "env": env or []}]},
    }
    steps = tuple(step(slug, kind=KIND_CONTAINER) for slug in slugs or ("load",))
    return Plan("", "my pipeline", "ml", prefix, steps, (pod,), created=1.0)


def fired(plan: Plan, run: str = "nightly-29907515", uid: str = "u-1") -> Plan:
    return fired_plan(plan, Firing(run, uid, "nightly", DUE + 7, DUE), {"template-0": "run-x-plan-0"})


@pytest.mark.parametrize("written", ["2026-11-12T02:35:00Z", "2026-11-12T08:05:00+05:30", "2026-11-11T21:35:00-05:00"])
def test_the_time_it_was_due_at_is_the_controllers_in_whatever_zone(written: str) -> None:
    firing = read_firing(job(**{SCHEDULED_AT: written}), "nightly")
    assert (firing.scheduled, firing.moment) == (DUE, "2026-11-12T02:35:00Z")
    assert (firing.run, firing.job_uid, firing.created) == ("nightly-29907515", "u-1", DUE + 7)


def test_an_older_controller_tells_it_by_the_name_of_the_job() -> None:
    assert read_firing(job(f"nightly-{int(DUE) // 60}"), "nightly").scheduled == DUE


@pytest.mark.parametrize("by_hand", [job("nightly-x7k2b"), job("try-29907515"), job(**{TRIGGERED: "manual"})])
def test_a_job_that_a_person_made_is_due_at_no_time_and_tells_its_own(by_hand: dict[str, Any]) -> None:
    firing = read_firing(by_hand, "nightly")
    assert (firing.scheduled, firing.moment) == (None, "2026-11-12T02:35:07Z")


def test_a_firing_by_hand_tells_how_and_by_whom_and_its_run_is_theirs() -> None:
    made = job(**{TRIGGERED: "backfill", names.ANNOTATION_BY: "ada", SCHEDULED_AT: "2026-11-12T02:35:00Z"})
    firing = read_firing(made, "nightly")
    assert (firing.trigger, firing.by, firing.scheduled) == ("backfill", "ada", DUE)
    plan = replace(template(), submitted_by="grace")
    assert fired_plan(plan, firing, {}).submitted_by == "ada"
    assert fired(plan).submitted_by == "grace"
    by_kubectl = read_firing(job("try", **{TRIGGERED: "manual"}), "nightly")
    assert (by_kubectl.trigger, fired_plan(plan, by_kubectl, {}).submitted_by) == ("manual", "")


def test_its_pods_find_its_own_copies_and_the_time_and_keep_all_else() -> None:
    foreign = {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "mine", "key": "a"}}}
    ours = {"name": "K8STUI_PROGRAM_0", "valueFrom": {"configMapKeyRef": {"name": "template-0", "key": "zip-0"}}}
    plan = template(env=[ours, foreign, {"name": "B", "value": "b"}])
    (pod,) = fired(plan).templates
    assert pod["spec"]["containers"][1]["env"] == [
        {"name": "K8STUI_PROGRAM_0", "valueFrom": {"configMapKeyRef": {"name": "run-x-plan-0", "key": "zip-0"}}},
        foreign,
        {"name": "B", "value": "b"},
        {"name": "K8STUI_SCHEDULED_TIME", "value": "2026-11-12T02:35:00Z"},
    ]
    assert pod["metadata"]["labels"] == {
        "k8stui.io/schedule": "nightly",
        "run": "nightly-29907515",
        "k8stui.io/run-id": "nightly-29907515",
    }
    assert plan.templates[0]["spec"]["containers"][1]["env"][0] == ours, "the template stays as it is"


def test_its_pods_are_called_like_it() -> None:
    plan = fired(template())
    assert (plan.run, plan.pod_prefix, plan.created) == ("nightly-29907515", "nightly-29907515", DUE + 7)


def test_names_of_pods_fit_whatever_the_job_is_called() -> None:
    for run in ("j" * 63, "x" * 40 + "-29907515"):
        plan = fired(template("s" * 30), run)
        assert len(names.pod_name(plan.pod_prefix, "s" * 30, 9999)) <= 63
        assert plan.pod_prefix.startswith(run[:10])


def test_two_firings_never_share_a_name_for_pods() -> None:
    chosen = template(prefix="my-team")
    first, second = (fired(chosen, uid=uid).pod_prefix for uid in ("u-1", "u-2"))
    assert first != second
    assert first.startswith("my-team-")
    assert fired(chosen).pod_prefix == first, "a restarted master finds the pods of its predecessor"
