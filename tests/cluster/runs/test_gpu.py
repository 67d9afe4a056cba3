"""GPUs: a node that offers one as an extended resource gets the step that asks for it, and no other."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real

TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}


@pytest.fixture
def gpu_node(space: Space) -> Iterator[str]:
    """A node without a kubelet, and still without a GPU: where pods are put can be seen, and none runs there."""
    name = f"gpu-{secrets.token_hex(3)}"
    manifest = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"pool": "gpu", "kubernetes.io/os": "linux"}},
        "spec": {"taints": [TAINT]},
    }
    space.kubectl("create", "-f", "-", manifest=manifest)
    try:
        offer(space, name, {})
        yield name
    finally:
        space.kubectl("delete", "node", name, "--wait=false")


def offer(space: Space, node: str, more: dict[str, str]) -> None:
    """Say what a node has, as its kubelet and device plugin do."""
    amounts = {"cpu": "4", "memory": "8Gi", "pods": "10", **more}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "said by a test"}
    status = {"status": {"capacity": amounts, "allocatable": amounts, "conditions": [ready]}}
    space.kubectl("patch", "node", node, "--subresource=status", "--type=strategic", "-p", json.dumps(status))
    # A node that joins is tainted until its controller has seen it ready, which nobody has to wait for here.
    space.kubectl("patch", "node", node, "--type=merge", "-p", json.dumps({"spec": {"taints": [TAINT]}}))


def bound(space: Space, step: str) -> str:
    """The node that a step's pod was given; empty for none."""
    found = space.objects("pods", f"k8stui.io/step={step}")
    return str(found[0]["spec"].get("nodeName", "")) if found else ""


def test_a_step_that_asks_for_a_gpu_waits_for_one_is_explained_and_goes_where_it_is(
    space: Space, gpu_node: str
) -> None:
    run = space.submit("gpu.py")
    told = eventually(
        lambda: found if "nvidia.com/gpu" in (found := space.k8stui("why", run, "train").out) else "",
        what="a step without a GPU is explained",
    )
    assert "it asks for 1 nvidia.com/gpu, and no node has any" in told
    assert "device plugin that offers nvidia.com/gpu" in told

    def given() -> str:
        offer(space, gpu_node, {"nvidia.com/gpu": "1"})  # again and again: one that is silent is not ready for long
        return bound(space, "train")

    assert eventually(given, what="the step was given a node") == gpu_node
    assert bound(space, "prepare") == space.facts.node_name
    (pod,) = space.objects("pods", "k8stui.io/step=train")
    (container,) = pod["spec"]["containers"]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": "1"}
    assert {"name": "CUDA_DEVICE_ORDER", "value": "PCI_BUS_ID"} in container["env"]
    masters = space.objects("pods", "app.kubernetes.io/component=orchestrator")
    assert [one["spec"]["nodeName"] for one in masters] == [space.facts.node_name]
