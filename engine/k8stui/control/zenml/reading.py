"""Finds ZenML's runs in a cluster, and deletes what they left there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import JOBS, PODS
from k8stui.control.pods.views import pod_view
from k8stui.control.selectors import matching
from k8stui.control.truth.jobs import jobs_by_owner
from k8stui.control.zenml.jobs import is_orchestrator
from k8stui.control.zenml.views import distinct, run_id, run_view, steps_of, summary_view
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, ForbiddenError, ForeignRunError, NotFoundError
from k8stui.model.rules import label_value_problem
from k8stui.model.views import PodView, RunSummaryView, RunView
from k8stui.model.zenmllabels import RUN_ID, RUN_NAME, THEIRS

Json = dict[str, Any]


@dataclass(frozen=True)
class ZenmlRun:
    """A run of ZenML with the objects its view was made from.

    Attributes:
        view: The run.
        job: Of its orchestrator, as the API sends it.
        pods: Those that still exist, as the API sends them.
    """

    view: RunView
    job: Json
    pods: tuple[Json, ...]


async def list_zenml_runs(
    cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False, pipeline: str = ""
) -> list[RunSummaryView]:
    """ZenML's runs in one line each, in no order; none for who may not list Jobs.

    Args:
        cluster: Where.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
        pipeline: Only runs of this pipeline (its label value).
    """
    labels = matching(THEIRS, pipeline=pipeline or None)
    try:
        jobs = await cluster.list(JOBS, namespace=namespace, all_namespaces=all_namespaces, labels=labels)
    except ForbiddenError:
        return []
    by_owner = jobs_by_owner(jobs)
    return distinct((job, summary_view(job, steps_of(job, by_owner))) for job in jobs if is_orchestrator(job))


async def find_job(cluster: Cluster, run: str, *, namespace: str | None = None) -> Json | None:
    """The Job of the orchestrator of a run; None when ZenML made no such run, or it cannot be seen."""
    try:
        if not label_value_problem(run):
            named = await cluster.list(JOBS, namespace=namespace, labels=f"{THEIRS},{RUN_NAME}={run}")
            if found := next((job for job in named if is_orchestrator(job)), None):
                return found
        job = await cluster.get(JOBS, run, namespace=namespace)
    except (NotFoundError, ForbiddenError):
        return None
    return job if is_orchestrator(job) else None


async def look_at_zenml_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> ZenmlRun | None:
    """A run of ZenML with its objects; None when there is no such run, or it cannot be seen."""
    job = await find_job(cluster, run, namespace=namespace)
    if job is None:
        return None
    jobs, pods = await asyncio.gather(
        cluster.list(JOBS, namespace=namespace, labels=of_run(job)),
        cluster.list(PODS, namespace=namespace, labels=of_run(job)),
    )
    return assembled(job, jobs, pods)


def assembled(job: Json, jobs: list[Json], pods: list[Json]) -> ZenmlRun:
    """The run of an orchestrator's Job, from Jobs and pods of which some may belong to others."""
    steps = steps_of(job, jobs_by_owner(jobs))
    uids = {one["metadata"].get("uid") for one in (job, *steps)}
    owners = {pod["metadata"].get("uid") or "": _owner(pod) for pod in pods}
    own = tuple(pod for pod in pods if _owner(pod) in uids)
    views: list[PodView] = [pod_view(pod) for pod in own]
    return ZenmlRun(run_view(job, steps, views, owners), job, own)


def of_run(job: Json) -> str:
    """Label selector of the Jobs and pods of a run; of others' besides where only its pipeline is known."""
    pipeline = (job["metadata"].get("labels") or {}).get(names.LABEL_PIPELINE)
    if (job["metadata"].get("labels") or {}).get(RUN_ID):
        return f"{RUN_ID}={run_id(job)}"
    return matching(THEIRS, pipeline=pipeline or "")


async def delete_zenml_run(cluster: Cluster, run: RunView, job: Json, *, namespace: str | None = None) -> None:
    """Delete the Jobs and pods of a run that has ended; ZenML's server keeps what it knows of it.

    Raises:
        ConflictError: It goes on.
    """
    if not run.state.ended:
        raise ConflictError(
            f"The run {run.job} of ZenML goes on.",
            hint="Stop it with zenml pipeline runs stop, or delete its Job with kubectl.",
        )
    await cluster.delete(JOBS, run.job, namespace=namespace, uid=job["metadata"]["uid"])


def only_zenml(run: str) -> ForeignRunError:
    """The error for what can be done with k8stui's own runs only."""
    return ForeignRunError(
        f"The run {run} was made by ZenML: k8stui shows and deletes it, and does nothing else with it.",
        hint="Use the zenml command, or run the pipeline again.",
    )


def _owner(pod: Json) -> str:
    return next((str(one.get("uid")) for one in pod["metadata"].get("ownerReferences") or ()), "")
