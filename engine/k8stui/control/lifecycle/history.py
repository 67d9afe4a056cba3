"""Keeps as many Jobs of a pipeline's ended runs as its settings say, as a CronJob does for its own.

Deleting a Job takes the run's pods with it; the record, and with it all that k8stui tells of the run, stays.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import JOBS
from k8stui.control.runs.reading import list_runs
from k8stui.control.selectors import ORCHESTRATORS, matching
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, NotFoundError
from k8stui.model.labels import label_value
from k8stui.model.settings import EffectiveSettings
from k8stui.model.views import RunSummaryView


async def keep_history(cluster: Cluster, pipeline: str, namespace: str, settings: EffectiveSettings) -> list[str]:
    """Delete the Jobs of runs by hand that are more than the settings keep; those that still run always stay.

    Args:
        cluster: Where.
        pipeline: Its name, as the author wrote it.
        namespace: Where its runs are.
        settings: Of the run that was just submitted.

    Returns:
        The names of the Jobs that were deleted.

    Raises:
        K8stuiError: The Jobs or the runs could not be listed, or one not be deleted.
    """
    limits = (settings.successful_jobs_history_limit, settings.failed_jobs_history_limit)
    if limits == (None, None):
        return []
    label = label_value(pipeline)
    selector = matching(ORCHESTRATORS, f"!{names.LABEL_SCHEDULE}", pipeline=label)
    runs, found = await asyncio.gather(
        list_runs(cluster, namespace=namespace, pipeline=label),
        cluster.list(JOBS, labels=selector, namespace=namespace, metadata_only=True),
    )
    jobs: dict[str, list[dict[str, Any]]] = {}
    for job in found:  # A run that was tried again has several.
        jobs.setdefault(job["metadata"]["labels"].get(names.LABEL_RUN_ID, ""), []).append(job["metadata"])
    doomed = [job for run in beyond(runs, set(jobs), *limits) for job in jobs[run]]
    for job in doomed:
        with suppress(NotFoundError, ConflictError):  # Gone, or replaced by another of its name.
            await cluster.delete(JOBS, job["name"], namespace=namespace, uid=job["uid"])
    return [job["name"] for job in doomed]


def beyond(runs: list[RunSummaryView], jobs: set[str], successful: int | None, failed: int | None) -> list[str]:
    """The ended runs whose Jobs are more than are kept, the newest kept first.

    Args:
        runs: The pipeline's runs.
        jobs: The runs of the Jobs that are there.
        successful: How many of successful runs are kept; None for all.
        failed: How many of failed and stopped runs are kept; None for all.
    """
    ended = sorted(
        (run for run in runs if run.run in jobs and run.state.ended), key=lambda run: run.finished or 0.0, reverse=True
    )
    good = [run.run for run in ended if run.state is RunState.SUCCEEDED]
    bad = [run.run for run in ended if run.state is not RunState.SUCCEEDED]
    return [*([] if successful is None else good[successful:]), *([] if failed is None else bad[failed:])]
