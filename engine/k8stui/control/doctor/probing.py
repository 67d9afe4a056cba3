"""Runs a pod for a moment and asks it what pods of runs can reach; it is deleted, whatever happens."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS, JsonObject
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.inside import SOURCE, TARGETS, inside_findings
from k8stui.control.doctor.namespace import init_of
from k8stui.control.doctor.pods import usual_pod
from k8stui.control.doctor.targets import Target
from k8stui.control.why import judge_pod
from k8stui.model.errors import K8stuiError, NotFoundError
from k8stui.plan.request import SERVICE_ACCOUNT

PATIENCE = 120.0
"""Seconds that the pod may take: an image may have to be pulled."""


async def probe(
    cluster: Cluster, *, image: str, account: str, targets: Sequence[Target] = (), patience: float = PATIENCE
) -> list[Finding]:
    """Run the pod and tell what it found, or why it did not start.

    Args:
        cluster: The cluster, in the namespace that is meant.
        image: Of the pod.
        account: The orchestrator's service account; without it, the pod does not start.
        targets: Hosts to reach.
        patience: Seconds that it may take.
    """
    variables = [{"name": TARGETS, "value": json.dumps({one.check: [one.host, one.port] for one in targets})}]
    manifest = usual_pod(
        cluster.namespace, image, ["python3", "-c", SOURCE], env=variables, spec={"serviceAccountName": account}
    )
    name = manifest["metadata"]["name"]
    begun = time.monotonic()
    try:
        await cluster.create(manifest)
    except K8stuiError as error:
        if "error looking up service account" in error.message:
            makers = (
                "the first run or k8stui init" if account == SERVICE_ACCOUNT else init_of(account, cluster.namespace)
            )
            told = f"not looked at: there is no service account {account} yet, which {makers} makes"
            return [Finding("probe", Level.UNKNOWN, told)]
        return [Finding("probe", Level.PROBLEM, error.message.rstrip("."), error.hint)]
    try:
        pod = await _ended(cluster, name, patience)
        if not _over(pod):
            return await _late(cluster, pod, patience)
        first = f"a pod of {image} ran on {pod['spec'].get('nodeName')} within {time.monotonic() - begun:.0f} s"
        return [Finding("probe", Level.OK, first), *inside_findings(_message(pod), targets)]
    except K8stuiError as error:
        return [Finding("probe", Level.UNKNOWN, f"not looked at: {error.message.rstrip('.')}")]
    finally:
        with suppress(NotFoundError):
            await asyncio.shield(cluster.delete(PODS, name, grace_seconds=0))


async def _ended(cluster: Cluster, name: str, patience: float) -> JsonObject:
    """The pod when it has ended, or as it is when the time is over."""
    key = (cluster.namespace, name)
    async with Mirror(cluster, PODS, namespace=cluster.namespace, fields=f"metadata.name={name}") as mirror:
        await mirror.wait_synced()
        changes = mirror.changes()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not _over(mirror.objects.get(key) or {}):
                    await anext(changes)
        found = mirror.objects.get(key)
    if found is None:
        raise NotFoundError(f"Somebody deleted the pod {name}.")
    return found


def _over(pod: JsonObject) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _message(pod: JsonObject) -> str:
    statuses = (pod.get("status") or {}).get("containerStatuses") or [{}]
    return str(((statuses[0].get("state") or {}).get("terminated") or {}).get("message") or "")


async def _late(cluster: Cluster, pod: JsonObject, patience: float) -> list[Finding]:
    told = f"a pod has not ended within {patience:.0f} s"
    judged = await judge_pod(cluster, pod, namespace=cluster.namespace)
    return [Finding("probe", Level.PROBLEM, f"{told}: {judged[0].sentence}", judged[0].advice)]
