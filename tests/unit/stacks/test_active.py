"""Which stack is meant, and what its names stand for."""

import pytest

from k8stui.model.errors import NotFoundError
from k8stui.model.stacks import (
    ContainerRegistry,
    ContainerRegistryConfig,
    Orchestrator,
    ServiceConnector,
    Stack,
    StackDocument,
)
from k8stui.model.variables import STACK_VARIABLE
from k8stui.stacks.active import active_stack

DOCUMENT = StackDocument(
    active="prod",
    stacks={"prod": Stack(orchestrator="eks", container_registry="ecr"), "dev": Stack(orchestrator="kind")},
    orchestrators={"eks": Orchestrator(connector="aws", resource="zenbox"), "kind": Orchestrator()},
    container_registries={"ecr": ContainerRegistry(config=ContainerRegistryConfig(uri="registry.example.com"))},
    connectors={"aws": ServiceConnector(type="aws"), "other": ServiceConnector(type="token")},
)


def test_the_active_one_unless_another_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    active = active_stack(DOCUMENT)
    assert active
    assert active.name == "prod"
    assert active.names.container_registry == "ecr"
    assert active.container_registry == DOCUMENT.container_registries["ecr"]
    assert active.artifact_store is None
    assert dict(active.connectors) == {"aws": ServiceConnector(type="aws")}
    assert active.connector_of(active.orchestrator) == ServiceConnector(type="aws")
    assert active.connector_of(active.container_registry) is active.connector_of(active.image_builder) is None

    monkeypatch.setenv(STACK_VARIABLE, "dev")
    from_variable, named = active_stack(DOCUMENT), active_stack(DOCUMENT, "prod")
    assert from_variable
    assert named
    assert (from_variable.name, named.name) == ("dev", "prod")
    assert from_variable.connector_of(from_variable.orchestrator) is None


def test_none_where_none_is_active() -> None:
    assert active_stack(StackDocument()) is None


def test_one_that_is_not_there_is_told_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFoundError, match=r"There is no stack 'staging'\.\nThere are: prod, dev"):
        active_stack(DOCUMENT, "staging")
    monkeypatch.setenv(STACK_VARIABLE, "staging")
    with pytest.raises(NotFoundError, match=r"'staging' \(variable K8STUI_STACK\)"):
        active_stack(StackDocument())
