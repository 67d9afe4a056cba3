"""Stacks: which orchestrator, artifact store, registry and image builder belong together, as they are written down.

All of it is one document with a version. Values that must stay secret are in none of these models: a component or a
connector only names them (`secrets`), and they are kept elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.friendly import FriendlyModel

VERSION: Literal[1] = 1
"""Of the document. A newer one is refused; nothing of it is lost or rewritten."""

STORE_FLAVORS = {"file": "local", "s3": "s3", "gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure"}
"""The flavor of an artifact store by the scheme of its path."""

SECTIONS = {
    "orchestrator": "orchestrators",
    "artifact_store": "artifact_stores",
    "container_registry": "container_registries",
    "image_builder": "image_builders",
}
"""Where a document keeps the components of each kind."""

NO_STACK = "none"
"""What a person calls the use of no stack; so no stack can be called so."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class ArtifactStoreConfig(FriendlyModel):
    """Where results of steps are kept that are too large, or not JSON.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    called: ClassVar[str] = "artifact_store"

    path: str = Field(description="a URL: file:///mnt/artifacts, s3://bucket/prefix, gs://bucket or az://container")
    claim: str = Field("", description="the PersistentVolumeClaim that pods mount at the path of a file:// store")
    options: dict[str, Any] = Field(
        default_factory=dict, description="storage options of its fsspec filesystem, such as endpoint_url; no secrets"
    )

    @field_validator("path")
    @classmethod
    def _known_scheme(cls, value: str, info: ValidationInfo) -> str:
        parts, where = urlsplit(value), f"{cls.place(info)}.path"
        if parts.scheme not in STORE_FLAVORS:
            known = ", ".join(f"{scheme}://" for scheme in STORE_FLAVORS)
            raise InvalidInputError(f"{where}: {value!r} is not possible: it should begin with {known}")
        if parts.scheme == "file" and (parts.netloc or len(parts.path) < 2):
            raise InvalidInputError(f"{where}: {value!r} is not possible: it should be file:/// and an absolute folder")
        if parts.scheme != "file" and not parts.netloc:
            raise InvalidInputError(f"{where}: {value!r} is not possible: it names no bucket or container")
        return value.rstrip("/")

    @property
    def flavor(self) -> str:
        """local, s3, gcs or azure."""
        return STORE_FLAVORS[urlsplit(self.path).scheme]


class ContainerRegistryConfig(FriendlyModel):
    """Where images are pushed to and pulled from.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    called: ClassVar[str] = "container_registry"

    uri: str = Field(description="what stands before an image's name, such as registry.example.com:5000/team")
    pull_secret: str = Field("", description="a Secret of the namespace by which pods pull from it")
    insecure: bool = Field(False, description="true or false: whether it speaks plain HTTP")

    @field_validator("uri")
    @classmethod
    def _is_start_of_a_name(cls, value: str, info: ValidationInfo) -> str:
        if "://" in value or not value.strip("/ "):
            raise InvalidInputError(
                f"{cls.place(info)}.uri: {value!r} is not possible: it should be what stands before an image's name, "
                "such as registry.example.com:5000/team, without https://"
            )
        return value.rstrip("/")


class ImageBuilderConfig(FriendlyModel):
    """What builds images.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    called: ClassVar[str] = "image_builder"

    tool: Literal["", "docker", "podman", "buildah"] = Field(
        "", description="docker, podman or buildah; empty for the first that is there"
    )


class Component(FriendlyModel):
    """What all components have in common: a flavor, the connector it is reached by, and the names of its secrets."""

    called: ClassVar[str] = "component"

    connector: str = Field("", description="the service connector by which it is reached; empty for none")
    resource: str = Field("", description="which of the connector's resources it is, such as a cluster's name")
    secrets: tuple[str, ...] = Field((), description="names of the values that are kept apart")


class Orchestrator(Component):
    """A registered orchestrator."""

    called: ClassVar[str] = "orchestrator"
    flavor: Literal["kubernetes"] = "kubernetes"
    config: KubernetesOrchestratorConfig = Field(default_factory=KubernetesOrchestratorConfig)


class ArtifactStore(Component):
    """A registered artifact store; its secrets are storage options of fsspec."""

    called: ClassVar[str] = "artifact_store"
    config: ArtifactStoreConfig


class ContainerRegistry(Component):
    """A registered registry; its secrets are `username` and `password`."""

    called: ClassVar[str] = "container_registry"
    flavor: Literal["default"] = "default"
    config: ContainerRegistryConfig


class ImageBuilder(Component):
    """A registered image builder."""

    called: ClassVar[str] = "image_builder"
    flavor: Literal["local"] = "local"
    config: ImageBuilderConfig = Field(default_factory=ImageBuilderConfig)


class ServiceConnector(FriendlyModel):
    """How something outside is reached: its type, how one logs in there, and what it may be used for.

    The fields of `config` depend on the type; `k8stui.stacks.connectors` knows them.
    """

    called: ClassVar[str] = "connector"

    type: str = Field(description="kubeconfig, token, in-cluster, exec, aws, gcp or azure")
    resource: str = Field("", description="the one resource that it is for; empty for all that it reaches")
    config: dict[str, Any] = Field(default_factory=dict, description="what its type needs, without secrets")
    secrets: tuple[str, ...] = Field((), description="names of the values that are kept apart")


class Stack(FriendlyModel):
    """Names of the components that belong together. Only the orchestrator has to be there."""

    called: ClassVar[str] = "stack"

    orchestrator: str = Field(description="a registered orchestrator")
    artifact_store: str = Field("", description="a registered artifact store; empty for none")
    container_registry: str = Field("", description="a registered container registry; empty for none")
    image_builder: str = Field("", description="a registered image builder; empty for none")


class StackDocument(FriendlyModel):
    """All that is registered.

    Raises:
        InvalidInputError: Something is wrong in it, a name is impossible, or a stack or component refers to what is
            not there.
    """

    called: ClassVar[str] = "stacks"

    version: Literal[1] = VERSION
    active: str = Field("", description="the stack that is used; empty for none")
    stacks: dict[str, Stack] = Field(default_factory=dict)
    orchestrators: dict[str, Orchestrator] = Field(default_factory=dict)
    artifact_stores: dict[str, ArtifactStore] = Field(default_factory=dict)
    container_registries: dict[str, ContainerRegistry] = Field(default_factory=dict)
    image_builders: dict[str, ImageBuilder] = Field(default_factory=dict)
    connectors: dict[str, ServiceConnector] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> StackDocument:
        problems = list(_impossible_names(self))
        problems += _missing(self.stacks, self.active, "active", "stack")
        for name, stack in self.stacks.items():
            for kind, section in SECTIONS.items():
                known = getattr(self, section)
                problems += _missing(known, getattr(stack, kind), f"stacks.{name}.{kind}", kind.replace("_", " "))
        for section in SECTIONS.values():
            for name, component in getattr(self, section).items():
                place = f"{section}.{name}.connector"
                problems += _missing(self.connectors, component.connector, place, "service connector")
        if problems:
            raise InvalidInputError("\n".join(problems))
        return self


def _impossible_names(document: StackDocument) -> Iterator[str]:
    for section in ("stacks", *SECTIONS.values(), "connectors"):
        for name in getattr(document, section):
            try:
                check_name(name, section)
            except InvalidInputError as error:
                yield error.message
    if NO_STACK in document.stacks:
        yield f"stacks: {NO_STACK!r} cannot be a name: it stands for the use of no stack"


def _missing(known: Mapping[str, Any], name: str, place: str, what: str) -> list[str]:
    """A sentence on a reference to what is not there; an empty one refers to nothing."""
    if not name or name in known:
        return []
    there = f"registered: {', '.join(known)}" if known else "none is registered"
    return [f"{place}: {name!r} is no registered {what}; {there}"]


def check_name(value: str, what: str) -> None:
    """Refuses what cannot be the name of a component, a stack or a connector.

    Raises:
        InvalidInputError: The message names the value.
    """
    if not _NAME.fullmatch(value):
        raise InvalidInputError(
            f"{what}: {value!r} cannot be a name: 63 letters, digits, '.', '_' and '-' at most, no sign first"
        )
