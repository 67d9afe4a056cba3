"""Runs a pod for a moment and asks it what pods of runs can reach; it is deleted, whatever happens."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AccountMissingError
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS, JsonObject
from k8stui.control.diagnosis.why import judge_pod
from k8stui.control.doctor.finding import Finding, Level, problem
from k8stui.control.doctor.inside import SOURCE, TARGETS, inside_findings
from k8stui.control.doctor.namespace import init_of
from k8stui.control.doctor.pods import usual_pod
from k8stui.control.doctor.targets import Target, targets_of
from k8stui.incluster.contract.podfacts import read_pod
from k8stui.model.errors import InvalidInputError, K8stuiError, NotFoundError
from k8stui.plan.request import SERVICE_ACCOUNT
from k8stui.stacks.active import ActiveStack

PATIENCE = 120.0
"""Seconds that the pod may take: an image may have to be pulled."""

_SPARE = 60
"""Seconds beyond that after which its kubelet ends it, should we be gone by then."""


async def probe(
    cluster: Cluster,
    *,
    image: str,
    account: str,
    stack: ActiveStack | None = None,
    targets: Sequence[Target] | None = None,
    patience: float = PATIENCE,
) -> list[Finding]:
    """Run the pod and tell what it found, or why it did not start.

    Args:
        cluster: The cluster, in the namespace that is meant.
        image: Of the pod.
        account: The orchestrator's service account; without it, the pod does not start.
        stack: The one that is used there; None for none.
        targets: Hosts to reach; None for those of the stack.
        patience: Seconds that it may take.
    """
    hosts = _hosts(stack) if targets is None else targets
    try:
        if not await cluster.can_i("delete", PODS):
            told = "not looked at: you may not delete pods, so the one that looks would stay behind"
            return [Finding("probe", Level.UNKNOWN, told)]
        manifest = usual_pod(
            cluster.namespace, image, ["python3", "-c", SOURCE], stack=stack, orchestrator=True,
            env=[{"name": TARGETS, "value": json.dumps({one.check: [one.host, one.port] for one in hosts})}],
            spec={"serviceAccountName": account, "activeDeadlineSeconds": int(patience) + _SPARE},
        )  # fmt: skip
    except InvalidInputError as error:
        return [problem("probe", error)]
    except K8stuiError as error:
        return [_unanswered(error)]
    try:
        found = await _run(cluster, manifest, account, hosts, patience)
    finally:
        # An attempt to create it whose answer is lost, or is not waited for, may have made it.
        left = await asyncio.shield(_removed(cluster, manifest["metadata"]["name"]))
    return found + left


def _hosts(stack: ActiveStack | None) -> list[Target]:
    try:
        return targets_of(stack)
    except InvalidInputError:  # Told by the look from this machine.
        return []


async def _run(
    cluster: Cluster, manifest: JsonObject, account: str, targets: Sequence[Target], patience: float
) -> list[Finding]:
    begun = time.monotonic()
    try:
        await cluster.create(manifest)
    except AccountMissingError:
        init = init_of(account, cluster.namespace)
        makers = f"the first run or {init}" if account == SERVICE_ACCOUNT else init
        told = f"not looked at: there is no service account {account} yet, which {makers} makes"
        return [Finding("probe", Level.UNKNOWN, told)]
    except K8stuiError as error:
        return [problem("probe", error)]
    try:
        pod = await _ended(cluster, manifest["metadata"]["name"], patience)
        facts = read_pod(pod)
        if not facts.ended:
            return await _late(cluster, pod, patience)
        image = manifest["spec"]["containers"][0]["image"]
        first = f"a pod of {image} ran on {facts.node} within {time.monotonic() - begun:.0f} s"
        return [Finding("probe", Level.OK, first), *inside_findings(facts.message, targets)]
    except K8stuiError as error:
        return [_unanswered(error)]


async def _removed(cluster: Cluster, name: str) -> list[Finding]:
    """Delete the pod; a finding where it may have stayed behind."""
    try:
        await cluster.delete(PODS, name, grace_seconds=0)
    except NotFoundError:
        return []
    except K8stuiError as error:
        told = f"the pod {name} may still be there: {error.message.rstrip('.')}"
        return [Finding("probe: pod", Level.WARNING, told, f"kubectl delete pod {name} -n {cluster.namespace}")]
    return []


def _unanswered(error: K8stuiError) -> Finding:
    return Finding("probe", Level.UNKNOWN, f"not looked at: {error.message.rstrip('.')}")


async def _ended(cluster: Cluster, name: str, patience: float) -> JsonObject:
    """The pod when it has ended, or as it is when the time is over."""
    key = (cluster.namespace, name)
    async with Mirror(cluster, PODS, namespace=cluster.namespace, fields=f"metadata.name={name}") as mirror:
        await mirror.wait_synced()
        changes = mirror.changes()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while (found := mirror.objects.get(key)) is None or not read_pod(found).ended:
                    await anext(changes)
        found = mirror.objects.get(key)
    if found is None:
        raise NotFoundError(f"Somebody deleted the pod {name}.")
    return found


async def _late(cluster: Cluster, pod: JsonObject, patience: float) -> list[Finding]:
    told = f"a pod has not ended within {patience:.0f} s"
    judged = await judge_pod(cluster, pod, namespace=cluster.namespace)
    return [Finding("probe", Level.PROBLEM, f"{told}: {judged[0].sentence}", judged[0].advice)]
