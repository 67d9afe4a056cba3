"""The stack that is used: its components as they are registered, in one value for all who start something."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from k8stui.model.errors import NotFoundError
from k8stui.model.stacks import (
    NO_STACK,
    ArtifactStore,
    Component,
    ContainerRegistry,
    ImageBuilder,
    Orchestrator,
    ServiceConnector,
    Stack,
    StackDocument,
)
from k8stui.model.variables import STACK_VARIABLE


@dataclass(frozen=True)
class ActiveStack:
    """A stack with what its names stand for.

    Attributes:
        name: Of the stack.
        names: Of its components, which their secrets are kept by.
        orchestrator: Where runs go.
        artifact_store: None for none, as the others.
        container_registry: Where images come from.
        image_builder: What makes them.
        connectors: Those by which its components are reached, by name.
    """

    name: str
    names: Stack
    orchestrator: Orchestrator
    artifact_store: ArtifactStore | None = None
    container_registry: ContainerRegistry | None = None
    image_builder: ImageBuilder | None = None
    connectors: Mapping[str, ServiceConnector] = field(default_factory=dict)

    def connector_of(self, component: Component | None) -> ServiceConnector | None:
        """What a component is reached by; None for none."""
        return self.connectors[component.connector] if component and component.connector else None


def active_stack(document: StackDocument, name: str = "") -> ActiveStack | None:
    """The stack that is meant; None where none is named and none is active.

    Args:
        document: What is registered.
        name: The one that a person names, or `none`; else the one of K8STUI_STACK, else the active one.

    Raises:
        NotFoundError: There is no such stack.
    """
    variable = os.environ.get(STACK_VARIABLE, "")
    wanted = name or variable or document.active
    if wanted in ("", NO_STACK):
        return None
    if wanted not in document.stacks:
        by = f" (variable {STACK_VARIABLE})" if not name and variable else ""
        raise NotFoundError(f"There is no stack {wanted!r}{by}.", hint=_others(document))
    stack = document.stacks[wanted]
    components = (
        document.orchestrators[stack.orchestrator],
        document.artifact_stores.get(stack.artifact_store),
        document.container_registries.get(stack.container_registry),
        document.image_builders.get(stack.image_builder),
    )
    reached = {one.connector: document.connectors[one.connector] for one in components if one and one.connector}
    return ActiveStack(wanted, stack, *components, connectors=reached)


def _others(document: StackDocument) -> str:
    if not document.stacks:
        return "Register one: k8stui stack register NAME -o ORCHESTRATOR"
    return f"There are: {', '.join(document.stacks)}"
