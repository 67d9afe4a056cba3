"""Reads two runs and compares them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.code.kept import code_in_store, code_maps_of, code_of
from k8stui.control.comparing.parts import Comparison, compare
from k8stui.control.runs.reading import RunObjects, get_maps, list_runs, look_at_run
from k8stui.control.selectors import of_run
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, NotFoundError
from k8stui.model.views import RunSummaryView


async def compare_runs(cluster: Cluster, one: str, other: str, *, namespace: str | None = None) -> Comparison:
    """Two runs beside each other.

    Raises:
        NotFoundError: One of them is not there.
    """
    seen = await asyncio.gather(*(look_at_run(cluster, run, namespace=namespace) for run in (one, other)))
    first, second = await asyncio.gather(*(_code(cluster, found, namespace) for found in seen))
    plans = (seen[0].plan, seen[1].plan)
    return compare(seen[0].view, seen[1].view, time.time(), plans=plans, codes=(first, second))


def one_before(run: RunSummaryView, runs: Iterable[RunSummaryView]) -> RunSummaryView | None:
    """The newest earlier run of the same pipeline; None where there is none."""
    earlier = [
        one
        for one in runs
        if (one.namespace, one.pipeline) == (run.namespace, run.pipeline)
        and one.run != run.run
        and (one.created or 0.0) <= (run.created or 0.0)
    ]
    return max(earlier, key=lambda one: one.created or 0.0, default=None)


async def find_before(cluster: Cluster, run: str, *, namespace: str | None = None) -> str:
    """The name of the newest earlier run of the same pipeline.

    Raises:
        NotFoundError: There is no such run, or none before it.
    """
    runs = await list_runs(cluster, namespace=namespace)
    this = next((one for one in runs if one.run == run), None)
    before = one_before(this, runs) if this else None
    if before is None:
        what = "an earlier run of its pipeline" if this else "such a run"
        raise NotFoundError(f"{run}: there is not {what} in this namespace.", hint="List them with: k8stui runs list")
    return before.run


async def _code(cluster: Cluster, seen: RunObjects, namespace: str | None) -> bytes | None:
    if seen.plan is None:
        return None
    labels = of_run(seen.view.run, names.COMPONENT_PLAN)
    found = await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels)
    maps = {part["metadata"]["name"]: part for part in found}
    shared = await get_maps(cluster, [one for one in code_maps_of(seen.plan) if one not in maps], namespace=namespace)
    if code_in_store(seen.plan):
        return None
    with suppress(ConflictError):  # what was replaced is not the run's
        return code_of(seen.plan, maps | {part["metadata"]["name"]: part for part in shared})
    return None
