"""`k8stui doctor` on the embedded cluster."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import NODES, PODS
from k8stui.control.doctor import examining
from k8stui.control.doctor.examining import examine
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.probing import probe
from k8stui.control.doctor.targets import Target
from k8stui.control.namespaces.access import make_account
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import ForbiddenError
from k8stui.model.stacks import Orchestrator, Stack
from k8stui.plan.rbac import RULES
from k8stui.stacks.active import ActiveStack
from tests.embedded.command import Shell, shell
from tests.embedded.readers import person_of, reader_of


@pytest.fixture
def here(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    return shell(tmp_path, embedded_kubeconfig)


async def _examined(kubeconfig: Path, namespace: str = "default") -> dict[str, Finding]:
    async with await connect(kubeconfig=kubeconfig, namespace=namespace) as cluster:
        return {one.check: one for one in await examine(cluster, image="python:3")}


def test_a_cluster_on_which_all_works_has_no_problem(here: Shell) -> None:
    done = here.k8stui("doctor", "-o", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert not [one for one in found if one["level"] == "problem"]
    assert {"kubeconfig", "server", "version", "clock", "nodes", "namespace", "account", "admission", "quota",
            "limit range", "storage class", "evictions", "terminal"} <= {one["check"] for one in found}  # fmt: skip
    assert set(found[0]) == {"check", "level", "sentence", "fix", "manifests"}


def test_a_missing_namespace_is_a_problem_with_its_fix_below(here: Shell) -> None:
    done = here.k8stui("doctor", "-n", "nowhere")
    assert done.returncode == 1
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    at = lines.index("problem namespace namespace nowhere does not exist")
    assert lines[0] == "STATUS CHECK FINDING"
    assert lines[at + 1].startswith("-> k8stui init -n nowhere --create-namespace")
    assert done.stderr.startswith("1 problem, ")


def test_a_cluster_that_does_not_answer_is_one_finding_and_no_error(here: Shell, embedded_kubeconfig: Path) -> None:
    gone = here.folder / "gone.kubeconfig"
    lines = embedded_kubeconfig.read_text().splitlines()
    gone.write_text("\n".join(f"{line.rpartition(':')[0]}:1" if "server:" in line else line for line in lines))
    gone.chmod(0o600)
    done = here.k8stui("doctor", "--kubeconfig", str(gone), "-o", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(one["check"], one["level"]) for one in found] == [
        ("kubeconfig", "ok"), ("server", "problem"), ("terminal", "unknown"),
    ]  # fmt: skip
    none = here.k8stui("doctor", "--kubeconfig", "nowhere", "--grants")
    assert (none.returncode, none.stdout) == (1, "")
    assert none.stderr.startswith("Which rights you have could not be looked at: kubeconfig: There is no kubeconfig")


async def test_what_a_person_lacks_is_named_and_its_manifests_grant_it(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as admin:
        person = await reader_of(admin, embedded, "viewer", "pods", "configmaps")
        before = await _examined(person)
        assert before["rights: see runs"].sentence == (
            "runs, their steps and logs cannot be shown: "
            "you may not get, list and watch jobs.batch; get pods/log in namespace default"
        )
        assert before["rights: submit runs"].level is Level.PROBLEM
        assert before["account"].level is Level.UNKNOWN
        assert before["nodes"].level is Level.UNKNOWN
        assert before["admission"].sentence == "you may make no pods, so the server was not shown one"
        # An admin applies them; ClusterRoles are for nodes only, which this test leaves out.
        for check in ("rights: see runs", "rights: submit runs", "rights: clean up pods"):
            for manifest in before[check].manifests:
                await admin.create(manifest)
    after = await _examined(person)
    granted = {check for check in after if check.startswith("rights") and after[check].level is Level.OK}
    assert granted == {"rights: see runs", "rights: submit runs", "rights: clean up pods"}


async def test_limits_of_a_namespace_that_no_run_keeps_are_problems(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as admin:
        quota = {"metadata": {"name": "q"}, "spec": {"hard": {"limits.memory": "1Gi"}}}
        await admin.create({"apiVersion": "v1", "kind": "ResourceQuota", **quota})
    found = await _examined(embedded.kubeconfig)
    assert found["quota"].level is Level.PROBLEM
    assert "must specify limits.memory" in found["admission"].sentence


async def test_what_the_stack_sets_counts_for_quota_and_nodes(embedded: EmbeddedCluster) -> None:
    own = {"resources": {"limits": {"memory": "128Mi"}}, "tolerations": [{"key": "team", "operator": "Exists"}]}
    config = {"pod_settings": own, "orchestrator_pod_settings": own}
    stack = ActiveStack("s", Stack(orchestrator="o"), Orchestrator.model_validate({"config": config}))
    async with await connect(kubeconfig=embedded.kubeconfig, namespace="default") as admin:
        quota = {"metadata": {"name": "q"}, "spec": {"hard": {"limits.memory": "1Gi"}}}
        await admin.create({"apiVersion": "v1", "kind": "ResourceQuota", **quota})
        for node in await admin.list(NODES):
            taints = {"spec": {"taints": [{"key": "team", "effect": "NoSchedule"}]}}
            await admin.patch(NODES, node["metadata"]["name"], taints)
        without = {one.check: one.level for one in await examine(admin, image="python:3")}
        having = {one.check: one.level for one in await examine(admin, image="python:3", stack=stack)}
    for check in ("nodes", "quota", "admission"):
        assert (without[check], having[check]) == (Level.PROBLEM, Level.OK)


async def test_an_orchestrators_rights_in_the_whole_cluster_count(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as admin:
        await person_of(admin, embedded, "k8stui", [])
        rbac: dict[str, Any] = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "masters"}}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "masters"}
        subject = {"kind": "ServiceAccount", "name": "k8stui", "namespace": "default"}
        await admin.create({**rbac, "kind": "ClusterRole", "rules": list(RULES)})
        await admin.create({**rbac, "kind": "ClusterRoleBinding", "roleRef": role, "subjects": [subject]})
        looks = [{"apiGroups": ["", "rbac.authorization.k8s.io"], "resources": ["*"], "verbs": ["get", "list"]}]
        person = await person_of(admin, embedded, "viewer", looks)
    assert (await _examined(embedded.kubeconfig))["account"].level is Level.OK
    found = (await _examined(person))["account"]
    assert (found.level, "by the namespace's own bindings" in found.sentence) == (Level.UNKNOWN, True)


async def test_an_orchestrators_role_that_lost_a_right_is_a_problem(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as admin:
        rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}]
        await person_of(admin, embedded, "k8stui", rules)
    found = (await _examined(embedded.kubeconfig))["account"]
    assert found.level is Level.PROBLEM
    assert "get, create and delete secrets" in found.sentence


async def test_a_question_that_fails_spoils_no_other(
    embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr(examining, "storage_finding", defect)
    found = await _examined(embedded.kubeconfig)
    assert found["storage class"].level is Level.UNKNOWN
    assert found["storage class"].sentence == "not looked at: Unexpected ValueError: no such thing"
    assert found["storage class"].fix == "A defect of k8stui: please report it."
    assert found["nodes"].level is Level.OK


async def test_who_is_not_logged_in_is_told_so(embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise ForbiddenError("User 'system:anonymous' may not create selfsubjectrulesreviews in the whole cluster.")

    monkeypatch.setattr(Cluster, "my_rules", refuse)  # The embedded server lets nobody in without a token.
    found = (await _examined(embedded.kubeconfig))["rights"]
    assert found.level is Level.PROBLEM
    assert found.sentence.startswith("the server takes you for nobody: User 'system:anonymous'")


async def test_a_pod_tells_what_it_reaches_and_is_gone_afterwards(embedded: EmbeddedCluster) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    open_port = server.sockets[0].getsockname()[1]
    targets = [Target("registry", "127.0.0.1", open_port), Target("artifact store", "127.0.0.1", 1)]
    async with server, await connect(kubeconfig=embedded.kubeconfig) as cluster:
        (refused,) = await probe(cluster, image="python:3", account="k8stui")
        assert (refused.level, "no service account k8stui yet" in refused.sentence) == (Level.UNKNOWN, True)
        await make_account(cluster, "default")
        found = {one.check: one for one in await probe(cluster, image="python:3", account="k8stui", targets=targets)}
        assert {check: found[check].level for check in found if check != "probe: dns"} == {
            "probe": Level.OK, "probe: image": Level.OK, "probe: server": Level.OK, "probe: clock": Level.OK,
            "probe: registry": Level.OK, "probe: artifact store": Level.PROBLEM,
        }  # fmt: skip
        assert "ConnectionRefusedError" in found["probe: artifact store"].sentence
        (late,) = await probe(cluster, image="python:3", account="k8stui", patience=0)
        assert (late.level, late.sentence.partition(":")[0]) == (Level.PROBLEM, "a pod has not ended within 0 s")
        assert not await cluster.list(PODS)
