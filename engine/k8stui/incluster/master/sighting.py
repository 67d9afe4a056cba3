"""The step pods that the master has seen: what is told of them late, twice or not at all, the scheduler is told once.

A watch tells all that happens after its list. A pod that was made before the list and is not in it was gone by then,
and no watch tells of it; why it is gone, nobody knows any more.
"""

from dataclasses import replace
from typing import Dict, List, Optional

from ..contract.podfacts import PodFacts, read_pod
from ..contract.protocol import KIND_PYTHON, StepPlan
from ..scheduling.bursts import Bursts
from ..scheduling.offers import Offers
from ..scheduling.scheduler import Scheduler
from .creators import Created
from .kube import Kube, KubeError
from .logs import LogCopier, say
from .pods import read_receipt
from .setup import Surroundings
from .watchers import Listed, list_pods, slug_of


class Sightings:
    """What is known of the run's step pods, apart from what it means for their steps.

    Args:
        kube: The API.
        around: The master's place.
        scheduler: Told of all that is new.
        logs: Told whose log there is.

    Attributes:
        offers: Which pods are offered to hand over.
        bursts: When pods were deleted by hand.
    """

    def __init__(self, kube: Kube, around: Surroundings, scheduler: Scheduler, logs: LogCopier) -> None:
        self._kube = kube
        self._pod_ip = around.pod_ip
        self._plan = around.plan
        self._scheduler = scheduler
        self._logs = logs
        self.offers = Offers(self._plan.handover)
        self.bursts = Bursts()
        self._seen: Dict[str, PodFacts] = {}
        self._answered: Dict[str, int] = {}  # pods of which nothing but their creation was told: its resourceVersion
        self._steps: Dict[str, str] = {}
        self._listed_at = 0  # resourceVersion

    def step_of(self, pod: str) -> Optional[str]:
        """The step of a pod that was made or seen; None for another one."""
        return self._steps.get(pod)

    def unended(self) -> List[PodFacts]:
        """The pods that may still run."""
        return [facts for facts in self._seen.values() if not facts.ended]

    def made(self, pod: str, step: StepPlan, offered: bool) -> None:
        """The master makes a pod, which may be offered to hand over."""
        self._steps[pod] = step.name
        self.bursts.made(pod)
        self.offers.made(pod, offered and step.kind == KIND_PYTHON)

    def created(self, event: Created, now: float) -> None:
        """The API server has answered that a pod is made."""
        facts = read_pod(event.pod)
        self._scheduler.created(event.step, facts, now)
        if facts.name in self._seen or self._scheduler.is_past(facts.name):
            return  # the watch was faster
        self._seen[facts.name] = facts
        made = self._answered[facts.name] = _version(event.pod["metadata"].get("resourceVersion"))
        if not facts.uid or 0 < made < self._listed_at:
            self._removed(facts.name, now)

    def changed(self, slug: str, facts: PodFacts, now: float) -> None:
        """A pod of a step, given by its slug, was listed or changed."""
        step = self._scheduler.shape.by_slug.get(slug)
        if step is None:
            return
        known = self._seen.get(facts.name)
        if known is not None and known.uid == facts.uid and known.ended and not facts.ended:
            return  # an older state, told again by a list
        self._answered.pop(facts.name, None)
        self._seen[facts.name] = replace(facts, report=None) if facts.ended else facts  # of thousands, less is kept
        self._steps[facts.name] = step.name
        if facts.ended and self.offers.ended(facts.name, facts.report is not None):
            say("k8stui: steps can't reach the master at %s: going on by watching alone" % self._pod_ip)
        if facts.deleting and not facts.eviction and not (known and known.deleting):
            self.bursts.deleted(now)
        self._scheduler.pod_seen(step.name, facts, now)
        if self._plan.stream_step_logs:
            self._note_log(step.name, facts, now)

    def removed(self, slug: str, facts: PodFacts, now: float) -> None:
        """A pod is gone; `facts` is the last that was seen of it."""
        step = self._scheduler.shape.by_slug.get(slug)
        if step is not None:
            if not facts.eviction:
                self.bursts.deleted(now)
            self._seen.pop(facts.name, None)
            self._answered.pop(facts.name, None)
            self.offers.gone(facts.name)
            self._scheduler.pod_gone(step.name, facts, now)

    def listed(self, event: Listed, now: float) -> None:
        """All pods were listed anew."""
        for slug, facts in event.pods:
            self.changed(slug, facts, now)
        self._listed_at = _version(event.version)
        there = {facts.name for _, facts in event.pods}
        for name in [name for name in self._seen if name not in there]:
            made = self._answered.get(name, 0)
            if not made:
                self._look_for(name, now)  # a list may be older than what a watch has told
            elif made < self._listed_at:
                self._removed(name, now)

    def adopt(self, now: float) -> str:
        """Take over the pods of an earlier master: receipts first, then what the pods themselves say.

        Returns:
            The resourceVersion from which to watch them.
        """
        found, version = list_pods(
            self._kube, self._plan.run, lambda pod: (slug_of(pod), read_pod(pod), read_receipt(pod))
        )
        found.sort(key=lambda one: one[1].attempt)
        plans, steps = self._scheduler.shape.plans, self._scheduler.steps
        for _, _, receipt in found:
            for parent, (number, results) in receipt.items():
                if parent in plans:
                    self._scheduler.succeeded_before(parent, number, results)
        for slug, facts, _ in found:
            self.changed(slug, facts, now)
        there = {facts.name for _, facts, _ in found}
        for name in list(plans):
            attempts = steps[name].attempts
            if attempts and attempts[-1].pod not in there:
                self._scheduler.missing(name, now)
        return version

    def end_logs(self) -> None:
        """The run has ended, and with it all that its pods write."""
        if self._plan.stream_step_logs:
            for pod, step in self._steps.items():
                self._logs.ended(pod, step)

    def _note_log(self, step: str, facts: PodFacts, now: float) -> None:
        if facts.report is not None and facts.report.silent:
            self._logs.silent(facts.name)
        if facts.ended:
            self._logs.ended(facts.name, step)
        elif facts.running:
            self._logs.running(facts.name, step, now)

    def _look_for(self, name: str, now: float) -> None:
        try:
            uid = self._kube.get("pods", name)["metadata"]["uid"]
        except KubeError as error:
            if error.status != 404:
                raise
            uid = ""
        if uid != self._seen[name].uid:
            self._removed(name, now)

    def _removed(self, name: str, now: float) -> None:
        self.removed(self._scheduler.shape.plans[self._steps[name]].slug, self._seen[name], now)


def _version(text: Optional[str]) -> int:
    """A resourceVersion, which grows with each change of any pod; 0 where it tells no order."""
    return int(text) if text and text.isdigit() else 0
