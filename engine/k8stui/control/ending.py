"""Ends runs: asks the master to stop, does it in the place of a master that is gone, and deletes what is left.

A stop is a request in the record, because the master alone knows what it is about to create. Only when no master lives
is the Job suspended, the pods deleted and the record finished from here; the raised epoch keeps a late master from
writing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, SECRETS, Resource
from k8stui.control import records
from k8stui.control.podviews import pod_view
from k8stui.control.runs import get_job, get_plan, get_record, get_shards, show_run, steps_of
from k8stui.control.truth import job_facts, orchestrator_trouble
from k8stui.control.watching import wait_run
from k8stui.incluster import names
from k8stui.incluster.protocol import STEPS_PER_SHARD
from k8stui.incluster.record import STATUS_KEY, StepStatus, Summary
from k8stui.incluster.states import RunState, StepState
from k8stui.model.errors import ConflictError, ForbiddenError, NotFoundError
from k8stui.model.views import RunView

WRITE_ATTEMPTS = 5
"""How often the record is read and written again when a dying master wrote in between."""

_ENDED_PODS = frozenset({StepState.SUCCEEDED.value, StepState.FAILED.value, StepState.EVICTED.value})


async def stop_run(
    cluster: Cluster, run: str, *, namespace: str | None = None, patience: float = 60.0, force: bool = False
) -> RunView:
    """Stop a run and wait until it has stopped.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        patience: Seconds for its master to obey.
        force: Do not ask the master (again): end the run from here.

    Returns:
        The run as it ended: `stopped`, or what it had come to before the request arrived.

    Raises:
        NotFoundError: There is no such run.
        TimeoutError: The master did not obey in that time; the request stands.
    """
    record = await get_record(cluster, run, namespace=namespace)
    if records.summary_view(record).state.ended:
        return await show_run(cluster, run, namespace=namespace)
    request = {"metadata": {"annotations": {names.ANNOTATION_REQUEST: names.REQUEST_STOP}}}
    await cluster.patch(CONFIGMAPS, names.record_name(run), request, namespace=namespace)
    if force or not await _master_lives(cluster, run, record, namespace):
        why = "stopped by request; its orchestrator was gone"
        await _end_from_here(cluster, run, namespace, RunState.STOPPED, why)
        return await show_run(cluster, run, namespace=namespace)
    return await wait_run(cluster, run, namespace=namespace, timeout=patience)


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
    view = await show_run(cluster, run, namespace=namespace)
    if not view.state.ended and stop:
        view = await stop_run(cluster, run, namespace=namespace)
    if not view.state.ended and not force:
        raise ConflictError(
            f"The run {run} is {view.state.value}.", hint="Stop it first (k8stui runs stop), or give --stop or --force."
        )
    await _delete(cluster, JOBS, view.job, namespace)
    labels = records.of_run(run)
    for resource in (PODS, CONFIGMAPS):  # Its Secret is the Job's and goes with it.
        found = await cluster.list(resource, namespace=namespace, labels=labels, metadata_only=True)
        listed = [item["metadata"]["name"] for item in found if item["metadata"]["name"] != names.record_name(run)]
        await asyncio.gather(*(_delete(cluster, resource, name, namespace) for name in listed))
    # The record goes last: as long as anything is left, the run can still be found and deleted again.
    await _delete(cluster, CONFIGMAPS, names.record_name(run), namespace)


async def _master_lives(cluster: Cluster, run: str, record: dict[str, Any], namespace: str | None) -> bool:
    job_name = records.header(record).get("job") or names.job_name(run)
    facts = job_facts(await get_job(cluster, job_name, namespace=namespace))
    if not facts.exists or facts.outcome or facts.suspended:
        return False
    labels = f"{records.of_run(run)},{names.LABEL_COMPONENT}={names.COMPONENT_ORCHESTRATOR}"
    masters = await cluster.list(PODS, namespace=namespace, labels=labels)
    return bool(masters) and not orchestrator_trouble([pod_view(pod) for pod in masters])


async def _end_from_here(cluster: Cluster, run: str, namespace: str | None, state: RunState, why: str) -> None:
    view = await show_run(cluster, run, namespace=namespace)
    with suppress(NotFoundError):  # Without a Job there is no master to keep from coming back.
        await cluster.patch(JOBS, view.job, {"spec": {"suspend": True}}, namespace=namespace)
    await _write_end(cluster, run, namespace, state, why)
    for pod in view.pods:
        if pod.status not in _ENDED_PODS:
            await _delete(cluster, PODS, pod.name, namespace)
    with suppress(ForbiddenError):  # The Secret goes with its Job in any case.
        await _delete(cluster, SECRETS, names.keys_name(run), namespace)


async def _write_end(cluster: Cluster, run: str, namespace: str | None, state: RunState, why: str) -> None:
    for attempt in range(WRITE_ATTEMPTS):
        try:
            await _try_to_write_end(cluster, run, namespace, state, why)
            break
        except ConflictError:  # A master that is just being ended wrote its last word in between.
            if attempt == WRITE_ATTEMPTS - 1:
                raise


async def _try_to_write_end(cluster: Cluster, run: str, namespace: str | None, state: RunState, why: str) -> None:
    record = await get_record(cluster, run, namespace=namespace)
    if records.summary_view(record).state.ended:
        return
    plan = await get_plan(cluster, record, namespace=namespace)
    order = [step.name for step in plan.steps] if plan else []
    shards = [record, *await get_shards(cluster, run, steps_of(record, plan), namespace=namespace)]
    now, known = time.time(), records.statuses(shards)
    statuses = {name: known.get(name) or StepStatus() for name in order or known}
    for status in statuses.values():
        _end_step(status, state, now)
    counts = Counter(status.state.value for status in statuses.values())
    for shard in reversed(shards):  # The record last: it says that the run has ended.
        place = records.shard_names(run, len(order)).index(shard["metadata"]["name"]) if order else 0
        mine = order[place * STEPS_PER_SHARD :][:STEPS_PER_SHARD] if order else list(records.statuses([shard]))
        patch: dict[str, Any] = {"data": {STATUS_KEY: json.dumps({name: statuses[name].to_json() for name in mine})}}
        if shard is record:
            patch["metadata"] = {"annotations": _last_word(record, counts, now, state, why)}
        version = shard["metadata"].get("resourceVersion")
        await cluster.patch(CONFIGMAPS, shard["metadata"]["name"], patch, namespace=namespace, resource_version=version)


def _end_step(status: StepStatus, run: RunState, now: float) -> None:
    if status.state.ended:
        return
    skipped = run is RunState.FAILED and not status.attempts
    status.state = StepState.SKIPPED if skipped else StepState.STOPPED
    for attempt in status.attempts:
        if attempt.finished is None and not attempt.state.ended:
            attempt.state, attempt.finished = StepState.STOPPED, now


def _last_word(record: dict[str, Any], counts: Counter[str], now: float, state: RunState, why: str) -> dict[str, str]:
    line, annotations = records.summary_view(record), record["metadata"].get("annotations") or {}
    epoch = str(annotations.get(names.ANNOTATION_EPOCH) or "0")
    summary = Summary(
        state=state,
        steps={step: count for step, count in counts.items() if count},
        total=line.total,
        created=line.created,
        started=line.started,
        finished=now,
        why=why,
        submitted_by=line.submitted_by,
    )
    return {
        names.ANNOTATION_SUMMARY: summary.to_text(),
        names.ANNOTATION_EPOCH: str(int(epoch) + 1 if epoch.isdecimal() else 1),
    }


async def _delete(cluster: Cluster, resource: Resource, name: str, namespace: str | None) -> None:
    with suppress(NotFoundError):
        await cluster.delete(resource, name, namespace=namespace)
