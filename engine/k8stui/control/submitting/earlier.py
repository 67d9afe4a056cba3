"""Finds the run to begin from when a pipeline is run again: the newest of the same pipeline of the same file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import get_record, list_runs
from k8stui.control.truth import records
from k8stui.model.errors import NotFoundError
from k8stui.model.labels import label_value
from k8stui.model.views import RunSummaryView

LOOKED_AT = 5
"""Newest runs whose records are read: a record may be large, and an old run is no good example."""


@dataclass(frozen=True)
class EarlierRun:
    """A run that can be started from.

    Attributes:
        run: In one line.
        parameters: What it was given, JSON values.
    """

    run: RunSummaryView
    parameters: dict[str, Any]


async def earlier_run(
    cluster: Cluster, pipeline: str, source: str, *, namespace: str | None = None
) -> EarlierRun | None:
    """The newest run of a pipeline that came from the same file; None when there is none.

    Args:
        cluster: Where.
        pipeline: Its name, as the author wrote it.
        source: File and pipeline, as the run's record tells it.
        namespace: The context's when None.
    """
    runs = (await list_runs(cluster, namespace=namespace, pipeline=label_value(pipeline)))[:LOOKED_AT]
    heads = await asyncio.gather(*(_header(cluster, run) for run in runs))
    for run, head in zip(runs, heads, strict=True):
        parameters = head.get("parameters")
        if records.source_target(head) == source and isinstance(parameters, dict):
            return EarlierRun(run, parameters)
    return None


async def _header(cluster: Cluster, run: RunSummaryView) -> dict[str, Any]:
    try:
        return records.header(await get_record(cluster, run.run, namespace=run.namespace or None))
    except NotFoundError:  # deleted meanwhile
        return {}
