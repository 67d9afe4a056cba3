"""What of a stack cannot work where its cluster is."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.clusters.localcheck import is_local_cluster, local_problems, own_address
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.stacks import (
    ArtifactStore,
    ArtifactStoreConfig,
    ContainerRegistry,
    ContainerRegistryConfig,
    Orchestrator,
    Stack,
)
from k8stui.stacks.active import ActiveStack

HERE, THERE = "https://127.0.0.1:6443", "https://prod.example.com"


def problems(
    server: str = HERE, *, context: str = "", store: str = "", claim: str = "", registry: str = "", **config: Any
) -> str:
    stack = ActiveStack(
        "dev",
        Stack(orchestrator="orc", artifact_store="store", container_registry="hub"),
        Orchestrator(config=KubernetesOrchestratorConfig(**config)),
        ArtifactStore(config=ArtifactStoreConfig(path=store, claim=claim)) if store else None,
        ContainerRegistry(config=ContainerRegistryConfig(uri=registry)) if registry else None,
    )
    return "\n".join(
        str(one) for one in local_problems(stack, server, context, is_own=lambda host: host == "127.0.0.1")
    )


@pytest.mark.parametrize(
    ("server", "context", "local"),
    [
        ("https://127.0.0.1:6443", "prod", True),
        ("https://localhost:6443", "", True),
        ("https://kubernetes.docker.internal:6443", "", True),
        ("https://192.168.49.2:8443", "minikube", True),
        ("https://192.168.49.2:8443", "kind-dev", True),
        ("https://0.0.0.0:1234", "k3d-x", True),
        ("https://192.168.49.2:8443", "my-minikube-prod", False),
        ("https://prod.example.com", "arn:aws:eks:eu:1:cluster/kind", False),
        ("https://prod.example.com", "kind-", False),
    ],
)
def test_a_local_cluster_is_known_by_its_address_or_its_context(server: str, context: str, local: bool) -> None:
    assert is_local_cluster(server, context, own_address) is local


def test_an_address_of_this_machine_is_known() -> None:
    assert own_address("127.0.0.1")
    assert own_address("::1")
    assert not own_address("192.0.2.1")  # for documentation only, RFC 5737
    assert not own_address("prod.example.com")


def test_local_is_held_against_the_cluster() -> None:
    assert problems(local=True) == ""
    assert problems(THERE) == ""
    said = problems(THERE, context="prod", local=True)
    assert "orchestrator.local: true, but the context prod, https://prod.example.com, is not on this machine" in said
    assert "k8stui orchestrator update orc --local=false" in said
    assert problems(THERE, local=True, skip_local_validations=True) == ""


def test_a_folder_must_be_mounted_where_pods_are_to_keep_results() -> None:
    said = problems(store="file:///mnt/store")
    assert "artifact_store.path: file:///mnt/store is a folder that no pod sees" in said
    assert "k8stui artifact-store update store --claim=PVC" in said
    assert problems(store="file:///mnt/store", claim="data") == ""
    assert problems(store="s3://bucket") == ""
    mounted = {
        "volumes": [{"name": "v", "hostPath": {"path": "/x"}}],
        "volume_mounts": [{"name": "v", "mountPath": "/mnt"}],
    }
    assert problems(store="file:///mnt/store", pod_settings=mounted) == ""
    assert "no pod sees" in problems(store="file:///mntx/store", pod_settings=mounted)


def test_a_registry_of_this_machine_is_none_for_nodes_elsewhere() -> None:
    assert problems(registry="localhost:5000/team") == ""
    assert "nodes of https://prod.example.com pull nothing" in problems(THERE, registry="localhost:5000/team")
    assert problems(THERE, registry="registry.example.com") == ""
