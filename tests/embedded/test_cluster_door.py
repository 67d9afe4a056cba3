"""The door to Kubernetes against the embedded cluster: one walk through each verb."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.errors import AlreadyExistsError, DisruptionBudgetError, ExpiredError
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import CONFIGMAPS, NAMESPACES, PODS, SERVICE_ACCOUNTS
from k8stui.cluster.store import ChangeType
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import ConflictError, ForbiddenError, NotFoundError, RejectedError, UnreachableError
from tests.cluster.deleting import delete_all
from tests.embedded.runs import eventually
from tests.waiting import until


def configmap(name: str, **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}, "data": {"k": "v"}}


def pod(name: str, source: str, **labels: str) -> dict[str, Any]:
    container = {"name": "main", "image": "python:3.11-slim", "command": ["python3", "-u", "-c", source]}
    spec = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec}


async def phase(cluster: Cluster, name: str, *wanted: str) -> dict[str, Any]:
    """Wait by watch until a pod is in one of the phases."""
    async with asyncio.timeout(60), Mirror(cluster, PODS, fields=f"metadata.name={name}") as mirror:
        changes = mirror.changes()
        while True:
            found = mirror.objects.get((cluster.namespace, name))
            if found and found.get("status", {}).get("phase") in wanted:
                return found
            await anext(changes)


async def test_connecting_names_the_cluster_and_oneself(cluster: Cluster) -> None:
    assert (cluster.context, cluster.namespace) == ("embedded", "default")
    assert cluster.server.startswith("https://127.0.0.1:")
    assert (await cluster.version()).startswith("v1.")
    assert await cluster.whoami() not in {"", "unknown"}


async def test_objects_are_created_read_patched_replaced_and_deleted(cluster: Cluster) -> None:
    created = await cluster.create(configmap("a", run="r1"))
    assert (await cluster.get(CONFIGMAPS, "a"))["metadata"]["uid"] == created["metadata"]["uid"]
    patched = await cluster.patch(CONFIGMAPS, "a", {"data": {"k": None, "n": "1"}})
    assert patched["data"] == {"n": "1"}
    with pytest.raises(ConflictError):
        await cluster.replace(created)
    replaced = await cluster.replace({**patched, "data": {"z": "9"}})
    assert replaced["data"] == {"z": "9"}
    with pytest.raises(ConflictError, match="replaced by another one"):
        await cluster.delete(CONFIGMAPS, "a", uid="of-another")
    await cluster.delete(CONFIGMAPS, "a", uid=created["metadata"]["uid"])
    with pytest.raises(NotFoundError, match="ConfigMap a in namespace default does not exist"):
        await cluster.get(CONFIGMAPS, "a")


async def test_lists_come_in_pages_and_by_label(cluster: Cluster) -> None:
    for number in range(7):
        await cluster.create(configmap(f"c{number}", odd=str(number % 2)))
    pages = [page async for page in cluster.pages(CONFIGMAPS, labels="odd", page_size=3)]
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert len({page.resource_version for page in pages}) == 1
    assert len(await cluster.list(CONFIGMAPS, labels="odd=1")) == 3
    metadata = await cluster.list(CONFIGMAPS, labels="odd=1", metadata_only=True)
    assert all("data" not in item for item in metadata)
    await delete_all(cluster, CONFIGMAPS, labels="odd=1")
    assert len(await cluster.list(CONFIGMAPS, labels="odd")) == 4


async def test_what_is_wrong_with_a_manifest_is_named(cluster: Cluster) -> None:
    await cluster.create(configmap("a"))
    with pytest.raises(AlreadyExistsError, match="ConfigMap a in namespace default exists already"):
        await cluster.create(configmap("a"))
    with pytest.raises(RejectedError, match=r"metadata\.name"):
        await cluster.create(configmap("Not_A_Name"))
    with pytest.raises(NotFoundError, match="Namespace nowhere does not exist"):
        await cluster.create(configmap("a"), namespace="nowhere")


async def test_a_dry_run_stores_nothing(cluster: Cluster, embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig, read_only=True) as reader:
        assert (await reader.create(configmap("a"), dry_run=True))["metadata"]["name"] == "a"
        with pytest.raises(ForbiddenError, match="Read-only mode"):
            await reader.create(configmap("a"))
    assert await cluster.list(CONFIGMAPS, fields="metadata.name=a") == []


async def test_logs_are_followed_to_the_end(cluster: Cluster) -> None:
    await cluster.create(pod("talker", "import time\nfor n in range(3): print('line', n); time.sleep(0.1)"))
    await phase(cluster, "talker", "Running", "Succeeded")
    async with asyncio.timeout(60):
        assert [line async for lines in cluster.logs("talker", follow=True) for line in lines] == [
            b"line 0",
            b"line 1",
            b"line 2",
        ]
    assert [line async for lines in cluster.logs("talker", tail_lines=1) for line in lines] == [b"line 2"]
    stamped = [line async for lines in cluster.logs("talker", timestamps=True) for line in lines]
    assert all(line[:2] == b"20" and line.split(b" ", 1)[1].startswith(b"line") for line in stamped)


async def test_a_budget_stops_an_eviction_until_it_is_gone(cluster: Cluster) -> None:
    await cluster.create(pod("sleeper", "import time; time.sleep(60)", app="x"))
    running = await phase(cluster, "sleeper", "Running")
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}}
    await cluster.create(
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": budget}
    )
    with pytest.raises(DisruptionBudgetError, match="may not be evicted now"):
        await cluster.evict("sleeper")
    await cluster.patch(PODS, "sleeper", {"metadata": {"labels": {"app": "y"}}})
    await cluster.evict("sleeper", uid=running["metadata"]["uid"], grace_seconds=0)
    await eventually(lambda: cluster.list(PODS, fields="metadata.name=sleeper"), until=lambda found: not found)


async def test_a_mirror_survives_dropped_and_expired_watches(cluster: Cluster, embedded: EmbeddedCluster) -> None:
    await cluster.create(configmap("a", app="m"))
    async with Mirror(cluster, CONFIGMAPS, labels="app=m", metadata_only=True) as mirror:
        await mirror.wait_synced(60)
        await until(lambda: mirror.connected)
        changes = mirror.changes()
        await cluster.create(configmap("b", app="m"))
        async with asyncio.timeout(60):
            added = await anext(changes)
        assert (added.type, added.key) == (ChangeType.ADDED, ("default", "b"))
        embedded.drop_watches()
        await cluster.delete(CONFIGMAPS, "a")
        await until(lambda: list(mirror.objects) == [("default", "b")])
        embedded.expire_watches()
        await cluster.create(configmap("c", app="m"))
        await until(lambda: {name for _, name in mirror.objects} == {"b", "c"})
        assert mirror.synced


async def test_an_old_version_cannot_be_watched(cluster: Cluster, embedded: EmbeddedCluster) -> None:
    old = (await anext(cluster.pages(CONFIGMAPS))).resource_version
    await cluster.create(configmap("a"))
    embedded.expire_watches()
    with pytest.raises(ExpiredError):
        await anext(cluster.watch(CONFIGMAPS, resource_version=old))


async def test_a_user_without_rights_is_told_which_is_missing(cluster: Cluster, embedded: EmbeddedCluster) -> None:
    await cluster.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "eve"}})
    async with await connect(kubeconfig=embedded.service_account_kubeconfig("default", "eve")) as eve:
        assert await eve.whoami() == "system:serviceaccount:default:eve"
        assert not await eve.can_i("list", PODS)
        with pytest.raises(
            ForbiddenError, match="'system:serviceaccount:default:eve' may not list pods in namespace default"
        ):
            await eve.list(PODS)
        async with Mirror(eve, PODS) as mirror:
            with pytest.raises(ForbiddenError, match="may not list pods"):
                await mirror.wait_synced(60)
    assert await cluster.can_i("list", SERVICE_ACCOUNTS)


async def test_all_namespaces_at_once(cluster: Cluster) -> None:
    await cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    await cluster.create(configmap("a", app="n"))
    await cluster.create(configmap("b", app="n"), namespace="other")
    found = await cluster.list(CONFIGMAPS, all_namespaces=True, labels="app=n")
    assert {item["metadata"]["namespace"] for item in found} == {"default", "other"}
    assert "other" in {item["metadata"]["name"] for item in await cluster.list(NAMESPACES)}


async def test_a_cluster_that_went_away_is_named(tmp_path: Path) -> None:
    async with EmbeddedCluster(tmp_path / "gone") as gone:
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_bytes(gone.kubeconfig.read_bytes())
    async with await connect(kubeconfig=kubeconfig) as cluster:
        with pytest.raises(UnreachableError, match=r"context embedded"):
            await cluster.list(PODS)
