"""The objects of a run beside its step pods: record, plan parts, Job and service account."""

import json
from base64 import b64decode

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.record import HEADER_KEY, STATUS_KEY, Summary
from k8stui.incluster.contract.states import RunState
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.rbac import service_account_manifests
from k8stui.plan.request import CompiledRun
from k8stui.plan.shipping import master_text, runner_text
from k8stui.version import __version__
from tests.unit.plan.samples import (
    CODE,
    compiled,
    container_step,
    master_pod,
    must_be_known_to_kubernetes,
    python_step,
    step_pod,
    texts_of,
    variables,
)

RUN = "my-pipeline-x7k2b"

OWN = {
    "run": RUN,
    "pipeline": "my_pipeline",
    "k8stui.io/run-id": RUN,
    "app.kubernetes.io/managed-by": "k8stui",
}


@pytest.fixture(scope="module")
def run() -> CompiledRun:
    return compiled(python_step("a"), container_step("b"), parameters={"n": 3}, source="train.py:my_pipeline")


def test_every_manifest_is_known_to_kubernetes(run: CompiledRun) -> None:
    owned = run.owned_parts({**run.record, "metadata": {"name": "x", "uid": "y"}})
    for manifest in (run.record, *run.parts, *owned, run.job, *run.plan.templates, *service_account_manifests("ml")):
        must_be_known_to_kubernetes(manifest)
        assert manifest["metadata"]["namespace"] == "ml"


def test_every_object_has_the_labels_of_its_run_and_says_what_it_is(run: CompiledRun) -> None:
    component = names.LABEL_COMPONENT
    assert run.record["metadata"]["labels"] == {**OWN, component: "record"}
    assert [part["metadata"]["labels"] for part in run.parts] == [{**OWN, component: "plan"}] * len(run.parts)
    assert run.job["metadata"]["labels"] == {**OWN, component: "orchestrator"}
    assert master_pod(run)["metadata"]["labels"] == {**OWN, component: "orchestrator"}
    assert step_pod(run)["metadata"]["labels"] == {**OWN, component: "step"}


def test_the_record_begins_with_every_step_waiting(run: CompiledRun) -> None:
    notes = run.record["metadata"]["annotations"]
    summary = Summary.from_text(notes[names.ANNOTATION_SUMMARY])
    assert summary == Summary(RunState.PENDING, {"waiting": 2}, 2, created=1000.0, submitted_by="ada")
    assert (notes[names.ANNOTATION_SCHEMA], notes[names.ANNOTATION_EPOCH]) == ("1", "0")
    assert json.loads(run.record["data"][STATUS_KEY]) == {}


def test_the_records_header_tells_the_run_and_where_its_plan_is(run: CompiledRun) -> None:
    header = json.loads(run.record["data"][HEADER_KEY])
    plan = header.pop("plan")
    assert header == {
        "run": RUN,
        "pipeline": "my_pipeline",
        "namespace": "ml",
        "job": RUN,
        "parameters": {"n": 3},
        "submitted_by": "ada",
        "created": 1000.0,
        "version": __version__,
        "image": "example/python:1",
        "source": {"target": "train.py:my_pipeline"},
        "job_spec": [f"run-{RUN}-plan-0/job-0"],
    }
    assert Plan.from_text(texts_of(run, plan)) == run.plan


def test_the_master_finds_plan_and_program_where_its_variables_say(run: CompiledRun) -> None:
    found = variables(master_pod(run))
    assert (found["K8STUI_RUN"], found["K8STUI_NAMESPACE"]) == (RUN, "ml")
    assert Plan.from_text(texts_of(run, found["K8STUI_PLAN"].split(","))) == run.plan
    assert texts_of(run, references(found, "K8STUI_PROGRAM_")) == master_text()
    assert {name: found[name]["fieldRef"]["fieldPath"] for name in found if name.startswith("K8STUI_POD")} == {
        "K8STUI_POD": "metadata.name",
        "K8STUI_POD_UID": "metadata.uid",
        "K8STUI_POD_IP": "status.podIP",
    }


def test_a_python_step_finds_program_and_code_where_its_variables_say(run: CompiledRun) -> None:
    found = variables(step_pod(run))
    assert texts_of(run, references(found, "K8STUI_PROGRAM_")) == runner_text()
    assert b64decode(texts_of(run, references(found, "K8STUI_CODE_"))) == CODE.data


def references(found: dict[str, dict[str, dict[str, str]]], prefix: str) -> list[str]:
    sources: list[str] = []
    while (name := f"{prefix}{len(sources)}") in found:
        source = found[name]["configMapKeyRef"]
        sources.append(f"{source['name']}/{source['key']}")
    return sources


def test_the_parts_belong_to_the_record_once_it_has_a_uid(run: CompiledRun) -> None:
    made = {**run.record, "metadata": {"name": run.record["metadata"]["name"], "uid": "1234"}}
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": f"run-{RUN}", "uid": "1234"}
    assert [part["metadata"]["ownerReferences"] for part in run.owned_parts(made)] == [[owner]] * len(run.parts)
    assert all("ownerReferences" not in part["metadata"] for part in run.parts)


def test_the_job_starts_a_lost_master_again_and_is_removed_after_a_week(run: CompiledRun) -> None:
    assert run.job["metadata"]["name"] == RUN
    spec = run.job["spec"]
    assert (spec["backoffLimit"], spec["ttlSecondsAfterFinished"]) == (1000, 604800)
    assert "podFailurePolicy" not in spec


def test_a_ttl_of_zero_is_not_taken_for_none() -> None:
    job = compiled(settings=Settings(ttl_seconds_after_finished=0)).job
    assert job["spec"]["ttlSecondsAfterFinished"] == 0


def test_the_master_leaves_a_lost_node_after_30_seconds_unless_the_user_says_otherwise() -> None:
    def tolerations(*own: dict[str, object]) -> dict[str, int]:
        run = compiled(settings=Settings(orchestrator_pod_settings={"tolerations": list(own)}))
        return {one["key"]: one["tolerationSeconds"] for one in master_pod(run)["spec"]["tolerations"]}

    lost, not_ready = "node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"
    assert tolerations() == {lost: 30, not_ready: 30}
    longer = {"key": lost, "operator": "Exists", "effect": "NoExecute", "toleration_seconds": 300}
    assert tolerations(longer) == {lost: 300, not_ready: 30}


def test_the_autoscaler_leaves_the_master_alone(run: CompiledRun) -> None:
    note = "cluster-autoscaler.kubernetes.io/safe-to-evict"
    assert master_pod(run)["metadata"]["annotations"][note] == "false"
    assert note not in step_pod(run)["metadata"]["annotations"]


def test_the_masters_account_is_ours_unless_one_is_named(run: CompiledRun) -> None:
    assert master_pod(run)["spec"]["serviceAccountName"] == "k8stui"
    named = compiled(settings=Settings(service_account_name="runner"))
    assert master_pod(named)["spec"]["serviceAccountName"] == "runner"


def test_the_role_is_bound_to_the_account() -> None:
    account, role, binding = service_account_manifests("ml")
    assert [one["kind"] for one in (account, role, binding)] == ["ServiceAccount", "Role", "RoleBinding"]
    assert account["metadata"]["name"] == "k8stui"
    assert binding["roleRef"]["name"] == role["metadata"]["name"] == "k8stui-orchestrator"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "k8stui", "namespace": "ml"}]


def test_the_role_has_no_wildcards_and_cannot_list_secrets() -> None:
    _, role, _ = service_account_manifests("ml")
    for rule in role["rules"]:
        assert "*" not in (*rule["apiGroups"], *rule["resources"], *rule["verbs"])
    verbs = {resource: set(rule["verbs"]) for rule in role["rules"] for resource in rule["resources"]}
    assert verbs.keys() == {"pods", "pods/log", "configmaps", "secrets", "jobs"}
    assert verbs["secrets"].isdisjoint({"list", "watch"})
    assert verbs["jobs"] == {"get", "patch"}
