"""How a run ends: by itself, or because a person deleted its pods.

The Job tells the outcome too: a master that ends without success lowers its Job's backoffLimit to 0 first, so that its
exit code 1 makes the Job `Failed` instead of starting another master.
"""

import time
from dataclasses import dataclass
from typing import Any, Collection, Dict, List, Optional, Set, Tuple

from ..contract.names import ANNOTATION_GRACE
from ..contract.protocol import Plan
from ..contract.record import Summary
from ..contract.states import RunState
from .credentials import remove_secrets
from .kube import Kube, KubeError
from .logs import LogCopier, say
from .setup import Surroundings
from .watchers import list_pods

Json = Dict[str, Any]

LOG_PATIENCE = 10.0  # seconds for the rest of the steps' logs to be copied
DELETION_PATIENCE = 20.0  # seconds a deletion by label may take to reach all pods
STILL = 3.0  # seconds without a further deletion after which this pod was meant alone
PAUSE = 0.25
WHY_CHARACTERS = 8192  # of the reason that a hook is told


@dataclass(frozen=True)
class End:
    """How a run ended."""

    state: RunState
    why: str


def facts_of_end(plan: Plan, state: RunState, why: str) -> Dict[str, str]:
    """What a hook may be told of its run's end."""
    return {"run": plan.run, "pipeline": plan.pipeline, "state": state.value, "why": why[:WHY_CHARACTERS]}


def finish(kube: Kube, around: Surroundings, summary: Summary, logs: Optional[LogCopier] = None) -> int:
    """Clear away what only a running run needs; returns the exit code."""
    remove_secrets(kube, around.plan)
    if logs is not None:
        logs.finish(LOG_PATIENCE)
    _end_companions(kube, around.plan.run)
    if summary.state is RunState.SUCCEEDED:
        return 0
    try:
        kube.patch("jobs", around.job, {"spec": {"backoffLimit": 0}})
    except KubeError as error:
        if error.status != 404:
            say("k8stui: the Job could not be told of the outcome: %s" % error)
    return 1


def grace_of(annotations: Dict[str, str]) -> Optional[int]:
    """Seconds that pods have to end when a run is stopped, as its record's annotations tell; None for their own."""
    told = annotations.get(ANNOTATION_GRACE, "")
    return int(told) if told.isdecimal() else None


def remove_pods(kube: Kube, run: str) -> None:
    """Delete every step pod of a run."""
    for name, uid in list_pods(kube, run, lambda pod: (pod["metadata"]["name"], pod["metadata"]["uid"]))[0]:
        kube.delete("pods", name, uid)


def _end_companions(kube: Kube, run: str) -> None:
    """Delete the pods that containers beside the step's keep alive, such as a mesh's proxy, which never ends."""
    for pod in list_pods(kube, run, lambda pod: pod, unended=True)[0]:
        if len(pod["spec"]["containers"]) > 1:
            kube.delete("pods", pod["metadata"]["name"], pod["metadata"]["uid"])


def was_deleted_with_run(
    kube: Kube, around: Surroundings, replacements: Optional[Set[str]], living: Collection[str]
) -> bool:
    """Whether a person deleted the whole run, by its label or by its Job, and not this pod alone.

    It is so when this pod is being deleted without being disrupted (no `DisruptionTarget`), and the Job or all step
    pods are too. A client deletes pods one after the other, so this waits while their number falls.

    Args:
        kube: The API.
        around: The master's place.
        replacements: Pods that this master has made since step pods began to be deleted; None when none was.
        living: Pods that it knew to run. One that is not there any more was deleted, which it need not have heard yet.
    """
    own = _get(kube, "pods", around.pod)
    if own is not None and (not own["metadata"].get("deletionTimestamp") or _disrupted(own)):
        return False
    end = time.monotonic() + DELETION_PATIENCE
    left, moved, known = -1, time.monotonic(), set(living)
    while time.monotonic() < min(end, moved + STILL):
        job = _get(kube, "jobs", around.job)
        if job is None or job["metadata"].get("deletionTimestamp"):
            return True
        if job["spec"].get("suspend"):
            return False
        pods = list_pods(kube, around.plan.run, _name_and_deletion)[0]
        deleting = [name for name, going in pods if going]
        staying = [name for name, going in pods if not going and name not in (replacements or ())]
        if not staying:
            gone = known.difference(name for name, _ in pods)
            return bool(deleting or gone) or replacements is not None
        known.update(staying)
        if len(staying) != left:
            left, moved = len(staying), time.monotonic()
        time.sleep(PAUSE)
    return False


def _name_and_deletion(pod: Json) -> Tuple[str, bool]:
    return pod["metadata"]["name"], bool(pod["metadata"].get("deletionTimestamp"))


def _disrupted(pod: Json) -> bool:
    conditions: List[Json] = pod["status"].get("conditions") or []
    return any(one["type"] == "DisruptionTarget" and one["status"] == "True" for one in conditions)


def _get(kube: Kube, plural: str, name: str) -> Optional[Json]:
    try:
        return kube.get(plural, name)
    except KubeError as error:
        if error.status != 404:
            raise
        return None
