"""Answers "why?" of a run, a step or a pod: gathers what the server tells and has the rules of `diagnosis` judge it.

Whatever this user may not read (nodes, events, budgets) is left out: the answer has less to go by then, and is still
one. Only what may be in trouble is asked about, and of pods that say the same only one, so that a run of a thousand
steps costs a dozen requests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import NODES, PDBS, PODS, Resource
from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.budgets import blocking
from k8stui.control.diagnosis.disruptions import PREEMPTOR
from k8stui.control.diagnosis.finding import Diagnosis
from k8stui.control.diagnosis.pods import diagnose_pod
from k8stui.control.diagnosis.runs import diagnose_run, in_trouble, orchestrator
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.steps import diagnose_step, roots
from k8stui.control.events.reading import Event, events_of
from k8stui.control.pods.views import NOT_STARTED, pod_view
from k8stui.control.runs.reading import RunObjects, find_step, look_at_run
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import StepState
from k8stui.model.errors import ForbiddenError
from k8stui.model.views import PodView, StepView

MOST_PODS = 8
"""Pods whose events are asked for; one stands for all that say the same."""

_SETTLED = frozenset({StepState.RUNNING.value, StepState.SUCCEEDED.value})


async def why_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> list[Diagnosis]:
    """Why a run is not doing what it should, the worst first; then how far it is, then budgets that block evictions.

    Raises:
        NotFoundError: There is no such run.
    """
    return await judge_run(cluster, await look_at_run(cluster, run, namespace=namespace), namespace=namespace)


async def judge_run(cluster: Cluster, seen: RunObjects, *, namespace: str | None = None) -> list[Diagnosis]:
    """As `why_run`, of a run that was just looked at."""
    now = time.time()
    steps = [step for step in seen.view.steps if in_trouble(step, now)]
    sight, budgets = await asyncio.gather(
        _sight(cluster, seen, steps, now, namespace), _budgets(cluster, seen.pods, namespace)
    )
    return [*diagnose_run(sight), *budgets]


async def why_step(cluster: Cluster, run: str, step: str, *, namespace: str | None = None) -> list[Diagnosis]:
    """Why a step is not doing what it should; behind it, what is at the root where that is another step.

    Raises:
        NotFoundError: There is no such run, or it has no such step; the hint names the nearest.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    return await judge_step(cluster, seen, find_step(seen.view, step), namespace=namespace)


async def judge_step(
    cluster: Cluster, seen: RunObjects, view: StepView, *, namespace: str | None = None
) -> list[Diagnosis]:
    """As `why_step`, of a step of a run that was just looked at."""
    now = time.time()
    empty = Sight(seen.view, seen.plan, {}, Around(now))
    origins = roots(empty, view) if view.state in (StepState.WAITING, StepState.SKIPPED) else []
    sight = await _sight(cluster, seen, [view, *origins], now, namespace)
    own = [diagnose_step(sight, view)]
    if not seen.view.state.ended and not view.state.ended:
        own += orchestrator(sight)
    return own + [diagnose_step(sight, one) for one in origins]


async def why_pod(cluster: Cluster, pod: str, *, namespace: str | None = None) -> list[Diagnosis]:
    """Why a pod, ours or anybody's, is not doing what it should; behind it, budgets that block its eviction.

    Raises:
        NotFoundError: There is no such pod.
    """
    return await judge_pod(cluster, await cluster.get(PODS, pod, namespace=namespace), namespace=namespace)


async def judge_pod(cluster: Cluster, found: dict[str, Any], *, namespace: str | None = None) -> list[Diagnosis]:
    """As `why_pod`, of a pod as the API just sent it."""
    now = time.time()
    view = pod_view(found)
    nodes, budgets = await asyncio.gather(nodes_for(cluster, [view]), _budgets(cluster, [found], namespace))
    around = await around_pod(cluster, found, Around(now, nodes=nodes), namespace)
    return [diagnose_pod(found, around), *budgets]


async def _sight(
    cluster: Cluster, seen: RunObjects, steps: Iterable[StepView], now: float, namespace: str | None
) -> Sight:
    """The run with what is around those pods of it that may be in trouble."""
    pods = {pod["metadata"]["name"]: pod for pod in seen.pods}
    views = {view.name: view for view in seen.view.pods}
    wanted = [views[step.attempts[-1].pod] for step in steps if step.attempts and step.attempts[-1].pod in views]
    masters = [view for view in seen.view.pods if view.component == names.COMPONENT_ORCHESTRATOR]
    wanted += masters[-1:]
    nodes, job_events = await asyncio.gather(nodes_for(cluster, wanted), _job_events(cluster, seen, masters, namespace))
    elsewhere = Around(now, nodes=nodes)
    groups: dict[tuple[str, ...], list[str]] = {}
    for view in wanted:
        if view.status not in _SETTLED:
            groups.setdefault((view.status, view.reason, view.message), []).append(view.name)
    chosen = list(groups.values())[:MOST_PODS]
    found = await asyncio.gather(*(around_pod(cluster, pods[group[0]], elsewhere, namespace) for group in chosen))
    around = {name: one for group, one in zip(chosen, found, strict=True) for name in group}
    return Sight(seen.view, seen.plan, pods, elsewhere, around, job_events)


async def around_pod(cluster: Cluster, pod: dict[str, Any], elsewhere: Around, namespace: str | None) -> Around:
    """What is known around a pod, beside what is known elsewhere."""
    meta = pod["metadata"]
    events = await readable_events(cluster, "Pod", meta["name"], namespace, meta.get("uid") or "")
    around = replace(elsewhere, events=events)
    message = " ".join(event.message for event in events)
    if "unbound" in message:
        around = replace(around, claims=await _claims(cluster, pod, namespace))
    preemptor = PREEMPTOR.search(message)
    if preemptor:
        around = replace(around, pods=await _name_of(cluster, preemptor["pod"], namespace))
    return around


async def readable_events(
    cluster: Cluster, kind: str, name: str, namespace: str | None, uid: str = ""
) -> tuple[Event, ...]:
    """The events of an object, as far as this user may read them."""
    try:
        return tuple(await events_of(cluster, kind, name, namespace=namespace, uid=uid))
    except ForbiddenError:
        return ()


async def _job_events(
    cluster: Cluster, seen: RunObjects, masters: list[PodView], namespace: str | None
) -> tuple[Event, ...]:
    """The events of the orchestrator's Job, where it has no pod that could tell."""
    if masters or seen.job is None or seen.view.state.ended:
        return ()
    return await readable_events(cluster, "Job", seen.view.job, namespace, seen.job["metadata"].get("uid") or "")


async def nodes_for(cluster: Cluster, pods: Iterable[PodView]) -> tuple[dict[str, Any], ...] | None:
    """All nodes, where a pod waits for one or for its container; None where nobody needs them or this user may not."""
    if not any(pod.status in NOT_STARTED for pod in pods):
        return None
    try:
        return tuple(await cluster.list(NODES))
    except ForbiddenError:
        return None


async def _claims(cluster: Cluster, pod: dict[str, Any], namespace: str | None) -> dict[str, str]:
    """The last words on each of a pod's PersistentVolumeClaims."""
    volumes = pod["spec"].get("volumes") or ()
    claims = [one["persistentVolumeClaim"]["claimName"] for one in volumes if one.get("persistentVolumeClaim")]
    events = await asyncio.gather(
        *(readable_events(cluster, "PersistentVolumeClaim", claim, namespace) for claim in claims)
    )
    return {claim: found[-1].message for claim, found in zip(claims, events, strict=True) if found}


async def _name_of(cluster: Cluster, uid: str, namespace: str | None) -> dict[str, str]:
    """The name of a pod that an event tells by its uid; empty when it cannot be found."""
    for everywhere in (True, False):
        try:
            found = await cluster.list(PODS, namespace=namespace, all_namespaces=everywhere, metadata_only=True)
        except ForbiddenError:
            continue
        meta = next((pod["metadata"] for pod in found if pod["metadata"].get("uid") == uid), None)
        return {uid: f"{meta.get('namespace')}/{meta['name']}"} if meta else {}
    return {}


async def _budgets(cluster: Cluster, pods: Iterable[dict[str, Any]], namespace: str | None) -> list[Diagnosis]:
    running = [pod for pod in pods if pod_view(pod).status == StepState.RUNNING.value]
    return blocking(await _readable(cluster, PDBS, namespace), running) if running else []


async def _readable(cluster: Cluster, resource: Resource, namespace: str | None) -> list[dict[str, Any]]:
    try:
        return await cluster.list(resource, namespace=namespace)
    except ForbiddenError:
        return []
