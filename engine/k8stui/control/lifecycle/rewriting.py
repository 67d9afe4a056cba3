"""Rewrites the record of a run that no master is at work on: to end it, or to let it be tried again.

All status shards are written, the record last, each bound to the version that was read. The raised epoch keeps a late
master from writing; in the journal, too, where it may write without a look at the record. What the journal says stays:
the next master reads it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.runs.reading import get_plan, get_record, get_shards
from k8stui.control.truth import records
from k8stui.control.truth.records import Json
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import STATUS_KEY, StepStatus, Summary
from k8stui.incluster.contract.shards import Shards
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, NotFoundError

WRITE_ATTEMPTS = 5
"""How often the record is read and written again when a dying master wrote in between."""


async def rewrite(
    cluster: Cluster,
    run: str,
    *,
    namespace: str | None,
    wanted: Callable[[Json], bool],
    step: Callable[[str, StepStatus, bool], None],
    head: Callable[[Json, dict[str, int]], Json],
) -> bool:
    """Change every step of a run, and then its record.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        wanted: Whether the record is still to be rewritten; asked each time it was read.
        step: Changes the status of one step; told its name, and whether it is a hook.
        head: The patch of the record beside the status, from the record and the number of steps in each state.

    Returns:
        False when it was not wanted (any more), and nothing was written.

    Raises:
        NotFoundError: There is no such run.
        ConflictError: Somebody else wrote again and again.
    """
    for attempt in range(WRITE_ATTEMPTS):
        try:
            return await _try(cluster, run, namespace, wanted, step, head)
        except ConflictError:  # A master that is just being ended wrote its last word in between.
            if attempt == WRITE_ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


async def _try(
    cluster: Cluster,
    run: str,
    namespace: str | None,
    wanted: Callable[[Json], bool],
    step: Callable[[str, StepStatus, bool], None],
    head: Callable[[Json, dict[str, int]], Json],
) -> bool:
    record = await get_record(cluster, run, namespace=namespace)
    if not wanted(record):
        return False
    plan = await get_plan(cluster, record, namespace=namespace)
    hooks = {one.name for one in plan.steps if one.hook} if plan else set()
    shards = [record, *await get_shards(cluster, run, plan, namespace=namespace)]
    known = records.statuses(shards)
    statuses = {one.name: StepStatus() for one in plan.steps} | known if plan else known
    for name, status in statuses.items():
        step(name, status, name in hooks)
    places = Shards(plan) if plan else None
    numbers = {name: place for place, name in enumerate(records.shard_names(run, places.count if places else 1))}
    counts = dict(Counter(status.state.value for name, status in statuses.items() if name not in hooks))
    heading = head(record, counts)
    for shard in reversed(shards):  # The record last: it says what has become of the run.
        mine = places.names(numbers[shard["metadata"]["name"]], statuses) if places else records.statuses([shard])
        patch: dict[str, Any] = dict(heading) if shard is record else {}
        status_text = json.dumps({name: statuses[name].to_json() for name in mine})
        patch["data"] = {**patch.get("data", {}), STATUS_KEY: status_text}
        version = shard["metadata"].get("resourceVersion")
        await cluster.patch(CONFIGMAPS, shard["metadata"]["name"], patch, namespace=namespace, resource_version=version)
    epoch = {names.ANNOTATION_EPOCH: heading["metadata"]["annotations"][names.ANNOTATION_EPOCH]}
    with suppress(NotFoundError):
        await cluster.patch(
            CONFIGMAPS, names.journal_name(run), {"metadata": {"annotations": epoch}}, namespace=namespace
        )
    return True


def told(
    record: Json, counts: dict[str, int], state: RunState, *, finished: float | None = None, why: str = ""
) -> dict[str, Any]:
    """The annotations that tell the state of a run, with the next epoch. What it took of its time is forgotten.

    Args:
        record: As it is.
        counts: How many steps are in each state.
        state: What the run is from now on.
        finished: When it ended.
        why: A sentence on the state.
    """
    line, known = records.summary_view(record), record["metadata"].get("annotations") or {}
    epoch = str(known.get(names.ANNOTATION_EPOCH) or "0")
    summary = Summary(
        state=state,
        steps=counts,
        total=line.total,
        created=line.created,
        started=line.started,
        finished=finished,
        why=why,
        submitted_by=line.submitted_by,
    )
    return {
        names.ANNOTATION_SUMMARY: summary.to_text(),
        names.ANNOTATION_EPOCH: str(int(epoch) + 1 if epoch.isdecimal() else 1),
    }
