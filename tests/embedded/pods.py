"""Pods of an embedded cluster, as tests make and find them."""

from __future__ import annotations

from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.cleanup.carrying import find_candidates
from k8stui.control.pods.candidates import Candidate
from tests.embedded.runs import eventually

SLEEP = "import time; time.sleep(600)"


def manifest(name: str, code: str, **labels: str) -> dict[str, Any]:
    container = {"name": "main", "image": "python:3", "command": ["python3", "-c", code]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container]},
    }


async def made(cluster: Cluster, *pods: dict[str, Any], status: str) -> None:
    """Create pods and wait until they are in a status."""
    for pod in pods:
        await cluster.create(pod)
    wanted = {pod["metadata"]["name"] for pod in pods}

    async def look() -> list[Candidate]:
        return await find_candidates(cluster, f"status:{status}")

    await eventually(look, until=lambda found: wanted <= {one.pod.name for one in found})


async def left(cluster: Cluster) -> set[str]:
    """Names of the pods that are there."""
    return {pod["metadata"]["name"] for pod in await cluster.list(PODS)}
