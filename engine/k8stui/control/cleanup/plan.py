"""The plan of a cleanup: which pods go, which stay, and why. Pure.

Pods that have not ended stay unless they are asked for, and pods that are going already unless it is done by force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from k8stui.control.pods.candidates import Candidate
from k8stui.control.pods.views import STOPPING
from k8stui.control.words.filtering import Value
from k8stui.incluster.contract import names

FIELDS = {
    "status": "evicted,failed",
    "pod": "train*",
    "run": "train-x7k2b",
    "pipeline": "train",
    "step": "load",
    "namespace": "ml",
    "node": "node-1",
    "reason": "oomkilled",
    "owner": "job/train*",
    "label": "team=ml",
    "age": ">1h",
    "restarts": ">3",
}
"""What a filter of pods looks at, each with an example."""


REFUSED = "the server does not let it go"

FORCE = (
    "By force: the API forgets the pod at once and waits for no node. Where the node does",
    "not answer, its containers may run on, beside whatever takes their place.",
)
"""What it means to delete a pod that has not ended with a grace period of 0."""


class Way(StrEnum):
    """How pods go."""

    DELETE = "delete"
    EVICT = "evict"


@dataclass(frozen=True)
class Verdict:
    """What becomes of one pod.

    Attributes:
        of: It.
        goes: Whether it does.
        why: Words on it.
    """

    of: Candidate
    goes: bool
    why: str


@dataclass(frozen=True)
class CleanupPlan:
    """What becomes of pods.

    Attributes:
        verdicts: Of each pod, in the order they were given.
        way: How those go that do.
        grace_seconds: Time that each has to end; None for its own.
    """

    verdicts: Sequence[Verdict]
    way: Way = Way.DELETE
    grace_seconds: int | None = None

    @property
    def forced(self) -> bool:
        """Whether no pod gets time to end, and none is waited for."""
        return _forced(self.way, self.grace_seconds)

    @property
    def going(self) -> list[Candidate]:
        """Those that go."""
        return [verdict.of for verdict in self.verdicts if verdict.goes]

    @property
    def staying(self) -> list[Verdict]:
        """Those that stay."""
        return [verdict for verdict in self.verdicts if not verdict.goes]

    def only(self, allowed: Iterable[Candidate]) -> CleanupPlan:
        """The same for fewer pods: those that the server would not let go stay."""
        kept = {one.pod.uid for one in allowed}
        return replace(
            self,
            verdicts=[
                verdict if not verdict.goes or verdict.of.pod.uid in kept else replace(verdict, goes=False, why=REFUSED)
                for verdict in self.verdicts
            ],
        )

    def summary(self) -> list[str]:
        """Lines for a person: how many go by status and owner, and how many stay for which reason."""
        going, total = self.going, len(self.verdicts)
        lines = [f"{self.way}: {len(going)} of {total} pod{'' if total == 1 else 's'}"]
        for title, counted in (
            ("by status", Counter(one.pod.status for one in going)),
            ("by owner", Counter(one.owner.partition("/")[0] or "nobody" for one in going)),
        ):
            if counted:
                lines.append(f"  {title}: {', '.join(f'{name} {count}' for name, count in counted.most_common())}")
        if warned := len([one for one in going if not one.ended]):
            lines.append(f"  {warned} of them {'has' if warned == 1 else 'have'} not ended")
        if self.forced and any(not one.ended for one in going):
            lines += FORCE
        stay = Counter(verdict.why for verdict in self.staying)
        return lines + [f"{count} {'stays' if count == 1 else 'stay'}: {why}" for why, count in stay.most_common()]


def fields_of(one: Candidate, now: float) -> dict[str, Value]:
    """What a filter looks at.

    Args:
        one: The pod.
        now: Seconds since the epoch.
    """
    pod = one.pod
    return {
        "status": pod.status,
        "pod": pod.name,
        "run": pod.run,
        "pipeline": pod.pipeline,
        "step": pod.step,
        "namespace": pod.namespace,
        "node": pod.node,
        "reason": pod.reason,
        "owner": one.owner,
        "label": one.labels,
        "age": None if pod.created is None else now - pod.created,
        "restarts": float(pod.restarts),
    }


def plan_cleanup(
    candidates: Iterable[Candidate],
    *,
    going_on: Collection[tuple[str, str]] = (),
    running: bool = False,
    way: Way = Way.DELETE,
    grace_seconds: int | None = None,
) -> CleanupPlan:
    """What becomes of each pod.

    Args:
        candidates: Those that the person means.
        going_on: Namespace and name of runs that have not ended.
        running: Whether pods that have not ended go too.
        way: How.
        grace_seconds: Time that each has to end; None for its own, 0 for a deletion by force, which does not wait for
            the node, and so also ends pods that are being deleted already.
    """
    forced, ongoing = _forced(way, grace_seconds), set(going_on)
    verdicts = [Verdict(one, *_judge(one, ongoing, running=running, way=way, forced=forced)) for one in candidates]
    return CleanupPlan(verdicts, way, grace_seconds)


def _forced(way: Way, grace_seconds: int | None) -> bool:
    return way is Way.DELETE and grace_seconds == 0


def _judge(
    one: Candidate, going_on: set[tuple[str, str]], *, running: bool, way: Way, forced: bool
) -> tuple[bool, str]:
    pod = one.pod
    if pod.status == STOPPING:
        return forced, "it is being deleted: its node is not waited for" if forced else "it is being deleted already"
    if one.ended:
        if way is Way.EVICT:
            return False, f"{pod.status}: nothing is left to evict; delete it"
        return True, f"{pod.status}{f' ({pod.reason})' if pod.reason and pod.status != 'succeeded' else ''}"
    if not running:
        return False, f"{pod.status}: it has not ended"
    if pod.component == names.COMPONENT_ORCHESTRATOR and (pod.namespace, pod.run) in going_on:
        return True, f"{pod.status}: the orchestrator of a run that goes on; another one takes over"
    return True, f"{pod.status}: it has not ended"
