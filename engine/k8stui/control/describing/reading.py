"""Describes runs, steps, schedules, pods: why it is so at the top, then all that is known, events at the end."""

from __future__ import annotations

import asyncio
import time

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.describing.pods import pod_lines
from k8stui.control.describing.runs import attempt_lines, run_lines, step_lines
from k8stui.control.describing.schedules import schedule_lines
from k8stui.control.diagnosis.why import judge_pod, judge_run, judge_step
from k8stui.control.events.reading import Event, events_of
from k8stui.control.runs.reading import find_step, look_at_run
from k8stui.control.schedules.looking import look_at_schedule
from k8stui.control.schedules.why import judge_schedule, schedule_events
from k8stui.model.errors import ForbiddenError, NotFoundError


async def describe_pod(cluster: Cluster, pod: str, *, namespace: str | None = None) -> str:
    """A pod, ours or anybody's, in lines of text.

    Raises:
        NotFoundError: There is no such pod.
    """
    found = await cluster.get(PODS, pod, namespace=namespace)
    diagnoses, events = await asyncio.gather(
        judge_pod(cluster, found, namespace=namespace), _events(cluster, "Pod", pod, namespace)
    )
    return "\n".join(pod_lines(found, diagnoses, events, time.time()))


async def describe_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> str:
    """A run in lines of text.

    Raises:
        NotFoundError: There is no such run.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    diagnoses, events = await asyncio.gather(
        judge_run(cluster, seen, namespace=namespace), _events(cluster, "Job", seen.view.job, namespace)
    )
    return "\n".join(run_lines(seen.view, seen.plan, diagnoses, events, time.time()))


async def describe_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> str:
    """A schedule in lines of text.

    Raises:
        NotFoundError: There is no such schedule.
    """
    seen = await look_at_schedule(cluster, name, namespace=namespace)
    events = await schedule_events(cluster, seen, namespace=namespace)
    diagnoses = await judge_schedule(cluster, seen, events, namespace=namespace)
    return "\n".join(schedule_lines(seen.view, seen.firings, diagnoses, events or (), time.time()))


async def describe_step(cluster: Cluster, run: str, step: str, *, namespace: str | None = None) -> str:
    """A step in lines of text, with its newest pod while that exists.

    Raises:
        NotFoundError: There is no such run, or it has no such step.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    view = find_step(seen.view, step)
    diagnoses = await judge_step(cluster, seen, view, namespace=namespace)
    now = time.time()
    lines = step_lines(seen.view, seen.plan, view, diagnoses, now)
    pods = {pod["metadata"]["name"]: pod for pod in seen.pods}
    newest = pods.get(view.attempts[-1].pod) if view.attempts else None
    if newest is not None:
        events = await _events(cluster, "Pod", newest["metadata"]["name"], namespace)
        lines += ["", "Newest pod:", *(f"  {line}".rstrip() for line in pod_lines(newest, (), events, now))]
    return "\n".join(lines)


async def describe_attempt(cluster: Cluster, run: str, step: str, attempt: int, *, namespace: str | None = None) -> str:
    """One attempt at a step in lines of text: its pod while that exists, or else what the record tells.

    Raises:
        NotFoundError: There is no such run, or it has no such step or attempt.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    view = find_step(seen.view, step)
    found = next((one for one in view.attempts if one.attempt == attempt), None)
    if found is None:
        raise NotFoundError(f"There is no attempt {attempt} at step {step} of {run}.")
    if any(pod["metadata"]["name"] == found.pod for pod in seen.pods):
        return await describe_pod(cluster, found.pod, namespace=namespace)
    return "\n".join(attempt_lines(seen.view, view, found, time.time()))


async def _events(cluster: Cluster, kind: str, name: str, namespace: str | None) -> list[Event]:
    try:
        return await events_of(cluster, kind, name, namespace=namespace)
    except ForbiddenError:
        return []
