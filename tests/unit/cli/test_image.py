"""The stack that images are built for."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.model.stacks import ContainerRegistry, ContainerRegistryConfig, Orchestrator, Stack, StackDocument
from k8stui.stacks.document import StackFile
from k8stui_tui.cli import image


@pytest.mark.parametrize("variable", ["K8STUI_CONTEXT", "K8STUI_KUBECONFIG"])
def test_a_place_that_is_named_is_not_the_stacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    for name in ("K8STUI_STACK", "K8STUI_CONTEXT", "K8STUI_KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    made = StackDocument(
        active="prod",
        stacks={"prod": Stack(orchestrator="here", container_registry="hub")},
        orchestrators={"here": Orchestrator()},
        container_registries={"hub": ContainerRegistry(config=ContainerRegistryConfig(uri="reg.example/team"))},
    )
    StackFile().change(lambda _: made)
    assert image._stack()[0].host == "reg.example"
    monkeypatch.setenv(variable, "other")
    assert image._stack()[0].host == ""
