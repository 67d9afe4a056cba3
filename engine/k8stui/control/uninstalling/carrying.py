"""Looks at a namespace, and takes out of it what a plan says.

Each thing goes only as it was planned: what was replaced by another of its name since stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, PODS, PVCS, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS
from k8stui.control import selectors
from k8stui.control.lifecycle.ending import remove_run
from k8stui.control.runs.reading import list_runs_and_records
from k8stui.control.schedules.deleting import delete_schedule
from k8stui.control.uninstalling.judging import RUN, SCHEDULE, Found, Piece, Wanted, judged, obstacles
from k8stui.model.errors import ConflictError, K8stuiError, NotFoundError

AT_A_TIME = 8
"""Things of a kind that are deleted at a time."""

_STAGES = (
    (SCHEDULE, RUN),
    (CONFIGMAPS.kind, PVCS.kind, SERVICE_ACCOUNTS.kind),
    (ROLE_BINDINGS.kind,),
    (ROLES.kind,),
)


@dataclass(frozen=True)
class UninstallPlan:
    """What becomes of a namespace.

    Attributes:
        namespace: Which.
        wanted: What is to go.
        pieces: Each thing, in the order in which they go.
        obstacles: Sentences on why it cannot be done yet; none where it can.
    """

    namespace: str
    wanted: Wanted
    pieces: tuple[Piece, ...] = ()
    obstacles: tuple[str, ...] = ()


async def plan_uninstall(cluster: Cluster, wanted: Wanted) -> UninstallPlan:
    """Look what would go from the cluster's namespace; nothing is changed.

    Raises:
        ForbiddenError: This user may not see all of it, and so not know what others use.
    """
    found = await _look(cluster)
    pieces, why_not = judged(found, wanted), obstacles(found, wanted)
    return UninstallPlan(cluster.namespace, wanted, tuple(pieces), tuple(why_not))


async def uninstall(cluster: Cluster, plan: UninstallPlan) -> list[tuple[Piece, K8stuiError | None]]:
    """Delete what goes, in stages: where something stays against the plan, so does what it needs.

    Returns:
        Those that were to go, each with the error that kept it; None for one that is gone.

    Raises:
        ConflictError: Something goes on, or has come since, that needs what goes.
    """
    if why_not := (await plan_uninstall(cluster, plan.wanted)).obstacles or plan.obstacles:
        raise ConflictError(" ".join(why_not))
    going = [one for one in plan.pieces if one.goes]
    done: list[tuple[Piece, K8stuiError | None]] = []
    for kinds in _STAGES:
        stage = [one for one in going if one.kind in kinds]
        if any(error for _, error in done):
            done += [(one, ConflictError("left alone, because not all before it went")) for one in stage]
        else:
            done += await _stage(cluster, plan.namespace, stage)
    return done


async def _stage(cluster: Cluster, namespace: str, pieces: Sequence[Piece]) -> list[tuple[Piece, K8stuiError | None]]:
    gate = asyncio.Semaphore(AT_A_TIME)

    async def one(piece: Piece) -> tuple[Piece, K8stuiError | None]:
        async with gate:
            try:
                await _delete(cluster, namespace, piece)
            except NotFoundError:
                return piece, None  # somebody else has deleted it
            except K8stuiError as error:
                return piece, error
            return piece, None

    return list(await asyncio.gather(*map(one, pieces)))


async def _delete(cluster: Cluster, namespace: str, piece: Piece) -> None:
    if piece.kind == SCHEDULE:
        await delete_schedule(cluster, piece.name, namespace=namespace, uid=piece.uid)
    elif piece.resource is None:
        await remove_run(cluster, piece.name, namespace=namespace, uid=piece.uid, version=piece.version)
    else:
        await cluster.delete(
            piece.resource, piece.name, namespace=namespace, uid=piece.uid, resource_version=piece.version
        )


async def _look(cluster: Cluster) -> Found:
    of_cluster = asyncio.gather(
        cluster.list(SERVICE_ACCOUNTS, labels=selectors.OURS),
        cluster.list(ROLES, labels=selectors.OURS),
        cluster.list(ROLE_BINDINGS),
        cluster.list(PVCS, labels=selectors.OURS, metadata_only=True),
        cluster.list(CONFIGMAPS, labels=selectors.CACHES, metadata_only=True),
        cluster.list(PODS),
        cluster.list(CRONJOBS, labels=selectors.SCHEDULES, metadata_only=True),
    )
    (accounts, roles, bindings, claims, caches, pods, schedules), runs = await asyncio.gather(
        of_cluster, list_runs_and_records(cluster)
    )
    return Found(accounts, roles, bindings, claims, caches, pods, runs, schedules)
