"""Reads runs: all of them in one line each, or one with all that is known of it."""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import NamespaceMissingError
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control.pods.views import pod_view
from k8stui.control.selectors import ORCHESTRATORS, RECORDS, matching, of_run
from k8stui.control.truth import records
from k8stui.control.truth.correcting import true_run, true_summary
from k8stui.control.truth.jobs import job_facts
from k8stui.control.zenml.reading import ZenmlRun, find_job, list_zenml_runs, look_at_zenml_run, only_zenml
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.shards import Shards
from k8stui.model.errors import ForbiddenError, NotFoundError
from k8stui.model.views import RunSummaryView, RunView, StepView


async def list_runs(
    cluster: Cluster,
    *,
    namespace: str | None = None,
    all_namespaces: bool = False,
    pipeline: str = "",
    labels: str = "",
) -> list[RunSummaryView]:
    """The runs that k8stui made, the newest first. Reads metadata, and the Jobs only when a run claims to be going on.

    Args:
        cluster: Where.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
        pipeline: Only runs of this pipeline (its label value).
        labels: A further label selector.
    """
    where: dict[str, Any] = {"namespace": namespace, "all_namespaces": all_namespaces}
    return [run for run, _ in await list_runs_and_records(cluster, **where, pipeline=pipeline, labels=labels)]


async def list_all_runs(
    cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False, pipeline: str = ""
) -> list[RunSummaryView]:
    """As `list_runs`, with those that ZenML made."""
    where: dict[str, Any] = {"namespace": namespace, "all_namespaces": all_namespaces, "pipeline": pipeline}
    ours, theirs = await asyncio.gather(list_runs(cluster, **where), list_zenml_runs(cluster, **where))
    return sorted((*ours, *theirs), key=newest_first) if theirs else ours


async def list_runs_and_records(
    cluster: Cluster,
    *,
    namespace: str | None = None,
    all_namespaces: bool = False,
    pipeline: str = "",
    labels: str = "",
) -> list[tuple[RunSummaryView, dict[str, Any]]]:
    """As `list_runs`, each with the metadata of its record."""
    selector = matching(RECORDS, labels, pipeline=pipeline or None)
    where: dict[str, Any] = {"namespace": namespace, "all_namespaces": all_namespaces}
    found = await cluster.list(CONFIGMAPS, labels=selector, metadata_only=True, **where)
    runs = [records.summary_view(record) for record in found]
    if any(not run.state.ended for run in runs):
        jobs = {_key(job): job for job in await cluster.list(JOBS, labels=ORCHESTRATORS, **where)}
        now = time.time()
        runs = [
            true_summary(
                run,
                job_facts(jobs.get((run.namespace, records.job_of(record)))),
                request=records.requested(record),
                now=now,
                claimed=records.claimed(record),
            )
            for run, record in zip(runs, found, strict=True)
        ]
    pairs = zip(runs, found, strict=True)
    return sorted(pairs, key=lambda pair: newest_first(pair[0]))


def newest_first(run: RunSummaryView) -> tuple[float, str]:
    """What runs are sorted by: the newest first, those of the same second by name."""
    return -(run.created or 0), run.run


async def get_record(cluster: Cluster, run: str, *, namespace: str | None = None) -> dict[str, Any]:
    """The record of a run.

    Raises:
        NotFoundError: There is no such run; the hint says how to list them.
        ForeignRunError: ZenML made it: it has no record.
    """
    record = await _record(cluster, run, namespace)
    if record is not None:
        return record
    if await find_job(cluster, run, namespace=namespace):
        raise only_zenml(run)
    raise await _missing(cluster, run, namespace)


async def summarise_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> RunSummaryView:
    """A run in one line, whoever made it; one of k8stui as its record tells it.

    Raises:
        NotFoundError: There is no such run.
    """
    record = await _record(cluster, run, namespace)
    if record is not None:
        return records.summary_view(record)
    return (await _theirs(cluster, run, namespace)).view


async def _record(cluster: Cluster, run: str, namespace: str | None) -> dict[str, Any] | None:
    """The record of a run; None where there is none.

    Raises:
        NamespaceMissingError: There is no such namespace.
    """
    try:
        return await cluster.get(CONFIGMAPS, names.record_name(run), namespace=namespace)
    except NamespaceMissingError:
        raise
    except NotFoundError:
        return None


async def _theirs(cluster: Cluster, run: str, namespace: str | None) -> ZenmlRun:
    """A run that ZenML made."""
    found = await look_at_zenml_run(cluster, run, namespace=namespace)
    if found is None:
        raise await _missing(cluster, run, namespace)
    return found


class UnrecordedError(NotFoundError):
    """A schedule has made the Job of the run, and its orchestrator, which makes the record, has not started yet."""


async def _missing(cluster: Cluster, run: str, namespace: str | None) -> NotFoundError:
    """The error for a run that has no record and is not ZenML's."""
    try:
        job = await get_job(cluster, run, namespace=namespace)
    except ForbiddenError:
        job = None
    return (unrecorded(job) if job else None) or no_such_run(run, namespace or cluster.namespace)


def unrecorded(job: dict[str, Any]) -> NotFoundError | None:
    """The error for the run of a Job without a record; None for a Job that no schedule of k8stui has made. Pure."""
    meta, facts = job["metadata"], job_facts(job)
    run, labels = meta["name"], meta.get("labels") or {}
    schedule = labels.get(names.LABEL_SCHEDULE)
    if not schedule or labels.get(names.LABEL_MANAGED_BY) != names.MANAGER:
        return None
    whose, why = f"The run {run} of schedule {schedule}", f"k8stui schedule why {schedule}"
    if facts.outcome or not facts.exists:
        told = f" ({facts.why})" if facts.why else ""
        return NotFoundError(f"{whose} has no record, and its Job has ended{told}.", hint=f"See: {why}")
    return UnrecordedError(
        f"{whose} has no record yet: its orchestrator has not started.",
        hint=f"Wait for it: k8stui runs watch {run}\nWhy it does not start: {why}",
    )


def no_such_run(run: str, namespace: str) -> NotFoundError:
    """The error for a run that is not there."""
    return NotFoundError(
        f"There is no run {run!r} in namespace {namespace}.", hint=f"List them with: k8stui runs list -n {namespace}"
    )


async def get_job(cluster: Cluster, name: str, *, namespace: str | None = None) -> dict[str, Any] | None:
    """The Job of a run's master; None when it does not exist."""
    try:
        return await cluster.get(JOBS, name, namespace=namespace)
    except NotFoundError:
        return None


async def show_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> RunView:
    """All that is known of a run, told as it is even when its master died.

    Raises:
        NotFoundError: There is no such run.
    """
    return (await look_at_run(cluster, run, namespace=namespace)).view


@dataclass(frozen=True)
class RunObjects:
    """A run with the objects its view was made from.

    Attributes:
        view: The run as it really is.
        plan: None when it is gone or cannot be read.
        job: Of its orchestrator, as the API sends it; None when it does not exist.
        pods: Those that still exist, as the API sends them.
    """

    view: RunView
    plan: Plan | None
    job: dict[str, Any] | None
    pods: tuple[dict[str, Any], ...]


async def look_at_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> RunObjects:
    """A run with its objects, for those who have more to say of them than the view does.

    Raises:
        NotFoundError: There is no such run.
    """
    record = await _record(cluster, run, namespace)
    if record is None:
        theirs = await _theirs(cluster, run, namespace)
        return RunObjects(theirs.view, None, theirs.job, theirs.pods)
    job, pods, plan, outputs = await asyncio.gather(
        get_job(cluster, records.job_of(record), namespace=namespace),
        cluster.list(PODS, namespace=namespace, labels=of_run(run)),
        get_plan(cluster, record, namespace=namespace),
        cluster.list(
            CONFIGMAPS,
            namespace=namespace,
            labels=of_run(run, names.COMPONENT_RESULTS),
        ),
    )
    facts = job_facts(job)
    if (facts.outcome or not facts.exists) and not records.summary_view(record).state.ended:
        # The master wrote its last word and ended between our two looks.
        record = await get_record(cluster, run, namespace=namespace)
    shards = [record, *await get_shards(cluster, run, plan, namespace=namespace)]
    told = records.run_view(record, plan=plan, status=records.statuses(shards), outputs=records.results(outputs))
    views = [pod_view(pod) for pod in pods]
    view = true_run(
        told,
        facts,
        views,
        request=records.requested(record),
        now=time.time(),
        claimed=records.claimed(record),
    )
    return RunObjects(view, plan, job, tuple(pods))


async def get_plan(cluster: Cluster, record: dict[str, Any], *, namespace: str | None = None) -> Plan | None:
    """The plan of a run; None when it is gone or cannot be read."""
    keys = records.plan_keys(record)
    maps = await get_maps(cluster, dict.fromkeys(name for name, _ in keys), namespace=namespace)
    return records.read_plan(keys, {found["metadata"]["name"]: found for found in maps})


async def get_shards(
    cluster: Cluster, run: str, plan: Plan | None, *, namespace: str | None = None
) -> list[dict[str, Any]]:
    """The status shards beside the record itself."""
    if plan is None:  # what there could be is not known
        labels = of_run(run, names.COMPONENT_STATUS)
        return await cluster.list(CONFIGMAPS, labels=labels, namespace=namespace)
    return await get_maps(cluster, records.shard_names(run, Shards(plan).count)[1:], namespace=namespace)


async def get_maps(cluster: Cluster, wanted: Iterable[str], *, namespace: str | None = None) -> list[dict[str, Any]]:
    """Those of the named ConfigMaps that exist, in the order of the names."""

    async def one(name: str) -> dict[str, Any] | None:
        try:
            return await cluster.get(CONFIGMAPS, name, namespace=namespace)
        except NotFoundError:
            return None

    return [found for found in await asyncio.gather(*map(one, wanted)) if found is not None]


def _key(found: dict[str, Any]) -> tuple[str, str]:
    return found["metadata"].get("namespace") or "", found["metadata"]["name"]


def find_step(run: RunView, name: str) -> StepView:
    """A step of a run by its name.

    Raises:
        NotFoundError: The run has no such step; the hint names the nearest.
    """
    steps = {step.name: step for step in run.steps}
    if name in steps:
        return steps[name]
    near = difflib.get_close_matches(name, steps, n=3)
    named = f"Did you mean {' or '.join(near)}?" if near else f"Its steps: k8stui runs show {run.run}"
    raise NotFoundError(f"Run {run.run} has no step {name!r}.", hint=named)
