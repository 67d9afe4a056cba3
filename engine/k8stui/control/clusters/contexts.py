"""The clusters a person can go to: contexts of the kubeconfig, what each of them answers, and its namespaces."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from k8stui.cluster.client import Cluster
from k8stui.cluster.kubeconfig import Kubeconfig, read_kubeconfig
from k8stui.cluster.resources import NAMESPACES, NODES
from k8stui.control.namespaces.rights import allowed, read_rights
from k8stui.control.runs.reading import list_runs
from k8stui.control.troubles.places import of_nodes

PATIENCE = 10.0
"""Seconds that a context may take to answer before it counts as unreachable."""


@dataclass(frozen=True)
class ContextView:
    """A context.

    Attributes:
        name: Its name.
        cluster: Name of its cluster.
        server: URL of the API server; empty when the cluster is not in the files.
        user: Name of its user.
        namespace: The one it names; `default` where it names none.
        current: kubectl uses it by default.
    """

    name: str
    cluster: str = ""
    server: str = ""
    user: str = ""
    namespace: str = "default"
    current: bool = False


def contexts_of(found: Kubeconfig) -> list[ContextView]:
    """The contexts of a kubeconfig by name."""
    views = []
    for name, entry in sorted(found.contexts.items()):
        cluster = found.clusters.get(str(entry.value.get("cluster") or ""))
        views.append(
            ContextView(
                name,
                str(entry.value.get("cluster") or ""),
                str(cluster.value.get("server") or "") if cluster else "",
                str(entry.value.get("user") or ""),
                str(entry.value.get("namespace") or "default"),
                name == found.current_context,
            )
        )
    return views


def read_contexts(kubeconfig: Path | None) -> list[ContextView]:
    """The contexts of a file, or of the usual ones; none where there is no file.

    Raises:
        UnreachableError: A file cannot be read.
    """
    found = read_kubeconfig(kubeconfig)
    return contexts_of(found) if found else []


@dataclass(frozen=True)
class ContextFacts:
    """What a cluster answers.

    Attributes:
        version: Of the server.
        latency: Seconds that a small request took.
        user: The user name the cluster knows this user by; `unknown` where it does not say.
        namespace: The one the rights are about.
        rights: Whether this user has each right there.
        nodes: Of the cluster; None where this user may not list them.
        bad_nodes: What is wrong with some of them, in sentences.
        running: Runs that go on in that namespace; None where this user may not list them.
    """

    version: str
    latency: float
    user: str
    namespace: str
    rights: dict[str, bool] = field(default_factory=dict)
    nodes: int | None = None
    bad_nodes: tuple[str, ...] = ()
    running: int | None = None


async def look_at_cluster(cluster: Cluster, rights: Sequence[str]) -> ContextFacts:
    """Ask a cluster who one is there, and what one may and sees.

    Args:
        cluster: The cluster, in the namespace that is meant.
        rights: Those that are asked about.

    Raises:
        UnreachableError: It did not answer in time.
        K8stuiError: It refused.
    """
    async with asyncio.timeout(PATIENCE):
        user = await cluster.whoami()
        greeting = await cluster.greet()
        has, nodes, runs = await asyncio.gather(
            read_rights(cluster, cluster.namespace, rights),
            allowed(cluster.list(NODES)),
            allowed(list_runs(cluster)),
        )
    bad = tuple(f"{one.members[0].name} {one.sentence}" for one in of_nodes(nodes or ()))
    running = None if runs is None else sum(not run.state.ended for run in runs)
    return ContextFacts(
        greeting.version,
        greeting.latency,
        user,
        cluster.namespace,
        has,
        None if nodes is None else len(nodes),
        bad,
        running,
    )


async def list_namespaces(cluster: Cluster) -> list[str]:
    """The names of all namespaces, of those to keep to where there are such.

    Raises:
        ForbiddenError: This user may not list them.
    """
    found = await cluster.list(NAMESPACES, metadata_only=True)
    return sorted(name for one in found if cluster.guard.allows(name := one["metadata"]["name"]))
