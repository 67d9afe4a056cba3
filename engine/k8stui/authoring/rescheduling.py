"""Gives edits of schedules their pipeline: of the code that is kept with them, or of another file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from k8stui.authoring.opening import opened
from k8stui.authoring.retracing import KeptPipeline, retraced, trace
from k8stui.cluster.client import Cluster
from k8stui.control.schedules.conflicts import check_allowed
from k8stui.control.schedules.editing import ScheduleEdit
from k8stui.control.schedules.finding import get_cron_job
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.template import kept_template
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import PipelineSpec


async def completed(
    cluster: Cluster,
    name: str,
    edit: ScheduleEdit,
    *,
    parameters: Mapping[str, str | None] | None = None,
    target: str = "",
    namespace: str | None = None,
) -> ScheduleEdit:
    """An edit with the pipeline that it needs; the edit as it is where it changes neither code nor what is made of it.

    The schedule must be edited as it was seen before this (`edit_schedule(seen=…)`), because the pipeline is traced
    with the parameters that it has now.

    Args:
        cluster: Where.
        name: The schedule.
        edit: What else is changed, settings and image included.
        parameters: Texts by parameter, as `--param` takes them, or None for its default; the others stay.
        target: `FILE` or `FILE:PIPELINE` with other code; empty for the code that is kept.
        namespace: The context's when None.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It has lost what its runs begin with.
        InvalidInputError: A parameter is unknown, does not fit, or is one that the other code has no more; the schedule
            keeps no code; or it was not made by k8stui.
    """
    if not (parameters or target or edit.needs_spec):
        return edit
    check_allowed(await show_schedule(cluster, name, namespace=namespace), ["code"])
    kept = await kept_template(cluster, await get_cron_job(cluster, name, namespace))
    if target:
        earlier = kept.plan.parameters
        spec = (await opened(target, lambda loaded: _trace_other(loaded, earlier, parameters or {}))).result
        return replace(edit, spec=replace(spec, schedule=None))
    code = await kept.code()
    pipeline = KeptPipeline(f"schedule {name}", kept.plan.source, code, kept.plan.parameters, WITHOUT_CODE)
    return replace(edit, spec=await retraced(pipeline, parameters or {}))


WITHOUT_CODE = "Give its file as well: k8stui schedule edit NAME --file FILE:PIPELINE"


def _trace_other(loaded: Any, earlier: Mapping[str, Any], changes: Mapping[str, str | None]) -> PipelineSpec:
    known = {parameter.name for parameter in loaded.parameters}
    lost = [name for name in earlier if name not in known and name not in changes]
    if lost:
        raise InvalidInputError(
            f"pipeline {loaded.name!r} has no parameter {', '.join(map(repr, lost))}, which the schedule gives a value",
            hint="Leave it out with " + " ".join(f"--unset-param {name}" for name in lost),
        )
    return trace(loaded, earlier, changes)
