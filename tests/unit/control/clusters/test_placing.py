"""What the active stack says about a run, and when it is asked."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.control.clusters.placing import on_stack, used_stack
from k8stui.control.scripts import calling
from k8stui.control.submitting.creating import SubmitOptions
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.settings import KubernetesOrchestratorSettings
from k8stui.model.stacks import (
    ArtifactStore,
    ArtifactStoreConfig,
    ContainerRegistry,
    ContainerRegistryConfig,
    Orchestrator,
    Stack,
    StackDocument,
)
from k8stui.model.variables import (
    CONTEXT_VARIABLE,
    KUBECONFIG_VARIABLE,
    NAMESPACE_VARIABLE,
    STACK_VARIABLE,
    STACKS_VARIABLE,
)
from k8stui.stacks.active import ActiveStack
from k8stui.stacks.document import StackFile
from k8stui.stacks.secrets import Secrets

CLUSTER = cast("Cluster", SimpleNamespace(server="https://prod.example.com", context="prod"))
STORE = ArtifactStoreConfig(path="s3://bucket")


def stack(**config: Any) -> ActiveStack:
    return ActiveStack(
        "prod",
        Stack(orchestrator="eks", artifact_store="s3", container_registry="hub"),
        Orchestrator(config=KubernetesOrchestratorConfig(**config)),
        ArtifactStore(config=STORE, secrets=("key",)),
        ContainerRegistry(config=ContainerRegistryConfig(uri="registry.example.com/ml", pull_secret="regcred")),
    )


def test_a_run_gets_what_the_stack_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STACKS_VARIABLE, str(tmp_path / "stacks.yaml"))
    Secrets(tmp_path / "stacks.yaml").keep("artifact_store/s3", {"key": "hunter2"})
    said = on_stack(stack(max_parallelism=3), SubmitOptions(image="mine"), CLUSTER)
    assert said.config is not None
    assert (said.config.max_parallelism, said.image, said.stack) == (3, "mine", "prod")
    assert (said.registry, said.pull_secret) == ("registry.example.com/ml", "regcred")
    assert (said.artifact_store, dict(said.store_secrets)) == (STORE, {"key": "hunter2"})
    assert "hunter2" not in repr(said)


def test_what_was_said_itself_stays() -> None:
    own = KubernetesOrchestratorSettings(max_parallelism=1)
    other = ArtifactStoreConfig(path="gs://other")
    given = SubmitOptions(config=own, registry="own.example.com", pull_secret="mine", artifact_store=other)
    said = on_stack(stack(max_parallelism=3), given, CLUSTER)
    assert (said.config, said.registry, said.pull_secret) == (own, "own.example.com", "mine")
    assert (said.artifact_store, dict(said.store_secrets)) == (other, {})
    assert on_stack(None, given, CLUSTER) is given


def test_what_cannot_work_there_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"orchestrator\.local: true, but the context prod"):
        on_stack(stack(local=True), SubmitOptions(), CLUSTER)


def test_a_context_that_is_named_is_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STACKS_VARIABLE, str(tmp_path / "stacks.yaml"))
    monkeypatch.delenv(STACK_VARIABLE, raising=False)
    assert used_stack() is None
    stacks = {name: Stack(orchestrator="eks") for name in ("prod", "dev")}
    known = StackDocument(active="prod", stacks=stacks, orchestrators={"eks": Orchestrator()})
    StackFile().change(lambda _: known)

    def name(**where: Any) -> str:
        found = used_stack(**where)
        return found.name if found else ""

    assert name() == "prod"
    assert name(context="kind") == name(kubeconfig=tmp_path) == ""
    monkeypatch.setenv(STACK_VARIABLE, "dev")
    assert name() == name(context="kind") == "dev"
    monkeypatch.setenv(STACK_VARIABLE, "none")
    assert name() == ""


async def test_a_script_goes_to_the_kubeconfig_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (STACK_VARIABLE, CONTEXT_VARIABLE, NAMESPACE_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(STACKS_VARIABLE, str(tmp_path / "stacks.yaml"))
    StackFile().change(
        lambda _: StackDocument(
            active="prod", stacks={"prod": Stack(orchestrator="eks")}, orchestrators={"eks": Orchestrator()}
        )
    )
    for name in ("own", "named"):
        entries = f"contexts: [{{name: {name}, context: {{cluster: c}}}}]\ncurrent-context: {name}\n"
        (tmp_path / name).write_text(f"{entries}clusters: [{{name: c, cluster: {{server: 'https://{name}.example'}}}}]")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "own"))
    monkeypatch.setenv(KUBECONFIG_VARIABLE, str(tmp_path / "named"))
    async with calling.script_place() as (cluster, used):
        assert (cluster.context, used) == ("named", None)
