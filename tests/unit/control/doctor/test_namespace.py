"""What the doctor says of a namespace, its account, its limits, its budgets, and of storage."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.doctor.evictions import budget_findings
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.limits import quota_findings, range_findings
from k8stui.control.doctor.namespace import account_finding, admission_finding, bound_roles, namespace_finding
from k8stui.control.doctor.pods import resources_of
from k8stui.control.doctor.storage import storage_finding
from k8stui.model.errors import RejectedError
from k8stui.plan.rbac import RULES, service_account_manifests

USUAL = resources_of(None)


def _named(name: str, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **fields}


def test_a_namespace_that_is_being_deleted_is_a_problem() -> None:
    assert namespace_finding(_named("ml", status={"phase": "Terminating"})).level is Level.PROBLEM


def test_the_pod_security_standard_of_a_namespace_is_told() -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    found = namespace_finding({"metadata": {"name": "ml", "labels": labels}})
    assert found.sentence == "namespace ml enforces Pod Security restricted; default pods of runs meet it"


def test_a_refused_pod_is_told_in_the_servers_words() -> None:
    found = admission_finding(RejectedError("Could not create Pod x: no.", hint="Ask."))
    assert found == Finding("admission", Level.PROBLEM, "a step's pod is refused: Could not create Pod x: no", "Ask.")


def _account(**given: Any) -> Finding:
    usual: dict[str, Any] = {
        "name": "k8stui", "exists": True, "rules": RULES, "everywhere": (), "namespace": "ml", "may_make": None,
    }  # fmt: skip
    return account_finding(**{**usual, **given})


def test_the_orchestrators_account_is_well_with_the_role_that_init_makes() -> None:
    assert _account().level is Level.OK


def test_an_account_without_a_right_is_a_problem_that_names_it() -> None:
    found = _account(rules=RULES[:-1])
    assert (found.level, found.sentence) == (
        Level.PROBLEM, "service account k8stui may not get and patch jobs.batch: runs fail or hang",
    )  # fmt: skip
    assert found.fix.startswith("k8stui init -n ml ")


def test_a_missing_account_is_a_problem_for_who_may_not_make_it_only() -> None:
    assert _account(exists=False, may_make=True).level is Level.OK
    found = _account(exists=False, may_make=False, name="mine")
    assert (found.level, found.fix) == (
        Level.PROBLEM, "An admin does it once: k8stui init -n ml --service-account mine",
    )  # fmt: skip
    assert _account(rules=None).level is Level.UNKNOWN


def test_a_missing_account_of_another_name_is_a_problem_because_no_run_makes_it() -> None:
    for may_make in (True, None):
        found = _account(exists=False, may_make=may_make, name="mine")
        assert (found.level, found.sentence, found.fix) == (
            Level.PROBLEM, "there is no service account mine yet, and no run makes it: only k8stui is made",
            "k8stui init -n ml --service-account mine",
        )  # fmt: skip


def test_rights_that_the_whole_clusters_bindings_give_count_as_well() -> None:
    assert _account(rules=RULES[:-1], everywhere=RULES[-1:]).level is Level.OK
    found = _account(rules=RULES[:-1], everywhere=None)
    assert found.level is Level.UNKNOWN
    assert found.sentence == (
        "service account k8stui may not get and patch jobs.batch, by the namespace's own bindings; "
        "whether those of the whole cluster let it, you may not look up"
    )
    assert _account(everywhere=None).level is Level.OK


def test_a_rule_for_objects_of_certain_names_does_not_count() -> None:
    named = [*RULES[:-1], {**RULES[-1], "resourceNames": ["one"]}]
    assert _account(rules=named).level is Level.PROBLEM


def test_the_roles_of_an_account_are_those_of_its_bindings() -> None:
    *_, binding = service_account_manifests("ml")
    other = {"roleRef": {"kind": "ClusterRole", "name": "edit"}, "subjects": [{"kind": "User", "name": "k8stui"}]}
    assert bound_roles([binding, other], "k8stui", "ml") == [("Role", "k8stui-orchestrator")]
    everybody = {**other, "subjects": [{"kind": "Group", "name": "system:serviceaccounts:ml"}]}
    assert bound_roles([everybody], "k8stui", "ml") == [("ClusterRole", "edit")]


def _quota(hard: dict[str, str], used: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return _named("q", spec={"hard": hard, **spec}, status={"hard": hard, "used": used or {}})


def _range(**item: Any) -> dict[str, Any]:
    return _named("r", spec={"limits": [{"type": "Container", **item}]})


def test_a_quota_that_wants_limits_is_a_problem_unless_a_limit_range_gives_them() -> None:
    quota = _quota({"limits.memory": "1Gi", "requests.cpu": "2", "pods": "10"})
    (found,) = quota_findings([quota], [], USUAL)
    assert found.level is Level.PROBLEM
    assert "wants every pod to set limits.memory," in found.sentence
    assert [one.level for one in quota_findings([quota], [_range(default={"memory": "1Gi"})], USUAL)] == [Level.OK]


def test_a_quota_for_some_pods_is_left_to_the_server() -> None:
    quota = _quota({"limits.memory": "1Gi"}, scopes=["Terminating"])
    assert [one.level for one in quota_findings([quota], [], USUAL)] == [Level.OK]


def test_a_quota_that_is_used_up_is_a_warning() -> None:
    (found,) = quota_findings([_quota({"pods": "10"}, {"pods": "10"})], [], USUAL)
    assert (found.level, found.sentence.partition(";")[0]) == (Level.WARNING, "quota q is used up: pods 10 of 10")


@pytest.mark.parametrize(
    ("item", "level"),
    [
        ({"min": {"cpu": "10m"}}, Level.OK),
        ({"min": {"cpu": "100m"}}, Level.PROBLEM),
        ({"max": {"memory": "32Mi"}, "default": {"memory": "32Mi"}}, Level.PROBLEM),
        ({"max": {"memory": "1Gi"}}, Level.PROBLEM),
        ({"max": {"memory": "1Gi"}, "default": {"memory": "512Mi"}}, Level.OK),
    ],
)
def test_limit_ranges_are_held_against_what_pods_ask_for(item: dict[str, Any], level: Level) -> None:
    assert {one.level for one in range_findings([_range(**item)], USUAL)} == {level}


def test_what_a_stack_has_pods_ask_for_counts() -> None:
    own = {"pods of steps": {"limits": {"memory": "2Gi"}}, "pods of orchestrators": {"requests": {"memory": "64Mi"}}}
    (found,) = quota_findings([_quota({"limits.memory": "9Gi"})], [], own)
    assert (found.level, "which pods of orchestrators do not" in found.sentence) == (Level.PROBLEM, True)
    (found,) = range_findings([_range(max={"memory": "1Gi"}, default={"memory": "512Mi"})], own)
    assert found.sentence == (
        "limit range r: a container gets 1Gi memory at most, and pods of steps have a limit of 2Gi"
    )
    (found,) = range_findings([_range(max={"memory": "4Gi"}, default={"memory": "512Mi"})], {
        "pods of runs": {"requests": {"memory": "1Gi"}, "limits": {"memory": "2Gi"}},
    })  # fmt: skip
    assert found.level is Level.OK  # A limit of its own takes the default's place.
    roomy = {"pods of runs": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}}
    assert [one.level for one in range_findings([_range(min={"cpu": "100m"})], roomy)] == [Level.OK]
    assert [one.level for one in quota_findings([_quota({"limits.memory": "9Gi"})], [], roomy)] == [Level.OK]


def test_the_newest_default_storage_class_counts() -> None:
    def storage_class(name: str, made: str, default: str = "true") -> dict[str, Any]:
        notes = {"storageclass.kubernetes.io/is-default-class": default}
        return {"metadata": {"name": name, "creationTimestamp": made, "annotations": notes}, "provisioner": "p"}

    found = storage_finding([storage_class("old", "2025"), storage_class("new", "2026")])
    assert found.sentence == "default storage class new (p), the newest of 2 that say so"
    assert storage_finding([storage_class("a", "2025", "false")]).level is Level.WARNING
    assert storage_finding([]).level is Level.WARNING


def _budget(labels: dict[str, str], **spec: Any) -> dict[str, Any]:
    return _named("all", spec={"selector": {"matchLabels": labels}, **spec}, status={"disruptionsAllowed": 1})


def test_a_budget_that_cannot_count_pods_of_runs_is_named_before_they_run() -> None:
    for bad in ({"maxUnavailable": 1}, {"minAvailable": "50%"}):
        (found,) = budget_findings([_budget({}, **bad)], [])
        assert found.level is Level.WARNING
        assert found.sentence.startswith("budget all would also hold pods of runs, and ")
    (found,) = budget_findings([_budget({}, minAvailable=1), _budget({"app": "web"}, maxUnavailable=1)], [])
    assert found == Finding("evictions", Level.OK, "none of the 2 disruption budgets blocks evictions")


def test_a_budget_that_blocks_now_is_named() -> None:
    budget = {**_budget({}, minAvailable=1), "status": {"disruptionsAllowed": 0, "desiredHealthy": 1}}
    (found,) = budget_findings([budget], [{"metadata": {"name": "web"}}])
    assert (found.level, found.sentence.startswith("budget all blocks: ")) == (Level.WARNING, True)
