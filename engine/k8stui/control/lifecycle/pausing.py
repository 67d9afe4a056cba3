"""Pauses runs and lets them go on.

A pause is a request in the record, as a stop is: the master lets what runs end, writes it down and suspends its own
Job. Only a run whose master has never been at work is suspended from here.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.control.runs.reading import get_record, show_run
from k8stui.control.runs.watching import watching
from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, NotFoundError
from k8stui.model.views import RunView


async def pause_run(
    cluster: Cluster, run: str, *, namespace: str | None = None, patience: float | None = 60.0
) -> RunView:
    """Let nothing of a run start any more, and wait until what runs has ended and its master is gone.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        patience: Seconds that the steps which run have; None not to wait.

    Returns:
        The run: `paused`, or ended where nothing was left to be done; as it is now when not waited for.

    Raises:
        NotFoundError: There is no such run.
        ConflictError: It has ended already, or is being stopped.
        TimeoutError: Steps still run; the request stands.
    """
    view = await show_run(cluster, run, namespace=namespace)
    if view.state.ended or view.state is RunState.STOPPING:
        raise ConflictError(f"The run {run} is {view.state.value}: there is nothing to pause.")
    if view.state is RunState.PAUSED:
        return view
    await _ask(cluster, run, names.REQUEST_PAUSE, namespace)
    if not records.claimed(await get_record(cluster, run, namespace=namespace)):
        await _suspend(cluster, view.job, namespace, suspended=True)
    if patience is None:
        return await show_run(cluster, run, namespace=namespace)
    async with asyncio.timeout(patience), watching(cluster, run, namespace=namespace) as views:
        async for seen in views:
            if seen.state is RunState.PAUSED or seen.state.ended:
                return seen
    raise NotFoundError(f"The run {run} was deleted.")


async def resume_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> RunView:
    """Let a paused run go on, or call off a pause that has not come yet.

    Args:
        cluster: Where.
        run: Its name; one that goes on anyway stays as it is.
        namespace: The context's when None.

    Returns:
        The run, whose next master is on its way.

    Raises:
        NotFoundError: There is no such run.
        ConflictError: It has ended already, or is being stopped.
    """
    view = await show_run(cluster, run, namespace=namespace)
    if view.state.ended or view.state is RunState.STOPPING:
        raise ConflictError(f"The run {run} is {view.state.value}: there is nothing to resume.")
    # In this order: a master that suspends its Job in between looks for the request afterwards.
    await _ask(cluster, run, None, namespace)
    await _suspend(cluster, view.job, namespace, suspended=False)
    return await show_run(cluster, run, namespace=namespace)


async def _ask(cluster: Cluster, run: str, request: str | None, namespace: str | None) -> None:
    patch: dict[str, Any] = {"metadata": {"annotations": {names.ANNOTATION_REQUEST: request}}}
    await cluster.patch(CONFIGMAPS, names.record_name(run), patch, namespace=namespace)


async def _suspend(cluster: Cluster, job: str, namespace: str | None, *, suspended: bool) -> None:
    with suppress(NotFoundError):  # It is being submitted; its master will find the request.
        await cluster.patch(JOBS, job, {"spec": {"suspend": suspended}}, namespace=namespace)
