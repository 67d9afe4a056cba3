"""What a request is about, and where it goes: named in errors, in the audit log, and in commands of kubectl."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from k8stui.cluster.resources import Resource


@dataclass(frozen=True)
class Where:
    """Which cluster, by a context or a service connector: named in every error about reaching it.

    Attributes:
        kubeconfig: The file in which the context stands, where a person or a connector names one; empty for the usual.
    """

    context: str
    server: str
    connector: str = ""
    kubeconfig: str = ""

    def __str__(self) -> str:
        by = f"connector {self.connector}" if self.connector else f"context {self.context}" if self.context else ""
        return f"the cluster at {self.server}" + (f" ({by})" if by else "")

    @property
    def check(self) -> str:
        """The command by which a person finds out whether it can be reached."""
        if self.connector:
            return f"k8stui service-connector verify {self.connector}"
        return shlex.join(["kubectl", *self.options, "version"])

    @property
    def options(self) -> list[str]:
        """By which kubectl goes to the context; none where there is no context."""
        file = ["--kubeconfig", self.kubeconfig] if self.kubeconfig else []
        return [*file, "--context", self.context] if self.context else []


_STREAMS = {"exec": "run a command in", "portforward": "forward a port of"}
"""What is done by reading some subresources, in words."""


@dataclass(frozen=True)
class What:
    """What a request was about, in the words of RBAC.

    Attributes:
        verb: As `get`, `list`, `create`, `delete`.
        resource: None for requests that are about no resource, as `/version`.
        namespace: None for the whole cluster.
        name: Empty for a collection.
        subresource: As `log`; empty for the object itself.
    """

    verb: str
    resource: Resource | None = None
    namespace: str | None = None
    name: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        if self.resource is None:
            return self.verb
        if self.subresource in _STREAMS:
            return f"{_STREAMS[self.subresource]} {self.object}"
        return f"{self.verb} {f'the {self.subresource} of ' if self.subresource else ''}{self.object}"

    @property
    def object(self) -> str:
        """The object as one says it: `Pod train-1 in namespace ml`."""
        if self.resource is None:
            return self.verb
        place = f" in namespace {self.namespace}" if self.resource.namespaced and self.namespace else ""
        return f"{self.resource.kind} {self.name}{place}" if self.name else f"{self.resource.plural}{place}"
