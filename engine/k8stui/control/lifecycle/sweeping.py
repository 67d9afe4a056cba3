"""Removes Secrets that ended runs have left behind, whenever a run is submitted.

A run's master deletes its Secrets at the end, and what a killed one leaves goes with its Job. Left are those of a
master that was not allowed to delete, or had no API server to ask, and those whose Job was deleted without what it
owns.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import JOBS, SECRETS
from k8stui.control.runs.reading import get_job
from k8stui.control.selectors import SECRETS_OF_RUNS
from k8stui.control.truth.jobs import job_facts
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, ForbiddenError, NotFoundError


async def sweep_secrets(cluster: Cluster, namespace: str) -> list[str]:
    """Delete the Secrets of runs whose Job has ended or is gone.

    A Secret is made after its Job, so one that is listed before its Job is looked for is never that of a run that is
    only starting.

    Returns:
        The names of the Secrets that were deleted; nothing where this user may not list or delete any.

    Raises:
        K8stuiError: The API server could not be asked.
    """
    try:
        found = await cluster.list(SECRETS, labels=SECRETS_OF_RUNS, namespace=namespace, metadata_only=True)
        swept = await asyncio.gather(*(_sweep(cluster, namespace, secret["metadata"]) for secret in found))
    except ForbiddenError:
        return []
    return [name for name in swept if name]


async def _sweep(cluster: Cluster, namespace: str, meta: dict[str, Any]) -> str:
    owners = [owner["name"] for owner in meta.get("ownerReferences") or () if owner["kind"] == JOBS.kind]
    name = owners[0] if owners else names.job_name(meta["labels"][names.LABEL_RUN_ID])
    job = await get_job(cluster, name, namespace=namespace)
    if job is not None and not job_facts(job).outcome:
        return ""
    with suppress(NotFoundError, ConflictError):  # Gone, or replaced by another of its name.
        await cluster.delete(SECRETS, meta["name"], namespace=namespace, uid=meta["uid"])
        return str(meta["name"])
    return ""
