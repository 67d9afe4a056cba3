"""The kinds of components: what each is called, where it is kept and what it can be set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import NotFoundError
from k8stui.model.friendly import FriendlyModel
from k8stui.model.stacks import (
    SECTIONS,
    ArtifactStore,
    ArtifactStoreConfig,
    Component,
    ContainerRegistry,
    ContainerRegistryConfig,
    ImageBuilder,
    ImageBuilderConfig,
    Orchestrator,
    StackDocument,
)


class Settable(Protocol):
    """What can be set by `--NAME=VALUE`: what errors call it, its noun on the command line, and its fields."""

    @property
    def field(self) -> str:
        """What errors call it."""

    @property
    def verb(self) -> str:
        """On the command line."""

    @property
    def config(self) -> type[FriendlyModel]:
        """What it is set to."""


@dataclass(frozen=True)
class Kind:
    """One kind.

    Attributes:
        field: What a stack calls it, and what the owner of its secrets begins with: `artifact_store`.
        model: A registered one.
        config: What it is set to.
        flavors: Those there are, the usual one first.
    """

    field: str
    model: type[Component]
    config: type[FriendlyModel]
    flavors: tuple[str, ...]

    @property
    def section(self) -> str:
        """Where a document keeps it."""
        return SECTIONS[self.field]

    @property
    def noun(self) -> str:
        """In a sentence: `artifact store`."""
        return self.field.replace("_", " ")

    @property
    def verb(self) -> str:
        """On the command line: `artifact-store`."""
        return self.field.replace("_", "-")

    def all(self, document: StackDocument) -> Mapping[str, Any]:
        """Those that are registered, by name."""
        found: Mapping[str, Any] = getattr(document, self.section)
        return found

    def get(self, document: StackDocument, name: str) -> Any:
        """A registered one.

        Raises:
            NotFoundError: There is none of that name; the hint names those there are.
        """
        found = self.all(document)
        if name not in found:
            raise missing(self.noun, name, found, f"k8stui {self.verb} register NAME")
        return found[name]

    def owner(self, name: str) -> str:
        """Whose the secrets of one are, as `Secrets` has it."""
        return f"{self.field}/{name}"

    def users(self, document: StackDocument, name: str) -> list[str]:
        """The stacks that one belongs to."""
        return [stack for stack, parts in document.stacks.items() if getattr(parts, self.field) == name]


KINDS = {
    kind.field: kind
    for kind in (
        Kind("orchestrator", Orchestrator, KubernetesOrchestratorConfig, ("kubernetes",)),
        Kind("artifact_store", ArtifactStore, ArtifactStoreConfig, ("local", "s3", "gcs", "azure")),
        Kind("container_registry", ContainerRegistry, ContainerRegistryConfig, ("default",)),
        Kind("image_builder", ImageBuilder, ImageBuilderConfig, ("local",)),
    )
}


def missing(noun: str, name: str, known: Mapping[str, Any], remedy: str) -> NotFoundError:
    """The error for a name that nothing is registered by."""
    hint = f"There are: {', '.join(known)}" if known else f"None is registered yet: {remedy}"
    return NotFoundError(f"There is no {noun} {name!r}.", hint=hint)


def where(component: Component) -> str:
    """What a component leads to, in a few words."""
    config: Any = getattr(component, "config")  # noqa: B009 - each kind has its own
    if isinstance(config, KubernetesOrchestratorConfig):
        if component.connector:
            cluster = f"{component.resource or 'the cluster'} by {component.connector}"
        elif config.incluster:
            cluster = "the cluster k8stui runs in"
        else:
            cluster = f"context {config.kubernetes_context}" if config.kubernetes_context else "the current context"
        return f"{cluster}, namespace {config.kubernetes_namespace}"
    if isinstance(config, ArtifactStoreConfig):
        return config.path + (f" (claim {config.claim})" if config.claim else "")
    if isinstance(config, ContainerRegistryConfig):
        return config.uri
    return f"{config.tool or 'docker, podman or buildah'} on this machine"
