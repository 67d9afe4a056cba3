"""Runs or schedules a pipeline for a script: what calling a pipeline in `python file.py` comes to."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from k8stui.control.clusters.placing import on_stack
from k8stui.control.logs.stream import LogLine
from k8stui.control.schedules.advising import advise
from k8stui.control.schedules.creating import ScheduleRef, create_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.scripts.calling import complete, script_place
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.control.scripts.narrate import Narrator
from k8stui.control.submitting.creating import RunRef, SubmitOptions, submit
from k8stui.control.words.spans import minute
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import WaitTimeoutError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.scheduleviews import ScheduleView


@dataclass(frozen=True)
class RunHandle:
    """A run that was submitted, and how it stood when the call returned.

    Attributes:
        name: Its name.
        namespace: Where it is.
        state: `pending` when it was not waited for.
        results: Small outputs by step and output name, of a run that was waited for.
    """

    name: str
    namespace: str
    state: RunState = RunState.PENDING
    results: dict[str, dict[str, Any]] = field(default_factory=dict)


def schedule_pipeline(spec: PipelineSpec, schedule: ScheduleSpec) -> ScheduleRef:
    """Create a schedule and say so on standard output.

    Raises:
        K8stuiError: It could not be created; see `create_schedule`.
    """
    return complete(_schedule(spec, schedule))


async def _schedule(spec: PipelineSpec, schedule: ScheduleSpec) -> ScheduleRef:
    async with script_place() as (cluster, stack):
        ref = await create_schedule(cluster, spec, schedule, on_stack(stack, SubmitOptions(), cluster))
        for warning in ref.warnings:
            _say(f"Warning: {warning}", error=True)
        view = await show_schedule(cluster, ref.name, namespace=ref.namespace)
        advice = await advise(cluster, view)
        for line in created(view, advice.times):
            _say(line)
        for sentence in advice.notes:
            _say(f"Note: {sentence}", error=True)
        return ref


def run_pipeline(spec: PipelineSpec) -> RunHandle:
    """Submit a run and, unless its settings say otherwise, follow it to its end with its logs on standard output.

    Raises:
        K8stuiError: It could not be submitted or followed; see `submit`.
        WaitTimeoutError: The setting `timeout` ended the waiting; the run goes on.
        SystemExit: Interrupted from the keyboard while following (code 130); the run goes on.
    """
    return complete(_run(spec))


async def _run(spec: PipelineSpec) -> RunHandle:
    async with script_place() as (cluster, stack):
        ref = await submit(cluster, spec, on_stack(stack, SubmitOptions(), cluster))
        for warning in ref.warnings:
            _say(f"Warning: {warning}", error=True)
        _say(ref.told(cluster.context))
        if not ref.settings.synchronous:
            return RunHandle(ref.run, ref.namespace)
        try:
            async with asyncio.timeout(ref.settings.timeout or None):
                return await _follow(cluster, ref)
        except TimeoutError:
            raise timed_out(ref) from None
        except asyncio.CancelledError:
            _say(detached(ref), error=True)
            raise


async def _follow(cluster: Any, ref: RunRef) -> RunHandle:
    narrator = Narrator()
    async for item in follow_run(cluster, ref.run, namespace=ref.namespace, own=True):
        if isinstance(item, LogLine):
            _say(narrator.log(item))
        elif isinstance(item, Ended):
            for line in (*narrator.end(item.run), *late_note(item, ref.run)):
                _say(line)
            results = {step.name: step.results for step in item.run.steps if step.results}
            return RunHandle(ref.run, ref.namespace, item.run.state, results)
        else:
            for line in narrator.changes(item):
                _say(line)
    raise AssertionError("a followed run ends with Ended")


def created(schedule: ScheduleView, times: Sequence[datetime]) -> list[str]:
    """The lines on a schedule that was just created, with its next times, where it has any."""
    where = f"in namespace {schedule.namespace}"
    lines = [f"schedule {schedule.name} of pipeline {schedule.pipeline} created {where}"]
    if schedule.suspended:
        return [*lines, f"it is suspended; let it fire: k8stui schedule resume {schedule.name} -n {schedule.namespace}"]
    if not times:
        return [*lines, f"it never fires: {schedule.cron} ({schedule.time_zone})"]
    first, *further = (minute(moment.timestamp()) for moment in times)
    then = f", then at {' and '.join(further)}" if further else ""
    return [*lines, f"it fires at {schedule.cron} ({schedule.time_zone}), first at {first}{then}"]


def timed_out(ref: RunRef) -> WaitTimeoutError:
    """The error for a run that was not over in the time its settings give to waiting."""
    return WaitTimeoutError(
        f"The run {ref.run} has not ended within {ref.settings.timeout} s (setting timeout); it goes on.",
        hint=f"Watch it: k8stui runs watch {ref.run} -n {ref.namespace}",
    )


def detached(ref: RunRef) -> str:
    """The sentence for a person who stopped following a run."""
    return (
        f"\nNot following any more; the run {ref.run} goes on. Watch it: k8stui runs watch {ref.run} -n {ref.namespace}"
        f"\nStop it: k8stui runs stop {ref.run} -n {ref.namespace}"
    )


def late_note(ended: Ended, run: str) -> list[str]:
    """The sentence for logs that a node did not give out in time; nothing when all were read."""
    if not ended.late:
        return []
    return [f"(the logs of {len(ended.late)} pods were not readable yet: k8stui logs {run})"]


def _say(text: str, *, error: bool = False) -> None:
    stream = sys.stderr if error else sys.stdout
    stream.write(text + "\n")
    stream.flush()
