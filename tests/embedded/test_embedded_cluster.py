"""The embedded cluster as a program: what it offers besides the API, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.connect import connect
from k8stui.embedded import Capacity, ClusterThread, EmbeddedCluster, Timing
from k8stui.embedded.registry import NAMESPACE
from tests.cluster.contract.client import METADATA_LIST, Api, namespace_of
from tests.cluster.contract.manifests import (
    SLEEP,
    condition,
    config_map,
    container_state,
    has_condition,
    job,
    phase,
    pod,
    running,
)
from tests.waiting import until

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def alive(pid: int) -> bool:
    """Return whether a process runs (a zombie does not)."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def test_the_kubeconfig_is_for_its_owner_only(embedded: EmbeddedCluster) -> None:
    assert stat.S_IMODE(embedded.kubeconfig.stat().st_mode) == 0o600
    assert stat.S_IMODE(embedded.kubeconfig.parent.stat().st_mode) == 0o700


async def test_another_user_of_the_host_finds_no_way_in(embedded: EmbeddedCluster) -> None:
    addresses = embedded._server._runner.addresses if embedded._server._runner else []
    assert [address[0] for address in addresses] == ["127.0.0.1"], "no network, and one socket"
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("pods", pod("a", SLEEP, automountServiceAccountToken=True))
        await api.until("pods", "a", running)
        almost = embedded.token[:-1] + ("a" if embedded.token[-1] != "a" else "b")
        for token in ("", "nonsense", almost, embedded.token[:-1], embedded.token.swapcase()):
            nobody = api.as_token(token)
            pods = api.path("pods", "a")
            for path in (
                "/api", "/apis", "/api/v1/secrets", api.path("secrets"), pods, f"{pods}/log", f"{pods}/exec",
                f"{pods}/portforward", "/nope", "/version/../api/v1/secrets", "//api/v1/secrets",
            ):  # fmt: skip
                assert (await nobody.call("GET", path)).code == 401, path
            assert (await nobody.call("POST", api.path("pods"), pod("b"))).code == 401
            assert (await nobody.call("DELETE", pods)).code == 401
        shown, tokens = command_lines(), [embedded.token, *tokens_below(embedded.kubeconfig.parent)]
        assert "print('ready'" in shown, "that of the pod"
        assert len(tokens) == 2
        assert not any(token in shown for token in tokens)


def command_lines() -> str:
    """Those of all processes, which are anybody's to read."""
    found = b""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found += file.read_bytes()
    return found.decode(errors="replace")


def tokens_below(folder: Path) -> list[str]:
    """What pods have been given."""
    return [file.read_text() for file in folder.rglob("token")]


async def test_no_name_in_a_manifest_leads_out_of_the_folder_of_a_cluster(embedded: EmbeddedCluster) -> None:
    root = embedded.kubeconfig.parent
    around = sorted(root.parent.iterdir())
    mounts = {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("configmaps", config_map("cm", {"k": "x"}))
        for name in ("../../out", "a/b", "..", "/out"):
            bad = [
                pod(name),
                pod("a", fields={"name": name}),
                pod("a", volumes=[{"name": name, "emptyDir": {}}]),
            ]
            for manifest in bad:
                assert (await api.call("POST", api.path("pods"), manifest)).code == 422, manifest
        sources: list[dict[str, Any]] = [
            {"persistentVolumeClaim": {"claimName": "../../out"}},
            {"configMap": {"name": "cm", "items": [{"key": "k", "path": "../../../../out"}]}},
            {"configMap": {"name": "cm", "items": [{"key": "k", "path": "/tmp/../out"}]}},
        ]
        for number, source in enumerate(sources):
            await api.create("pods", pod(f"p{number}", volumes=[{"name": "v", **source}], fields=mounts))

        def all_told(events: list[dict[str, Any]]) -> bool:
            refused = {one["involvedObject"]["name"] for one in events if one["reason"] == "FailedMount"}
            return len(refused) == len(sources)

        await api.until_listed("events", all_told)
    assert sorted(root.parent.iterdir()) == around
    assert not list(root.rglob("out"))


async def test_a_killed_process_is_a_failed_container(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("pods", pod("a", SLEEP))
        await api.until("pods", "a", running)
        os.kill(embedded.pod_pids(api.namespace, "a")["main"], signal.SIGKILL)
        found = await api.until("pods", "a", phase("Failed"))
    assert container_state(found)["terminated"]["exitCode"] == 137


async def test_a_pod_evicted_under_pressure_stays_as_failed(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("pods", pod("a", DEAF))
        await api.until("pods", "a", running)
        embedded.pressure_evict(api.namespace, "a", resource="memory")
        found = await api.until("pods", "a", phase("Failed"))
        events = await api.until_listed("events", lambda seen: any(e["reason"] == "Evicted" for e in seen))
    assert found["status"]["reason"] == "Evicted"
    assert found["status"]["message"].startswith("The node was low on resource: memory. ")
    assert condition(found, "DisruptionTarget")["reason"] == "TerminationByKubelet"
    assert "deletionTimestamp" not in found["metadata"]
    assert next(e for e in events if e["reason"] == "Evicted")["type"] == "Warning"


async def test_a_service_accounts_kubeconfig_has_its_rights_only(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        path = embedded.service_account_kubeconfig(api.namespace, "default")
        token = path.read_text().split("token: ")[1].split()[0]
        assert (await api.as_token(token).call("GET", api.path("pods"))).code == 403


async def test_expired_watches_get_410_and_must_list_again(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        version = (await api.ok("GET", api.path("configmaps")))["metadata"]["resourceVersion"]
        await api.create("configmaps", config_map("a"))
        async with asyncio.timeout(60), api.watch("configmaps", resourceVersion=version) as events:
            assert (await anext(events))["type"] == "ADDED"
            embedded.expire_watches()
            assert [event["object"]["code"] async for event in events] == [410]
        async with asyncio.timeout(60), api.watch("configmaps", resourceVersion=version) as events:
            assert [event["object"]["code"] async for event in events] == [410]
        latest = (await api.ok("GET", api.path("configmaps")))["metadata"]["resourceVersion"]
        async with asyncio.timeout(60), api.watch("configmaps", resourceVersion=latest, timeoutSeconds=1) as events:
            assert [event async for event in events] == []


async def test_an_expired_continue_token_is_410(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        for name in ("a", "b", "c"):
            await api.create("configmaps", config_map(name))
        first = await api.ok("GET", api.path("configmaps"), limit=1, accept=METADATA_LIST)
        embedded.expire_watches()
        answer = await api.call(
            "GET", api.path("configmaps"), **{"limit": 1, "continue": first["metadata"]["continue"]}
        )
    assert (answer.code, answer.body["reason"]) == (410, "Expired")


async def test_dropped_watches_end_without_a_word(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api, asyncio.timeout(60), api.watch("secrets") as events:
        embedded.drop_watches()
        assert [event async for event in events] == []


async def test_server_side_apply_is_refused_as_unsupported(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        answer = await api.call(
            "PATCH", api.path("configmaps", "a"), config_map("a"), media="application/apply-patch+yaml"
        )
    assert (answer.code, answer.body["reason"]) == (415, "UnsupportedMediaType")


async def test_a_container_without_a_known_command_says_why_it_waits(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        manifest = pod("a", fields={"image": "team/trainer:v1"})
        del manifest["spec"]["containers"][0]["command"]
        await api.create("pods", manifest)
        found = await api.until("pods", "a", lambda obj: "message" in container_state(obj).get("waiting", {}))
    waiting = container_state(found)["waiting"]
    assert waiting["reason"] == "CreateContainerError"
    assert "pulls no images" in waiting["message"]


async def test_containers_see_a_clean_environment(embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("pods", pod("a", "import json, os; print(json.dumps(dict(os.environ)))"))
        await api.until("pods", "a", phase("Succeeded"))
        seen = json.loads(await api.log("a"))
    fixed = {"PATH", "LANG", "HOME", "HOSTNAME", "K8STUI_TERMINATION_LOG", "LC_CTYPE"}
    assert {name for name in seen if not name.startswith("KUBERNETES_")} <= fixed
    assert seen["HOSTNAME"] == "a"


async def test_ctrl_c_reaches_a_command_also_where_the_cluster_runs_in_the_background(
    embedded: EmbeddedCluster,
) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("pods", pod("a", SLEEP))
        await api.until("pods", "a", running)
        command = ("sh", "-c", "echo ready; exec sleep 1000")
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does without job control
        try:
            async with (
                asyncio.timeout(60),
                await connect(kubeconfig=embedded.kubeconfig, namespace=api.namespace) as cluster,
                cluster.exec("a", command, stdin=True, tty=True) as remote,
            ):
                async for _, data in remote.output():
                    if b"ready" in data:
                        await remote.send(b"\x03")
        finally:
            signal.signal(signal.SIGINT, before)
        assert remote.outcome is not None
        assert remote.outcome.code == 130


async def test_volumes_are_where_the_mounts_variable_says(embedded: EmbeddedCluster) -> None:
    code = """
import json, os
mounts = json.loads(os.environ["K8STUI_MOUNTS"])
print(open(mounts["/etc/config"] + "/k").read(), open(mounts["/etc/keys"] + "/renamed").read())
open(mounts["/data"] + "/out", "w").write("kept")
"""
    volumes = [
        {"name": "config", "configMap": {"name": "cm"}},
        {"name": "keys", "secret": {"secretName": "s", "items": [{"key": "k", "path": "renamed"}]}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
    ]
    mounts = [
        {"name": "config", "mountPath": "/etc/config"},
        {"name": "keys", "mountPath": "/etc/keys"},
        {"name": "data", "mountPath": "/data"},
    ]
    again = "import json, os; print(open(json.loads(os.environ['K8STUI_MOUNTS'])['/data'] + '/out').read())"
    async with namespace_of(embedded.kubeconfig) as api:
        await api.create("configmaps", config_map("cm", {"k": "from-cm"}))
        await api.create("secrets", {"metadata": {"name": "s"}, "stringData": {"k": "from-secret"}})
        await api.create("pods", pod("a", code, volumes=volumes, fields={"volumeMounts": mounts}))
        await api.until("pods", "a", phase("Succeeded"))
        assert await api.log("a") == "from-cm from-secret\n"
        await api.create("pods", pod("b", again, volumes=volumes[2:], fields={"volumeMounts": mounts[2:]}))
        await api.until("pods", "b", phase("Succeeded"))
        assert await api.log("b") == "kept\n"


async def test_a_full_node_runs_pods_as_others_end(tmp_path: Path) -> None:
    async with (
        EmbeddedCluster(tmp_path / "small", capacity=Capacity(cpu="1")) as small,
        namespace_of(small.kubeconfig) as api,
    ):
        fields = {"resources": {"requests": {"cpu": "600m"}}}
        await api.create("pods", pod("a", SLEEP, fields=fields))
        await api.until("pods", "a", running)
        await api.create("pods", pod("b", fields=fields))
        waits = await api.until("pods", "b", has_condition("PodScheduled", "False"))
        assert "1 Insufficient cpu" in condition(waits, "PodScheduled")["message"]
        await api.ok("DELETE", api.path("pods", "a"))
        await api.until("pods", "b", phase("Succeeded"))


async def test_forty_pods_at_once_all_succeed(embedded: EmbeddedCluster) -> None:
    async with namespace_of(embedded.kubeconfig) as api:
        await asyncio.gather(*(api.create("pods", pod(f"p{n}")) for n in range(40)))
        await api.until_listed("pods", lambda pods: [p["status"]["phase"] for p in pods].count("Succeeded") == 40)


async def test_a_job_can_wait_less_than_on_a_real_cluster(tmp_path: Path) -> None:
    async with (
        EmbeddedCluster(tmp_path / "quick", timing=Timing(job_backoff=0.05)) as quick,
        namespace_of(quick.kubeconfig) as api,
        asyncio.timeout(100),  # on a real one it waits for two minutes and a half
    ):
        await api.create("jobs", job("a", "raise SystemExit(1)", backoffLimit=4))
        await api.until("jobs", "a", has_condition("Failed"))


FAMILY = """
import os, subprocess
child = subprocess.Popen(["sleep", "600"])
print(os.getpid(), child.pid, flush=True)
child.wait()
"""


async def family(api: Api) -> tuple[int, int]:
    """Run a pod whose process has a child of its own; return both process ids."""
    await api.create("pods", pod("family", FAMILY))
    await api.until("pods", "family", running)
    async with asyncio.timeout(60), api.stream(api.path("pods", "family", "log"), follow="true") as lines:
        parent, child = (await anext(lines)).split()
    return int(parent), int(child)


async def test_a_stopped_cluster_leaves_no_process_and_no_file() -> None:
    cluster = EmbeddedCluster()
    await cluster.start()
    async with namespace_of(cluster.kubeconfig) as api:
        parent, child = await family(api)
        assert cluster.pod_pids(api.namespace, "family") == {"main": parent}
        root = cluster.kubeconfig.parent
        await cluster.stop()
        assert not alive(parent)
        await until(lambda: not alive(child))
        assert not root.exists()


async def test_a_killed_cluster_leaves_no_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "k8stui.embedded", "--root", str(tmp_path / "root")]
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert server.stdout is not None
    kubeconfig = Path((await server.stdout.readline()).decode().strip())
    async with namespace_of(kubeconfig) as api:
        parent, child = await family(api)
        server.kill()
        await server.wait()
        await until(lambda: not alive(parent) and not alive(child))


async def test_a_terminated_server_ends_well(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "k8stui.embedded", "--root", str(tmp_path / "root")]
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert (await server.stdout.readline()).decode().strip().endswith("kubeconfig")
    server.terminate()
    async with asyncio.timeout(60):
        assert await server.wait() == 0


def test_a_cluster_runs_in_a_thread_of_its_own(tmp_path: Path) -> None:
    with ClusterThread(tmp_path / "threaded") as running_cluster:
        assert running_cluster.cluster.kubeconfig.exists()
        names = running_cluster.call(
            lambda: [ns["metadata"]["name"] for ns in running_cluster.cluster.store.all(NAMESPACE)]
        )
    assert "default" in names
