"""The plain kubectl of whoever looks into the cluster: get, describe, logs, create, apply, delete by label."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.contract.client import WAIT, Api, Obj
from tests.cluster.contract.manifests import IMAGE, SLEEP, config_map, has_condition, job, phase, pod, pod_spec, running


@dataclass(frozen=True)
class Kubectl:
    """kubectl for one namespace."""

    kubeconfig: Path
    namespace: str
    folder: Path

    async def __call__(self, *words: str, manifest: Obj | None = None) -> str:
        """Run a command that must succeed and return what it printed."""
        program = shutil.which("kubectl")
        assert program, "kubectl is needed: `make test-cluster` puts one on PATH"
        options = (f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.folder}", f"--namespace={self.namespace}")
        process = await asyncio.create_subprocess_exec(
            program,
            *options,
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(WAIT):
            out, error = await process.communicate(json.dumps(manifest).encode() if manifest else None)
        assert process.returncode == 0, error.decode()
        return out.decode()


@pytest.fixture
def kubectl(api: Api, contract_kubeconfig: Path, tmp_path: Path) -> Kubectl:
    """Give kubectl for the namespace of the test."""
    return Kubectl(contract_kubeconfig, api.namespace, tmp_path)


async def test_kubectl_creates_gets_and_labels(api: Api, kubectl: Kubectl) -> None:
    await kubectl("create", "--validate=false", "-f", "-", manifest=pod("a", metadata={"labels": {"pipeline": "x"}}))
    await api.until("pods", "a", phase("Succeeded"))
    assert "a" in (await kubectl("get", "pods", "-l", "pipeline=x", "-o", "wide")).split()
    assert json.loads(await kubectl("get", "pod", "a", "-o", "json"))["status"]["phase"] == "Succeeded"
    assert "phase: Succeeded" in await kubectl("get", "pod", "a", "-o", "yaml")
    assert await kubectl("get", "pod", "a", "-o", "name") == "pod/a\n"
    await kubectl("label", "pod", "a", "seen=yes")
    assert (await api.get("pods", "a"))["metadata"]["labels"]["seen"] == "yes"


async def test_kubectl_finds_kinds_by_their_short_names(api: Api, kubectl: Kubectl) -> None:
    await api.create("configmaps", config_map("a"))
    await api.create("jobs", job("j", suspend=True))
    shown = await kubectl("get", "cm,jobs,po,cj,sa,pdb,quota,pvc,ev", "-o", "name")
    assert {"configmap/a", "job.batch/j", "serviceaccount/default"} <= set(shown.split())


async def test_kubectl_applies_twice(api: Api, kubectl: Kubectl) -> None:
    first, second = config_map("a", {"n": "1", "gone": "x"}), config_map("a", {"n": "2"})
    await kubectl("apply", "--validate=false", "-f", "-", manifest=first)
    await kubectl("apply", "--validate=false", "-f", "-", manifest=second)
    assert (await api.get("configmaps", "a"))["data"] == {"n": "2"}


async def test_kubectl_follows_the_log_of_a_job(api: Api, kubectl: Kubectl) -> None:
    await api.create("jobs", job("j", "import time\nfor n in range(3): print(n, flush=True); time.sleep(0.2)"))
    await api.until_listed("pods", lambda pods: pods and not phase("Pending")(pods[0]))
    assert await kubectl("logs", "-f", "job/j") == "0\n1\n2\n"


async def test_kubectl_deletes_pods_by_label_and_waits(api: Api, kubectl: Kubectl) -> None:
    for name in ("a", "b"):
        await api.create("pods", pod(name, SLEEP, metadata={"labels": {"pipeline": "x"}}))
    await api.create("pods", pod("c", SLEEP))
    await asyncio.gather(*(api.until("pods", name, running) for name in ("a", "b", "c")))
    await kubectl("delete", "pod", "-l", "pipeline=x")
    left = (await api.ok("GET", api.path("pods")))["items"]
    assert [obj["metadata"]["name"] for obj in left] == ["c"]


async def test_kubectl_deletes_a_job_with_its_pods(api: Api, kubectl: Kubectl) -> None:
    await api.create("jobs", job("j", SLEEP))
    await api.until_listed("pods", lambda pods: len(pods) == 1)
    await kubectl("delete", "job", "j")
    await api.until_listed("pods", lambda pods: not pods)


async def test_kubectl_describes_a_pod_with_its_events(api: Api, kubectl: Kubectl) -> None:
    await api.create("pods", pod("a", nodeSelector={"no": "such-node"}))
    await api.until("pods", "a", has_condition("PodScheduled", "False"))
    await api.until_listed("events", lambda seen: len(seen) > 0)
    told = await kubectl("describe", "pod", "a")
    assert "FailedScheduling" in told
    assert "no=such-node" in told


async def test_kubectl_asks_for_rights_and_tokens(api: Api, kubectl: Kubectl) -> None:
    assert (await kubectl("auth", "can-i", "create", "pods")).strip() == "yes"
    token = (await kubectl("create", "token", "default")).strip()
    assert (await api.as_token(token).call("GET", api.path("pods"))).code == 403


async def test_kubectl_suspends_and_waits(api: Api, kubectl: Kubectl) -> None:
    await api.create("jobs", job("j", SLEEP))
    await kubectl("patch", "job", "j", "-p", '{"spec": {"suspend": true}}')
    await kubectl("wait", "job/j", "--for=condition=Suspended", "--timeout=150s")


async def test_kubectl_creates_what_it_sends_as_protobuf(api: Api, kubectl: Kubectl) -> None:
    await kubectl("create", "configmap", "c", "--from-literal=a=b")
    assert (await api.get("configmaps", "c"))["data"] == {"a": "b"}
    await kubectl("create", "secret", "generic", "s", "--from-literal=a=b")
    assert (await api.get("secrets", "s"))["data"] == {"a": "Yg=="}
    await kubectl("create", "role", "r", "--verb=get,list", "--resource=pods")
    assert (await api.get("roles", "r"))["rules"] == [
        {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}
    ]
    await kubectl("create", "cronjob", "cj", f"--image={IMAGE}", "--schedule=0 1 1 1 *", "--", "python3", "-c", "pass")
    await kubectl("create", "job", "j", "--from=cronjob/cj")
    assert (await api.get("jobs", "j"))["spec"]["template"]["spec"]["containers"][0]["command"] == [
        "python3",
        "-c",
        "pass",
    ]
    await kubectl("wait", "job/j", "--for=condition=Complete", "--timeout=150s")


async def test_kubectl_runs_a_pod(api: Api, kubectl: Kubectl) -> None:
    await kubectl("run", "p", f"--image={IMAGE}", "--restart=Never", "--", "python3", "-c", "pass")
    await api.until("pods", "p", phase("Succeeded"))


async def test_kubectl_applies_a_change_of_a_list_and_lets_the_server_check_it(api: Api, kubectl: Kubectl) -> None:
    spec = pod_spec("pass", fields={"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]})
    schedule = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "cj"},
        "spec": {"schedule": "0 1 1 1 *", "jobTemplate": {"spec": {"template": {"spec": spec}}}},
    }
    await kubectl("apply", "-f", "-", manifest=schedule)
    await kubectl("set", "env", "cronjob/cj", "C=3")
    spec["containers"][0]["env"] = [{"name": "B", "value": "4"}]
    await kubectl("apply", "-f", "-", manifest=schedule)
    (now,) = (await api.get("cronjobs", "cj"))["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert {one["name"]: one["value"] for one in now["env"]} == {"B": "4", "C": "3"}
    assert now["command"] == spec["containers"][0]["command"]
    spec["containers"][0]["comand"] = []
    with pytest.raises(AssertionError, match="unknown field"):
        await kubectl("apply", "-f", "-", manifest=schedule)
