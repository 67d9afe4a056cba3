"""The Secret by which pods pull, as it is made on the cluster of the stack and nowhere else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import SECRETS
from tests.cli import k8stui, said

CODE = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "regcred"}, "data": {"a": "Yg=="}, "type": "Opaque"}


@pytest.fixture
def namespace(embedded_kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of its own, to which the active stack goes; the stack's registry has a login."""
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    monkeypatch.setenv("KUBECONFIG", str(embedded_kubeconfig))
    for variable in ("K8STUI_STACK", "K8STUI_CONTEXT", "K8STUI_KUBECONFIG", "K8STUI_NAMESPACE"):
        monkeypatch.delenv(variable, raising=False)
    name = f"image-{uuid4().hex[:8]}"
    monkeypatch.setenv("WORD", "hunter2")
    login = ("--secret", "username=env:WORD", "--secret", "password=env:WORD")
    for line in (
        ("orchestrator", "register", "here", "--kubernetes_context=embedded", f"--kubernetes_namespace={name}"),
        ("container-registry", "register", "hub", "--uri=reg.example/team", "--pull_secret=regcred", *login),
        ("stack", "register", "prod", "-o", "here", "-c", "hub", "--set"),
    ):
        said(*line)
    create(name, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return name


def create(namespace: str, manifest: dict[str, Any]) -> None:
    async def work() -> None:
        async with await connect(namespace=namespace) as cluster:
            await cluster.create(manifest)

    asyncio.run(work())


def secrets(namespace: str) -> list[dict[str, Any]]:
    async def work() -> list[dict[str, Any]]:
        async with await connect(namespace=namespace) as cluster:
            return await cluster.list(SECRETS)

    return asyncio.run(work())


def test_the_secret_is_made_and_renewed_where_the_stack_goes(namespace: str) -> None:
    assert k8stui("image", "secret").stdout == f"secret/regcred created in namespace {namespace}\n"
    assert k8stui("image", "secret").stdout == f"secret/regcred renewed in namespace {namespace}\n"
    (made,) = secrets(namespace)
    assert made["type"] == "kubernetes.io/dockerconfigjson"


def test_no_login_goes_to_a_cluster_that_is_named_without_its_stack(
    namespace: str, embedded_kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for option in (("--context", "embedded"), ("--kubeconfig", str(embedded_kubeconfig))):
        done = k8stui("image", "secret", "-n", namespace, *option)
        assert done.exit_code == 2
        assert f"{option[0]} {option[1]} is another place than the stack's" in done.stderr.replace("\n", " ")
    assert secrets(namespace) == []
    monkeypatch.setenv("K8STUI_STACK", "prod")
    assert k8stui("image", "secret", "-n", namespace, "--context", "embedded").exit_code == 0


def test_a_secret_of_another_type_is_left_as_it_is(namespace: str) -> None:
    create(namespace, CODE)
    done = k8stui("image", "secret")
    assert done.exit_code == 7
    assert "of type Opaque, not kubernetes.io/dockerconfigjson; it was left as it is" in done.stderr
    (kept,) = secrets(namespace)
    assert kept["data"] == {"a": "Yg=="}
