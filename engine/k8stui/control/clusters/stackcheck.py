"""Looks whether a stack can be used: its cluster answers, its namespace is there, and its parts can meet."""

from __future__ import annotations

import asyncio

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import NAMESPACES, PVCS, Resource
from k8stui.control.clusters.contexts import PATIENCE
from k8stui.control.clusters.localcheck import local_problems
from k8stui.control.clusters.placing import open_cluster
from k8stui.control.doctor.finding import Finding, Level, problem
from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError
from k8stui.stacks.active import ActiveStack


async def verify_stack(stack: ActiveStack, *, interactive: bool = False) -> list[Finding]:
    """What was found; nothing is changed.

    Args:
        stack: The stack.
        interactive: Whether a login plugin may use the terminal.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            async with await open_cluster(stack, read_only=True, interactive=interactive) as cluster:
                return await _looked_at(cluster, stack)
    except TimeoutError:
        return [Finding("cluster", Level.PROBLEM, f"it did not answer within {PATIENCE:g} s", "Is it up? Is a VPN on?")]
    except K8stuiError as error:
        return [problem("cluster", error)]


async def _looked_at(cluster: Cluster, stack: ActiveStack) -> list[Finding]:
    version, user = await asyncio.gather(cluster.version(), cluster.whoami())
    found = [Finding("cluster", Level.OK, f"{cluster.server} answers as Kubernetes {version}; you are {user}")]
    found.append(await _exists(cluster, NAMESPACES, cluster.namespace, "namespace",
                               f"k8stui init --create-namespace -n {cluster.namespace}"))  # fmt: skip
    problems = local_problems(stack, cluster.server, cluster.context)
    found += [problem("local validations", one) for one in problems]
    if not problems:
        said = "skipped" if stack.orchestrator.config.skip_local_validations else "the parts of the stack can meet"
        found.append(Finding("local validations", Level.OK, said))
    if stack.artifact_store and (claim := stack.artifact_store.config.claim):
        found.append(await _exists(cluster, PVCS, claim, "artifact store",
                                   f"Make the claim, or name another: k8stui artifact-store update "
                                   f"{stack.names.artifact_store} --claim=PVC"))  # fmt: skip
    return found


async def _exists(cluster: Cluster, resource: Resource, name: str, check: str, fix: str) -> Finding:
    called = f"{resource.kind} {name}"
    try:
        await cluster.get(resource, name)
    except NotFoundError:
        return Finding(check, Level.PROBLEM, f"there is no {called}", fix)
    except ForbiddenError:
        return Finding(check, Level.UNKNOWN, f"you may not look at {called}")
    return Finding(check, Level.OK, f"{called} is there")
