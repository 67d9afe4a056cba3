"""Ends runs: asks the master to stop, does it in the place of a master that is gone, and deletes what is left.

A stop is a request in the record, because the master alone knows what it is about to create. Only when no master lives
is the Job suspended, the pods deleted and the record finished from here; the raised epoch keeps a late master from
writing. Pods have their grace period to end: SIGTERM, and SIGKILL when it is over.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, SECRETS, Resource
from k8stui.control.lifecycle.rewriting import rewrite, told
from k8stui.control.pods.views import ENDED_PODS, pod_view
from k8stui.control.runs.reading import get_job, get_record, look_at_run, show_run
from k8stui.control.runs.watching import wait_run
from k8stui.control.selectors import of_run
from k8stui.control.truth import records
from k8stui.control.truth.correcting import orchestrator_trouble
from k8stui.control.truth.jobs import job_facts
from k8stui.control.zenml.jobs import ORIGIN as ZENML
from k8stui.control.zenml.reading import delete_zenml_run
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ConflictError, ForbiddenError, NotFoundError
from k8stui.model.views import PodView, RunView

FORCED_GRACE = 1
"""Seconds that pods have to end when a run is ended by force, as with `kubectl delete --now`."""


async def stop_run(
    cluster: Cluster,
    run: str,
    *,
    namespace: str | None = None,
    patience: float = 60.0,
    grace_period: int | None = None,
    force_after: float | None = None,
) -> RunView:
    """Stop a run and wait until it has stopped.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        patience: Seconds for its master to obey.
        grace_period: Seconds that its pods have to end; their own `terminationGracePeriodSeconds` when None. A second
            stop may shorten it.
        force_after: Seconds for its master to obey, after which the run is ended from here; None for never. With 0 the
            master is not asked.

    Returns:
        The run as it ended: `stopped`, or what it had come to before the request arrived.

    Raises:
        NotFoundError: There is no such run.
        TimeoutError: The master did not obey in that time; the request stands.
    """
    record = await get_record(cluster, run, namespace=namespace)
    if records.summary_view(record).state.ended:
        return await show_run(cluster, run, namespace=namespace)
    grace = None if grace_period is None else str(grace_period)
    notes = {names.ANNOTATION_REQUEST: names.REQUEST_STOP, names.ANNOTATION_GRACE: grace}
    await cluster.patch(CONFIGMAPS, names.record_name(run), {"metadata": {"annotations": notes}}, namespace=namespace)
    why = "stopped by force"
    if force_after == 0:
        grace_period = FORCED_GRACE if grace_period is None else grace_period
    elif not await _master_lives(cluster, run, record, namespace):
        why = "stopped by request; its orchestrator was gone"
    else:
        try:
            limit = patience if force_after is None else force_after
            return await wait_run(cluster, run, namespace=namespace, timeout=limit)
        except TimeoutError:
            if force_after is None:
                raise
        why, grace_period = f"stopped by force, {force_after:g} s after it was asked to stop", FORCED_GRACE
    await _end_from_here(cluster, run, namespace, RunState.STOPPED, why, grace_period)
    return await show_run(cluster, run, namespace=namespace)


async def fail_run(cluster: Cluster, run: str, why: str, *, namespace: str | None = None) -> None:
    """End a run as failed from here, because no master of it will ever be able to.

    Args:
        cluster: Where.
        run: Its name; one that has ended meanwhile stays as it is.
        why: A sentence on the reason.
        namespace: The context's when None.

    Raises:
        NotFoundError: There is no such run.
    """
    await _write_end(cluster, run, namespace, RunState.FAILED, why)  # first, because no master can write in between
    await _end_from_here(cluster, run, namespace, RunState.FAILED, why)


async def delete_run(
    cluster: Cluster, run: str, *, namespace: str | None = None, force: bool = False, stop: bool = False
) -> None:
    """Delete a run with everything it made: Job, pods, plan, results, record.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        force: Also a run that is going on, without stopping it in order first.
        stop: Stop a run that is going on first.

    Raises:
        NotFoundError: There is no such run.
        ConflictError: It is going on, and neither `force` nor `stop` was given.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    view = seen.view
    if view.origin == ZENML and seen.job:
        await delete_zenml_run(cluster, view, seen.job, namespace=namespace)
        return
    if not view.state.ended and stop:
        view = await stop_run(cluster, run, namespace=namespace)
    if not view.state.ended and not force:
        raise ConflictError(
            f"The run {run} is {view.state.value}.", hint="Stop it first (k8stui runs stop), or give --stop or --force."
        )
    await _delete(cluster, JOBS, view.job, namespace)
    await remove_run(cluster, run, namespace=namespace)


async def remove_run(
    cluster: Cluster, run: str, *, namespace: str | None = None, uid: str | None = None, version: str | None = None
) -> None:
    """Delete everything of a run, whatever its state.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        uid: Of its record; ConflictError when that is another by now. None for whichever has the name.
        version: Of its record, in the same way.
    """
    labels = of_run(run)
    for resource in (JOBS, PODS, CONFIGMAPS):  # Its Secrets are the Jobs' and go with them.
        found = await cluster.list(resource, namespace=namespace, labels=labels, metadata_only=True)
        listed = [one["metadata"] for one in found if one["metadata"]["name"] != names.record_name(run)]
        await asyncio.gather(*(_delete(cluster, resource, one["name"], namespace, uid=one["uid"]) for one in listed))
    # The record goes last: as long as anything is left, the run can still be found and deleted again.
    with suppress(NotFoundError):
        await cluster.delete(CONFIGMAPS, names.record_name(run), namespace=namespace, uid=uid, resource_version=version)


async def _master_lives(cluster: Cluster, run: str, record: dict[str, Any], namespace: str | None) -> bool:
    facts = job_facts(await get_job(cluster, records.job_of(record), namespace=namespace))
    if not facts.exists or facts.outcome or facts.suspended:
        return False
    labels = of_run(run, names.COMPONENT_ORCHESTRATOR)
    masters = await cluster.list(PODS, namespace=namespace, labels=labels)
    return bool(masters) and not orchestrator_trouble([pod_view(pod) for pod in masters])


async def _end_from_here(
    cluster: Cluster, run: str, namespace: str | None, state: RunState, why: str, grace: int | None = None
) -> None:
    record = await get_record(cluster, run, namespace=namespace)
    with suppress(NotFoundError):  # Without a Job there is no master to keep from coming back.
        await cluster.patch(JOBS, records.job_of(record), {"spec": {"suspend": True}}, namespace=namespace)
    labels = of_run(run)
    pods = [pod_view(pod) for pod in await cluster.list(PODS, namespace=namespace, labels=labels)]
    await _write_end(cluster, run, namespace, state, why, pods)
    pods = [pod_view(pod) for pod in await cluster.list(PODS, namespace=namespace, labels=labels)]
    await asyncio.gather(
        *(_delete(cluster, PODS, pod.name, namespace, grace) for pod in pods if pod.status not in ENDED_PODS)
    )
    with suppress(ForbiddenError):  # The Secrets go with their Job in any case.
        for secret in (names.keys_name(run), names.credentials_name(run)):
            await _delete(cluster, SECRETS, secret, namespace)


async def _write_end(
    cluster: Cluster, run: str, namespace: str | None, state: RunState, why: str, pods: Sequence[PodView] = ()
) -> None:
    now = time.time()
    by_step: dict[str, list[PodView]] = {}
    for pod in pods:
        by_step.setdefault(pod.step, []).append(pod)

    def head(record: dict[str, Any], counts: dict[str, int]) -> dict[str, Any]:
        return {"metadata": {"annotations": told(record, counts, state, finished=now, why=why)}}

    await rewrite(
        cluster,
        run,
        namespace=namespace,
        wanted=lambda record: not records.summary_view(record).state.ended,
        step=lambda name, status, _: _end_step(status, state, now, by_step.get(name, ())),
        head=head,
    )


def _end_step(status: StepStatus, run: RunState, now: float, pods: Sequence[PodView]) -> None:
    if status.state.ended:
        return
    known = {attempt.attempt for attempt in status.attempts}
    for pod in pods:  # A pod is made before it is written down: its attempt counts, so that no number is used twice.
        if pod.attempt and pod.attempt not in known:
            made = Attempt(pod.attempt, pod.name, uid=pod.uid, node=pod.node, created=pod.created, started=pod.started)
            status.attempts.append(made)
    status.attempts.sort(key=lambda attempt: attempt.attempt)
    skipped = run is RunState.FAILED and not status.attempts
    status.state = StepState.SKIPPED if skipped else StepState.STOPPED
    for attempt in status.attempts:
        if attempt.finished is None and not attempt.state.ended:
            attempt.state, attempt.finished = StepState.STOPPED, now


async def _delete(
    cluster: Cluster,
    resource: Resource,
    name: str,
    namespace: str | None,
    grace: int | None = None,
    uid: str | None = None,
) -> None:
    """Delete an object; one that is gone, or was replaced by another of its name, is fine."""
    gone: tuple[type[Exception], ...] = (NotFoundError, ConflictError) if uid else (NotFoundError,)
    with suppress(*gone):
        await cluster.delete(resource, name, namespace=namespace, uid=uid, grace_seconds=grace)
