"""A cluster in a few lines: it does to a scheduler whatever a real one may do, in any order, and checks its promises.

Pods run, end, are evicted and deleted; their events arrive late, twice or after newer ones; creations are refused by a
quota; and at any moment the master dies and another one takes over from the record, the receipts and the pods.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from k8stui.incluster.contract.inputs import resolve
from k8stui.incluster.contract.outcome import counts
from k8stui.incluster.contract.podfacts import PodFacts
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.record import StepStatus, Summary
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.journal import Journal, take_over
from k8stui.incluster.scheduling.actions import Create, Delete
from k8stui.incluster.scheduling.budgets import Refusal
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.wire.progress import Progress
from k8stui.incluster.wire.report import SUCCEEDED, Report

from .samples import NOW

Choose = Callable[[int], int]
"""A number below the given one: hypothesis decides."""

Results = dict[str, dict[str, Any]]

VALUES: dict[str, Any] = {"yes": True, "no": False, "half": 0.5, "none": [], "few": [1, 2], "odd": {"not": "a list"}}
"""What outputs of these names are; any other is the name of its step."""


@dataclass
class Pod:
    step: str
    facts: PodFacts
    receipt: dict[str, tuple[int, dict[str, Any]]]


class World:
    """One run of a plan under one master after the other."""

    def __init__(self, plan: Plan, choose: Choose, quota: int | None) -> None:
        self.plan = plan
        self.choose = choose
        self.quota = quota
        self.now = NOW
        self.by_name = {step.name: step for step in plan.steps}  # items too, once there are any
        self.master = Scheduler(plan)
        self.pods: dict[str, Pod] = {}  # what the API has
        self.made: set[str] = set()  # every pod there ever was
        self.used: set[str] = set()  # names that this master, or the record it began with, knows to be used
        self.terminating: list[str] = []  # pods that the master has deleted and that still run
        self.under_way: list[Pod] = []  # creations that the API has not answered yet
        self.events: list[Callable[[], object]] = []
        self.streams: dict[str, list[tuple[PodFacts, bool]]] = {}  # news by pod, in order; True: it is gone
        self.told: list[PodFacts] = []
        self.lists: list[dict[str, PodFacts]] = []  # asked for and not yet arrived: the pods as they were then
        self.succeeded: set[str] = set()  # steps of which an attempt returned its results
        self.own_failures: dict[str, int] = defaultdict(int)
        self.passing: dict[str, int] = defaultdict(int)  # refusals that pass by themselves
        self.record: dict[str, Any] = {}
        self.recorded_results: Results = {}
        self.noted = "{}"  # the journal
        self.journal = self.new_journal()
        self.known_ends: set[str] = set()  # of steps, as this master believes them to be written down
        self.recorded_run = Summary()
        self.calm = False  # nothing bad happens any more
        self.immortal = False  # the master, where a test says so

    # -- the master's part, as `master` does it ----------------------------------------------------------------

    def decide(self) -> None:
        actions = self.master.decide(self.now)
        created = [action for action in actions if isinstance(action, Create)]
        self.by_name.update(self.master.shape.plans)
        judged = [action for action in actions if isinstance(action, Delete) and action.judged]
        needed = any(self.master.shape.needs_record(action.step, self.recorded) for action in created)
        if judged or (needed and not (self.choose(2) and self.note())):
            self.write()
        for action in actions:
            if isinstance(action, Delete):
                if self.choose(4):
                    self.remove(action.pod)
                else:  # its program ends in peace first
                    self.terminating.append(action.pod)
            else:
                self.create(action)

    def recorded(self, name: str) -> bool:
        return name in self.known_ends

    def new_journal(self) -> Journal:
        return Journal({step.name for step in self.plan.steps if step.mapped})

    def note(self) -> bool:
        """The ends of steps are written into the journal; False where they can't be."""
        self.journal.changed(self.master.touched)
        self.master.touched.clear()
        ended = self.journal.ended(self.master.steps)
        text = self.journal.text(ended, self.master.steps, self.master.results)
        if text is None:
            return False
        self.noted = text
        self.known_ends.update(ended)
        return True

    def written(self) -> tuple[dict[str, StepStatus], Results, set[str]]:
        """What a new master reads: status, results, and the steps that the journal alone tells of."""
        steps = {name: StepStatus.from_json(one) for name, one in self.record.items()}
        results = dict(self.recorded_results)
        return steps, results, take_over(self.noted, steps, results)

    def write(self) -> None:
        self.record = json.loads(json.dumps({name: one.to_json() for name, one in self.master.steps.items()}))
        self.recorded_results = json.loads(
            json.dumps({name: one for name, one in self.master.results.items() if not self.by_name[name].mapped})
        )
        self.journal.begin()
        self.master.touched.clear()
        self.known_ends = {name for name, one in self.master.steps.items() if one.state.ended}
        self.recorded_run.timed_out = self.master.timed_out
        self.master.clock.note(self.recorded_run, self.now, paused=False)

    def create(self, action: Create) -> None:
        step = self.by_name[action.step]
        if step.hook:
            ends = [self.master.steps[one].state.ended for one in self.master.shape.ordinary]
            assert all(ends), "a hook starts before the end"
            assert self.master.outcome()[0].value == {"on_success": "succeeded", "on_failure": "failed"}[step.hook]
        name = f"{self.plan.pod_prefix}-{step.slug}-{action.attempt}"
        assert step.name not in self.survivors(), f"{step.name} has succeeded and runs again"
        steps = self.master.steps
        for parent in step.after:
            if steps[parent].untaken and any(
                parent in group for group in self.by_name[step.item_of or step.name].alternatives
            ):
                continue
            for one in self.master.shape.items.get(parent, [parent]):
                assert one in self.succeeded, f"{step.name} starts before {one} is done"
            if self.by_name[parent].outputs:
                assert self.master.results[parent] == self.results(parent), f"{step.name} lacks the results of {parent}"
        for value in step.inputs.values():
            resolve(value, self.master.results)
        receipt = {
            parent: (
                steps[parent].attempts[-1].attempt if steps[parent].attempts else 0,
                self.master.results.get(parent, {}),
            )
            for parent in step.after
            if not self.recorded(parent)
        }
        self.under_way.append(Pod(step.name, PodFacts(name, "uid-" + name, action.attempt), receipt))

    def survivors(self) -> set[str]:
        """The steps whose success is known from the record, from a receipt or from a pod that is there."""
        found = {name for name, one in self.written()[0].items() if one.state.done}
        for pod in self.pods.values():
            if pod.facts.exit_code == 0:
                found.add(pod.step)
            found.update(pod.receipt)
        for step in reversed(self.by_name.values()):
            if step.name in found:
                found.update(self.master.shape.needed(step.item_of or step.name))
        return found | {step.name for step in self.by_name.values() if step.item_of in found}

    def crash(self) -> None:
        """The master dies; another one takes over. What was under way is made or not."""
        self.events.clear()
        for pod in self.under_way:
            if self.choose(2) and not self.full():
                self.make(pod)
        self.under_way.clear()
        self.streams.clear()
        self.told.clear()
        self.lists.clear()
        self.master = Scheduler(self.plan)
        self.known_ends = {name for name, one in self.record.items() if StepState(one["state"]).ended}
        steps, results, told = self.written()
        self.journal = self.new_journal()
        self.journal.changed(told)
        self.used = {attempt.pod for one in steps.values() for attempt in one.attempts if attempt.uid}
        self.master.restore(steps, results)
        self.master.resume(Summary.from_text(self.recorded_run.to_text()), self.now)
        pods = sorted(self.pods.values(), key=lambda pod: pod.facts.attempt)
        for pod in pods:
            for parent, (number, results) in pod.receipt.items():
                self.master.succeeded_before(parent, number, results)
        for pod in pods:
            self.see(pod.step, pod.facts)
        for name, status in self.master.steps.items():
            if status.attempts and status.attempts[-1].pod not in self.pods:
                self.master.missing(name, self.now)

    # -- the cluster's part ------------------------------------------------------------------------------------

    def live(self) -> list[Pod]:
        return [pod for pod in self.pods.values() if not pod.facts.ended]

    def full(self) -> bool:
        return self.quota is not None and len(self.live()) >= self.quota

    def answer(self) -> None:
        """The API answers a creation."""
        if not self.under_way:
            return
        pod = self.under_way.pop(self.choose(len(self.under_way)))
        number, name = pod.facts.attempt, pod.step
        if self.full() and pod.facts.name not in self.pods:
            self.events.append(lambda: self.master.refused(name, number, "exceeded quota", Refusal.QUOTA, self.now))
            return
        if not self.calm and not self.choose(8) and pod.facts.name not in self.pods:
            self.passing[name] += 1
            self.events.append(lambda: self.master.refused(name, number, "no account", Refusal.PASSING, self.now))
            return
        seen = self.make(pod)
        self.events.append(lambda: self.master.created(name, seen, self.now))

    def make(self, pod: Pod) -> PodFacts:
        if pod.facts.name in self.pods:
            return self.pods[pod.facts.name].facts  # AlreadyExists: an earlier master made it
        assert pod.facts.name not in self.used, f"{pod.facts.name} is made twice"
        assert pod.step not in {one.step for one in self.live()}, f"two pods of {pod.step} live"
        limit = self.plan.max_parallelism
        assert not limit or len(self.live()) < limit, "more pods than allowed"
        self.made.add(pod.facts.name)
        self.used.add(pod.facts.name)
        self.pods[pod.facts.name] = pod
        self.tell(pod, pod.facts)
        return pod.facts

    def tell(self, pod: Pod, facts: PodFacts) -> None:
        pod.facts = facts
        self.streams.setdefault(facts.name, []).append((facts, False))

    def start(self, pod: Pod) -> None:
        self.tell(pod, replace(pod.facts, node="n", running=True, started=self.now))

    def wait(self, pod: Pod) -> None:
        """A container that has not started waits for a reason, or for none any more."""
        if not pod.facts.running:
            reason = ("", "ErrImagePull", "CreateContainerConfigError", "InvalidImageName")[self.choose(4)]
            self.tell(pod, replace(pod.facts, node="n", reason=reason))

    def report(self, pod: Pod) -> Report:
        self.succeeded.add(pod.step)
        return Report(SUCCEEDED, results=self.results(pod.step))

    def results(self, name: str) -> dict[str, Any]:
        items = self.master.shape.items.get(name)
        if items is not None:
            return {output: [self.results(item)[output] for item in items] for output in self.by_name[name].outputs}
        return {output: VALUES.get(output, name) for output in self.by_name[name].outputs}

    def see(self, name: str, facts: PodFacts, *, gone: bool = False) -> None:
        """A pod is told of, unless it is an item's of a list that the master does not know, as `master` does it."""
        if name in self.master.steps:
            (self.master.pod_gone if gone else self.master.pod_seen)(name, facts, self.now)

    def hand_over(self, pod: Pod) -> None:
        report, number, name = self.report(pod), pod.facts.attempt, pod.step
        self.events.append(lambda: self.master.reported(name, number, report, self.now))

    def tell_progress(self, pod: Pod) -> None:
        """A runner tells how far it is; the news may arrive whenever."""
        number, name, share = pod.facts.attempt, pod.step, self.choose(101) / 100

        def arrive() -> None:
            over = {one.attempt: vars(one).copy() for one in self.master.steps[name].attempts if one.over}
            self.master.told(name, number, Progress(share, {"of": float(number)}), self.now)
            for one in self.master.steps[name].attempts:
                assert one.attempt not in over or vars(one) == over[one.attempt], "news of an attempt that is over"
                assert one.metrics in ({}, {"of": float(one.attempt)}), "news at another attempt than their own"

        self.events.append(arrive)

    def end(self, pod: Pod, exit_code: int, *, disrupted: bool = False) -> None:
        report = self.report(pod) if exit_code == 0 else None
        self.own_failures[pod.step] += bool(exit_code) and not disrupted
        self.tell(
            pod,
            replace(
                pod.facts,
                running=False,
                ended=True,
                exit_code=exit_code,
                report=report,
                disrupted=disrupted,
                eviction=disrupted,
                reason="Evicted" if disrupted else "",
                finished=self.now,
            ),
        )

    def remove(self, name: str) -> None:
        if name in self.pods:
            pod = self.pods.pop(name)
            self.tell(pod, replace(pod.facts, deleting=True))
            self.streams[name].append((pod.facts, True))

    # -- what may happen next ----------------------------------------------------------------------------------

    def deliver(self) -> bool:
        """One piece of news arrives, of each pod in order; False when there is none."""
        sources = [name for name, stream in self.streams.items() if stream]
        if not self.events and not sources:
            return False
        at = self.choose(len(self.events) + len(sources))
        if at < len(self.events):
            self.events.pop(at)()
            return True
        facts, gone = self.streams[sources[at - len(self.events)]].pop(0)
        self.told.append(facts)
        self.see(self.step_of(facts), facts, gone=gone)
        return True

    def repeat(self) -> None:
        """Old news comes once more, after newer ones."""
        if self.told:
            facts = self.told[self.choose(len(self.told))]
            self.see(self.step_of(facts), facts)

    def ask_for_list(self) -> None:
        """The master lists the pods; the answer is on its way, and grows old there."""
        self.lists.append({name: pod.facts for name, pod in self.pods.items()})

    def list_arrives(self) -> None:
        """A list is compared with what was told; of a pod that is not in it, the master asks whether it is there."""
        if not self.lists:
            return
        there = self.lists.pop(self.choose(len(self.lists)))
        for facts in there.values():
            self.told.append(facts)
            self.master.pod_seen(self.step_of(facts), facts, self.now)
        for name, facts in {facts.name: facts for facts in self.told}.items():
            if name not in there and name not in self.pods:
                self.master.pod_gone(self.step_of(facts), facts, self.now)

    def step_of(self, facts: PodFacts) -> str:
        slug = facts.name.removeprefix(self.plan.pod_prefix + "-").rpartition("-")[0]
        return next(step.name for step in self.by_name.values() if step.slug == slug)

    def happen(self) -> None:
        """Something happens to a pod that lives."""
        live = self.live()
        if not live:
            return
        pod = live[self.choose(len(live))]
        what = self.choose(9)
        if what == 8:
            self.wait(pod)
        elif what == 7:
            self.tell_progress(pod)
        elif what == 0:
            self.remove(list(self.pods)[self.choose(len(self.pods))])  # one that has ended, too
        elif what == 1:
            self.end(pod, 137, disrupted=True)
        elif not pod.facts.running:
            self.start(pod)
        elif what == 2:
            self.end(pod, 1)
        elif what in (3, 4):
            self.hand_over(pod)
            if what == 4:
                self.end(pod, 0)
        else:
            self.end(pod, 0)

    def move(self) -> None:
        """One move, whatever comes."""
        what = self.choose(20)
        if what < 6:
            self.happen()
        elif what < 11:
            self.deliver()
        elif what < 13:
            self.answer()
        elif what < 16:
            self.decide()
        elif what == 16:
            self.now += self.choose(8)
            while self.terminating and self.choose(2):
                self.remove(self.terminating.pop())
        elif what == 17:
            self.write()
        elif what == 18:
            self.repeat()
        elif not self.immortal:
            self.crash()

    def settle(self) -> None:
        """From now on all goes well, and everything is told."""
        self.quota, self.calm = None, True
        for _ in range(200 * len(self.plan.steps) + 40):
            if self.master.over:
                return
            self.decide()
            while self.terminating:
                self.remove(self.terminating.pop())
            while self.under_way:
                self.answer()
            for pod in self.live():
                self.end(pod, 0)
            while self.deliver():
                pass
            wake = self.master.wake_at()
            self.now = max(self.now, wake if wake is not None else self.now)
        raise AssertionError(f"the run never ends: {counts(self.master.steps)}")
