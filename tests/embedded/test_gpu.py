"""A GPU on the embedded cluster, an extended resource of its node: waited for with an explanation, then used."""

from __future__ import annotations

from pathlib import Path

from k8stui.cluster.connect import connect
from k8stui.control.diagnosis.why import why_step
from k8stui.embedded import EmbeddedCluster
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from tests.cluster.contract.client import MERGE_PATCH, namespace_of
from tests.embedded.runs import ended, eventually, start

GPU = Settings(pod_settings={"resources": {"limits": {"nvidia.com/gpu": "1"}}})


async def test_a_step_waits_for_a_gpu_is_explained_and_runs_when_the_node_offers_one(tmp_path: Path) -> None:
    async with (
        EmbeddedCluster(tmp_path / "gpu") as embedded,
        await connect(kubeconfig=embedded.kubeconfig) as cluster,
        namespace_of(embedded.kubeconfig) as api,
    ):
        run = await start(cluster, "chain", settings=GPU, length=1)
        found = await eventually(
            lambda: why_step(cluster, run, "start"), until=lambda told: "nvidia" in told[0].sentence
        )
        assert found[0].sentence.endswith("it asks for 1 nvidia.com/gpu, and no node has any")
        assert "device plugin that offers nvidia.com/gpu" in found[0].advice
        (node,) = (await api.ok("GET", "/api/v1/nodes"))["items"]
        one = {"status": {key: {"nvidia.com/gpu": "1"} for key in ("capacity", "allocatable")}}
        await api.ok("PATCH", f"/api/v1/nodes/{node['metadata']['name']}/status", one, media=MERGE_PATCH)
        assert (await ended(cluster, run)).state.value == "succeeded"
