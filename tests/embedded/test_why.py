"""Why something does not do what it should, asked of a cluster: which facts are gathered, and with which rights."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import PODS
from k8stui.control.diagnosis.finding import Diagnosis, Level
from k8stui.control.diagnosis.why import why_pod, why_run, why_step
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.model.errors import NotFoundError
from tests.cluster.deleting import delete_all
from tests.embedded.runs import ended, eventually, start

TROUBLED = "troubled.py"


def sentences(found: list[Diagnosis]) -> dict[str, str]:
    return {one.subject: one.sentence for one in found}


async def stuck_run(cluster: Cluster) -> tuple[str, list[Diagnosis]]:
    """A run with two stuck steps, once the cluster has told of both and the record of the one that is done."""
    run = await start(cluster, "stuck", file=TROUBLED)

    def both(found: list[Diagnosis]) -> bool:
        levels = [one.level for one in found]
        return levels == [Level.STUCK, Level.STUCK, Level.FINE] and found[-1].sentence.startswith(
            "running: 1 of 4 steps"
        )

    return run, await eventually(lambda: why_run(cluster, run), until=both)


async def test_a_run_tells_each_trouble_of_its_steps_and_how_far_it_is(cluster: Cluster) -> None:
    run, found = await stuck_run(cluster)
    told = sentences(found)
    assert told["step nowhere"] == "queued: the only node does not take it: it lacks the label pool=gpu"
    assert told["step unset"] == "starting: ConfigMap settings does not exist"
    assert told[f"run {run}"].startswith("running: 1 of 4 steps done")
    nowhere = next(one for one in found if one.subject == "step nowhere")
    assert nowhere.advice.startswith("Correct pod_settings.node_selectors")
    assert any(line.startswith("event FailedScheduling") for line in nowhere.evidence)


async def test_a_step_that_waits_is_told_with_the_root_of_it(cluster: Cluster) -> None:
    run, _ = await stuck_run(cluster)
    own, *origins = await why_step(cluster, run, "last")
    assert own.sentence.startswith("waiting: for nowhere and unset; nowhere is queued (the only node does not take it")
    assert [one.subject for one in origins] == ["step nowhere", "step unset"]


async def test_a_step_that_does_not_exist_is_refused_with_the_nearest(cluster: Cluster) -> None:
    run = await start(cluster, "failed", file=TROUBLED)
    with pytest.raises(NotFoundError) as refused:
        await why_step(cluster, run, "brokn")
    assert refused.value.hint == "Did you mean broken?"


async def test_a_failed_run_tells_exception_and_place_first(cluster: Cluster) -> None:
    run = await start(cluster, "failed", file=TROUBLED)
    await ended(cluster, run)
    first, last = await why_run(cluster, run)
    assert first.subject == "step broken"
    assert first.sentence.startswith("failed: ValueError: cannot use 1 (troubled.py:")
    assert first.advice == f"Its log has the whole traceback: k8stui logs {run} --step broken"
    assert last.sentence.startswith("failed: 1 of 3 steps done, 1 failed, 1 skipped")
    assert sentences(await why_step(cluster, run, "last"))["step last"].startswith(
        "skipped: step broken failed: ValueE"
    )


async def test_a_failure_is_told_when_its_pod_is_gone(cluster: Cluster) -> None:
    run = await start(cluster, "failed", file=TROUBLED)
    await ended(cluster, run)
    await delete_all(cluster, PODS, labels=f"{names.LABEL_RUN_ID}={run}", grace_seconds=0)
    first, _ = await why_run(cluster, run)
    assert first.sentence.startswith("failed: ValueError: cannot use 1 (troubled.py:")


async def test_a_run_that_succeeded_is_fine(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=2)
    await ended(cluster, run)
    (found,) = await why_run(cluster, run)
    assert found.level is Level.FINE
    assert found.sentence.startswith("succeeded: 2 of 2 steps done, ended ")


async def test_an_orchestrators_pod_that_a_quota_keeps_out(cluster: Cluster) -> None:
    hard = {"pods": "0"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "closed"}, "spec": {"hard": hard}}
    await cluster.create(quota)
    run = await start(cluster, "chain")
    found = await eventually(lambda: why_run(cluster, run), until=lambda found: len(found) > 1)
    assert found[0].subject == f"orchestrator of {run}"
    assert found[0].sentence == "queued: quota closed of the namespace is used up (pods: 0 of 0 used, 1 more asked for)"


def foreign(name: str, **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "x:1", "command": ["sleep", "600"]}
    meta = {"name": name, "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container], **spec}}


async def test_anybodys_pod_is_told_with_the_fields_of_its_manifest(cluster: Cluster) -> None:
    await cluster.create(foreign("web", nodeSelector={"pool": "gpu"}))
    (found,) = await eventually(lambda: why_pod(cluster, "web"), until=lambda found: found[0].level is Level.STUCK)
    assert found.sentence == "queued: the only node does not take it: it lacks the label pool=gpu"
    assert found.advice.startswith("Correct nodeSelector, or label a node")


async def test_a_budget_that_blocks_a_pods_eviction_is_told_with_it(cluster: Cluster) -> None:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "keep"}, "spec": spec}
    await cluster.create(budget)
    await cluster.create(foreign("web"))
    found = await eventually(
        lambda: why_pod(cluster, "web"),
        until=lambda found: len(found) == 2 and "1 healthy" in found[1].sentence,
    )
    assert found[0].sentence.startswith("running: on node ")
    assert found[1].subject == "PodDisruptionBudget keep"


async def test_a_pod_that_does_not_exist(cluster: Cluster) -> None:
    with pytest.raises(NotFoundError):
        await why_pod(cluster, "nobody")


async def test_with_the_rights_to_pods_alone_the_answer_is_less_but_right(
    cluster: Cluster, embedded: EmbeddedCluster
) -> None:
    run, _ = await stuck_run(cluster)
    rules = [{"apiGroups": ["", "batch"], "resources": ["configmaps", "pods", "jobs"], "verbs": ["get", "list"]}]
    rbac: dict[str, Any] = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "metadata": {"name": "ada", "namespace": "default"},
    }
    subject = {"kind": "ServiceAccount", "name": "ada", "namespace": "default"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "ada"}
    await cluster.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ada"}})
    await cluster.create({**rbac, "kind": "Role", "rules": rules})
    await cluster.create({**rbac, "kind": "RoleBinding", "roleRef": role, "subjects": [subject]})
    async with await connect(kubeconfig=embedded.service_account_kubeconfig("default", "ada")) as ada:
        told = sentences(await why_run(ada, run))
        assert told["step nowhere"] == "queued: the only node does not take it: it lacks the label pool=gpu"
        assert told["step unset"] == "starting: ConfigMap settings does not exist"
