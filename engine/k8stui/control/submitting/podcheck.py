"""Shows a run's pods to the server before anything is started, as dry runs: an invalid field is an error now.

Otherwise it would be a step that fails later, when nobody is looking.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import QuotaUsedUpError
from k8stui.cluster.resources import PODS
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.model.errors import ForbiddenError, K8stuiError, RejectedError

CHECKED_AT_A_TIME = 8


async def check_pods(cluster: Cluster, namespace: str, pods: Iterable[dict[str, Any]]) -> None:
    """Have the server check pods; none is made.

    Raises:
        RejectedError: It refuses one of them for good; the message names the step.
    """
    gate = asyncio.Semaphore(CHECKED_AT_A_TIME)

    async def check(pod: dict[str, Any]) -> None:
        async with gate:
            try:
                await cluster.create(pod, dry_run=True)
            except (ForbiddenError, RejectedError) as error:
                if await _is_no_matter(cluster, namespace, error):
                    return
                step = (pod["metadata"].get("annotations") or {}).get(names.ANNOTATION_STEP)
                whose = f"The pod of step {step!r}" if step else "The orchestrator's pod"
                raise RejectedError(f"{whose} is refused: {error.message}", hint=error.hint) from error

    await asyncio.gather(*map(check, pods))


async def outcome(work: Coroutine[Any, Any, Any]) -> Any:
    """The result, or the error as a value: what is made beside a check must be known before its error is raised."""
    try:
        return await work
    except K8stuiError as error:
        return error


def master_pod(name: str, namespace: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The pod that a Job with this spec makes."""
    template = spec["template"]
    meta = {**(template.get("metadata") or {}), "name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": template["spec"]}


def step_pods(plan: Plan, prefix: str = "") -> Iterable[dict[str, Any]]:
    """One pod of each template, named as the first attempt at the first step that uses it.

    Args:
        plan: Of a run or of a schedule.
        prefix: What the names begin with, for a schedule whose author has chosen nothing.
    """
    for step in {step.template: step for step in reversed(plan.steps)}.values():
        template = plan.templates[step.template]
        meta = template.get("metadata") or {}
        yield {
            **template,
            "metadata": {
                **meta,
                "name": names.pod_name(plan.pod_prefix or prefix, step.slug, 1),
                "namespace": plan.namespace,
                "labels": {**(meta.get("labels") or {}), names.LABEL_STEP: step.slug, names.LABEL_ATTEMPT: "1"},
                "annotations": {**(meta.get("annotations") or {}), names.ANNOTATION_STEP: step.name},
            },
        }


async def _is_no_matter(cluster: Cluster, namespace: str, error: K8stuiError) -> bool:
    """Whether the master will fare better than this dry run."""
    if isinstance(error, ForbiddenError):
        # This user may not make pods, which the master may; any other 403 is an admission rule and holds for both.
        return not await cluster.can_i("create", PODS, namespace=namespace)
    # A quota that is used up now is waited for by the master.
    return isinstance(error, QuotaUsedUpError)
