"""Tries a run again from what failed: the same run, under a further Job.

The earlier Job has failed, and a Job cannot be started again. The new one is made suspended; then the record names it
and lets everything wait that did not succeed; then it is let go. Whoever dies in between leaves a run that is as it
was, or one that is paused and can be resumed. Finished steps are taken from the record, whatever became of their pods.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError
from k8stui.cluster.resources import JOBS, PODS, SECRETS
from k8stui.control.lifecycle.rewriting import rewrite, told
from k8stui.control.pods.views import ENDED_PODS, STOPPING, pod_view
from k8stui.control.runs.reading import get_job, get_maps, get_plan, get_record, show_run
from k8stui.control.selectors import of_run
from k8stui.control.stores.keys import keys_of
from k8stui.control.submitting.creating import submitter_of
from k8stui.control.truth import records
from k8stui.control.truth.jobs import job_facts
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import HEADER_KEY, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ConflictError, ForbiddenError, NotFoundError
from k8stui.model.views import PodView, RunView
from k8stui.plan.credentials import secret
from k8stui.plan.job import master_job
from k8stui.plan.request import owned

PATIENCE = 30.0
"""Seconds that what is left of the earlier master may take to end: it wrote its last word, and tidies up."""

PAUSE = 0.25


async def retry_run(
    cluster: Cluster, run: str, *, namespace: str | None = None, credentials: Mapping[str, str] | None = None
) -> RunView:
    """Try a failed or stopped run again: what succeeded is kept, everything else waits with fresh budgets.

    Args:
        cluster: Where.
        run: Its name, which it keeps; attempts are numbered on.
        namespace: The context's when None.
        credentials: Those of its steps, where it was submitted with any: they are not kept. The secrets of its artifact
            store are those that are registered here.

    Returns:
        The run, whose next master is on its way.

    Raises:
        NotFoundError: There is no such run, or nothing is left to start it from.
        InvalidInputError: Its steps need credentials that are neither given nor those of a registered artifact store.
        ConflictError: It goes on, has succeeded, something of it does not end, or somebody else was faster.
    """
    view = await show_run(cluster, run, namespace=namespace)
    if view.state not in (RunState.FAILED, RunState.STOPPED):
        raise ConflictError(f"The run {run} is {view.state.value}: only a failed or stopped run can be tried again.")
    pods = await _earlier_ones_ended(cluster, run, view.job, namespace)
    record = await get_record(cluster, run, namespace=namespace)
    plan = await get_plan(cluster, record, namespace=namespace)
    given = await keys_of(plan, run, credentials) if plan else {}
    retries = records.retries_of(records.header(record))
    job = names.retry_job_name(run, len(retries) + 1)
    made = await _make_job(cluster, run, job, record, namespace)
    if given:
        await _make_secret(cluster, run, made, given)
    retry = {"job": job, "created": time.time(), "submitted_by": await submitter_of(cluster)}
    succeeded = {pod.name for pod in pods if pod.status == StepState.SUCCEEDED.value}
    await _let_wait(cluster, run, [*retries, retry], namespace, succeeded)
    await cluster.patch(JOBS, job, {"spec": {"suspend": False}}, namespace=namespace)
    return await show_run(cluster, run, namespace=namespace)


async def _earlier_ones_ended(cluster: Cluster, run: str, job: str, namespace: str | None) -> list[PodView]:
    """Wait until nothing of the earlier Job can write any more, and no step ends that is about to run again.

    Returns:
        The pods that are there then.
    """
    told = f"The earlier orchestrator of {run} has not ended yet."
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                facts = job_facts(await get_job(cluster, job, namespace=namespace))
                found = await cluster.list(PODS, namespace=namespace, labels=of_run(run))
                pods = [pod_view(pod) for pod in found]
                ending = [pod.name for pod in pods if _is_in_the_way(pod)]
                if facts.outcome or facts.suspended or not facts.exists:
                    if not ending:
                        return pods
                    told = f"What is left of {run} has not ended yet: {', '.join(ending)}."
                await cluster.clock.sleep(PAUSE)
    except TimeoutError:
        raise ConflictError(told, hint=f"Try it again in a moment, or look what keeps it: k8stui why {run}") from None


def _is_in_the_way(pod: PodView) -> bool:
    """Any living master, and a step's pod that is being deleted; one that simply runs is taken over."""
    if pod.component == names.COMPONENT_ORCHESTRATOR:
        return pod.status not in ENDED_PODS
    return pod.status == STOPPING


async def _make_secret(cluster: Cluster, run: str, job: dict[str, Any], given: Mapping[str, str]) -> None:
    meta, name = job["metadata"], names.credentials_name(run)
    with suppress(NotFoundError, ForbiddenError):  # One that the earlier Job still owns.
        await cluster.delete(SECRETS, name, namespace=meta["namespace"])
    labels = {key: value for key, value in meta["labels"].items() if key != names.LABEL_COMPONENT}
    for manifest in owned([secret(name, meta["namespace"], labels, given)], job):
        await cluster.create(manifest)


async def _make_job(
    cluster: Cluster, run: str, name: str, record: dict[str, Any], namespace: str | None
) -> dict[str, Any]:
    labels = {key: value for key, value in record["metadata"]["labels"].items() if key != names.LABEL_COMPONENT}
    spec = await _job_spec(cluster, record, namespace)
    job = master_job(name, record["metadata"]["namespace"], labels, {**spec, "suspend": True})
    try:
        return await cluster.create(job)
    except AlreadyExistsError:  # Somebody died after this step, or does the same right now: the record decides.
        there = await cluster.get(JOBS, name, namespace=namespace)
        if (there["metadata"].get("labels") or {}).get(names.LABEL_RUN_ID) != run:
            raise
        if not job_facts(there).suspended:
            raise _too_late(run) from None
        return there


async def _job_spec(cluster: Cluster, record: dict[str, Any], namespace: str | None) -> dict[str, Any]:
    keys = records.chunk_keys(record, "job_spec")
    maps = await get_maps(cluster, dict.fromkeys(name for name, _ in keys), namespace=namespace)
    return records.job_spec(record, {found["metadata"]["name"]: found for found in maps})


async def _let_wait(
    cluster: Cluster, run: str, retries: list[dict[str, Any]], namespace: str | None, succeeded: Collection[str]
) -> None:
    earlier = len(retries) - 1

    def head(record: dict[str, Any], counts: dict[str, int]) -> dict[str, Any]:
        notes = told(record, counts, RunState.PENDING)
        notes |= {
            names.ANNOTATION_JOB: retries[-1]["job"],
            names.ANNOTATION_REQUEST: None,
            names.ANNOTATION_GRACE: None,
        }
        header = json.dumps({**records.header(record), "retries": retries}, separators=(",", ":"))
        return {"metadata": {"annotations": notes}, "data": {HEADER_KEY: header}}

    done = await rewrite(
        cluster,
        run,
        namespace=namespace,
        wanted=lambda record: len(records.retries_of(records.header(record))) == earlier,
        step=lambda _, status, hook: wait_again(status, hook=hook, succeeded=succeeded),
        head=head,
    )
    if not done:
        raise _too_late(run)


def _too_late(run: str) -> ConflictError:
    return ConflictError(f"The run {run} was tried again by somebody else in this moment.")


def wait_again(status: StepStatus, *, hook: bool, succeeded: Collection[str]) -> None:
    """Let a step wait as in a new run; what succeeded stays, and so does the history of its attempts.

    Args:
        status: Of the step, which is changed.
        hook: It waits in any case: it belongs to the end, which is to come once more.
        succeeded: Pods that are there and have succeeded. Where the run was stopped before that was written down, the
            next master takes the success from its pod.
    """
    if status.state.done and not hook:
        return
    state, last = status.state, status.attempts[-1] if status.attempts else None
    if last is not None and last.state is StepState.STOPPED and last.pod in succeeded and not hook:
        state = last.state = StepState.STARTING
        last.finished = None
    elif state.ended:
        state = StepState.WAITING
    vars(status).update(vars(StepStatus(state, status.attempts)))
