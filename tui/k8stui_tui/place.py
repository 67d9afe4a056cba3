"""Where the screens look, where else they could, and what opens a connection there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.stacks.active import ActiveStack


@dataclass(frozen=True)
class Place:
    """Where the screens look.

    Attributes:
        context: Name of the kubeconfig's context; empty inside a cluster.
        namespace: The namespace that is looked at.
        everywhere: All namespaces are.
        stack: The active stack's name; empty for none.
        read_only: What says that nothing can be changed; empty when something can.
        pinned: The namespaces to keep to; empty for all.
        protected: The protected place that this is; empty for none.
        unwritten: Why the audit log lacks what was done last; empty when it does not.
    """

    context: str = ""
    namespace: str = ""
    everywhere: bool = False
    stack: str = ""
    read_only: str = ""
    pinned: str = ""
    unwritten: str = ""
    protected: str = ""


Connector: TypeAlias = "Callable[[], AbstractAsyncContextManager[Cluster]]"
"""Opens a connection; entered again after one that could not be made."""


@dataclass(frozen=True)
class Elsewhere:
    """Where else one could look.

    Attributes:
        kubeconfig: The file with the contexts; the usual ones when None.
        connector: Gives what opens a connection by a context, with the same limits.
        stacked: Gives what opens a connection by a stack, likewise; None where no stack is used.
        stacks: The file of stacks; the usual one when None.
    """

    kubeconfig: Path | None
    connector: Callable[[str], Connector]
    stacked: Callable[[ActiveStack], Connector] | None = None
    stacks: Path | None = None


Start: TypeAlias = "Callable[[], tuple[ActiveStack | None, Connector]]"
"""Tells the stack to begin with and what opens its connection; asked again after an error."""
