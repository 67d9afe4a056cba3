"""The scheduler: pure decisions over a run's DAG. It does no I/O and never asks for the time.

What happened is told to it (`pod_seen`, `pod_gone`, `reported`, `refused`, `stop`); `decide(now)` then says what to do.
Everything is incremental: an event costs what it touches, whatever the size of the DAG.

The rules:
- A step starts when all its parents are done. Parents that can't be done any more make it `skipped`.
- A failure of its own is paid from the step's retries; an eviction, preemption, node loss or deletion from its
  disruption budget. The two are never mixed.
- A report counts for the attempt it belongs to, once, and only while that attempt is the current one.
- After a failure, steps that do not depend on it go on.
"""

from collections import deque
from dataclasses import replace
from typing import Any, Deque, Dict, List, Optional, Set, Tuple

from .actions import Action, Create, Delete
from .attempts import attempt_of, failure_of, note_pod, note_progress, note_report
from .names import pod_name
from .podfacts import PodFacts
from .progress import Progress
from .protocol import Plan, StepPlan
from .record import Attempt, StepStatus
from .report import SUCCEEDED, Report
from .room import Room
from .states import StepState

DELETED_DELAY = 2.0
"""Seconds before a deleted pod's step is tried again: when a person deletes a run by label, the master is next."""


class Scheduler:
    """The state of a run and what follows from it.

    Attributes:
        steps: Status of each step, by name; the record is written from it.
        results: Small results of the steps that are done.
        touched: Steps whose status changed since the caller last emptied it.
        progressed: Steps that told their progress since the caller last emptied it.
        notes: Sentences on what happened since the caller last emptied it: (step, sentence).
        stopping: A person asked for the end.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps: Dict[str, StepStatus] = {step.name: StepStatus() for step in plan.steps}
        self.results: Dict[str, Dict[str, Any]] = {}
        self.touched: Set[str] = set()
        self.progressed: Set[str] = set()
        self.notes: List[Tuple[str, str]] = []
        self.stopping = False
        self._plans: Dict[str, StepPlan] = {step.name: step for step in plan.steps}
        self._children = plan.children()
        self._missing: Dict[str, int] = {}
        self._ready: Deque[str] = deque()
        self._delayed: Dict[str, float] = {}
        self._live: Dict[str, PodFacts] = {}  # pods that hold a place: by name, until their container has ended
        self._past: Set[str] = set()  # pods whose container has ended, so that a late look gives them no place again
        self._most = plan.max_parallelism or len(plan.steps)
        self._room = Room()
        self._swept = False
        self._open = len(plan.steps)
        self._rebuild()

    # -- what is known from an earlier master ------------------------------------------------------------------

    def restore(self, steps: Dict[str, StepStatus], results: Dict[str, Dict[str, Any]]) -> None:
        """Take over what the record says; pods are told afterwards by `pod_seen`."""
        self.steps.update({name: status for name, status in steps.items() if name in self.steps})
        self.results.update(results)
        for name, status in self.steps.items():
            if status.state.done and self._plans[name].outputs and name not in self.results:
                fresh = self.steps[name] = StepStatus(attempts=status.attempts, why="its results were lost")
                if fresh.attempts:  # its pod, if it is still there, tells them again
                    fresh.state = fresh.attempts[-1].state = StepState.STARTING
        self._rebuild()

    def succeeded_before(self, name: str, number: int, results: Dict[str, Any]) -> None:
        """A successor's pod exists, so this attempt and all steps before had succeeded, whatever became of their pods.

        Args:
            name: The step.
            number: The attempt; 0 where it is not known.
            results: What the step returned; empty where it is not known.
        """
        todo = [(name, number, results)]
        while todo:
            name, number, results = todo.pop()
            if results and not self.results.get(name):
                self.results[name] = results
            status = self.steps[name]
            if status.state.ended:
                continue
            if number and all(known.attempt != number for known in status.attempts):
                status.attempts.append(Attempt(number, self._pod(name, number)))
            if status.attempts:
                status.attempts[-1].state = StepState.SUCCEEDED
            self.results.setdefault(name, {})
            self._end(name, StepState.SUCCEEDED, "")
            todo += [(parent, 0, {}) for parent in self._plans[name].after]

    def _rebuild(self) -> None:
        self._ready.clear()
        self._delayed.clear()
        self._open = 0
        for step in self.plan.steps:
            status = self.steps[step.name]
            self._missing[step.name] = sum(not self.steps[parent].state.done for parent in step.after)
            if status.state.ended:
                continue
            self._open += 1
            if not self._missing[step.name] and (not status.attempts or status.attempts[-1].over):
                self._delayed[step.name] = status.not_before or 0.0
        for name, status in self.steps.items():  # shards are written one by one: descendants may not know yet
            if status.state.ended and not status.state.done:
                self._skip(name, StepState.STOPPED if status.state is StepState.STOPPED else StepState.SKIPPED)

    # -- what happened -----------------------------------------------------------------------------------------

    def pod_seen(self, name: str, facts: PodFacts, now: float) -> None:
        """A pod of a step was listed or changed."""
        if facts.ended:
            self._leave(facts.name)
        elif facts.name not in self._past:
            self._live[facts.name] = facts
        status = self.steps[name]
        attempt = self._attempt(name, facts, now)
        changed, told = note_pod(attempt, facts, now)
        if changed:
            self.touched.add(name)
        if told:
            self.notes.append((name, told))
        if attempt is not status.attempts[-1] or status.state.ended or attempt.over:
            return
        if facts.ended:
            self._ended(name, attempt, facts, now)
        else:
            self._progress(name, status, attempt, facts)

    def pod_gone(self, name: str, facts: PodFacts, now: float) -> None:
        """A pod of a step was deleted from the API; `facts` is the last that was seen of it."""
        self._leave(facts.name)
        status = self.steps[name]
        attempt = self._attempt(name, facts, now)
        if attempt is not status.attempts[-1] or status.state.ended or attempt.over:
            return
        if facts.ended:
            self._ended(name, attempt, facts, now)
        else:
            self._disrupted(name, attempt, facts.reason if facts.eviction else "deleted", facts.message, now)

    def missing(self, name: str, now: float) -> None:
        """The record knows a current attempt whose pod is not there any more (told after a list)."""
        status = self.steps[name]
        if status.state.ended or not status.attempts or status.attempts[-1].over:
            return
        if status.attempts[-1].uid:
            self._disrupted(name, status.attempts[-1], "deleted", "", now)
        else:  # written down, but not made before the earlier master ended
            status.attempts.pop()
            status.state = StepState.QUEUED
            self._delayed[name] = now
            self.touched.add(name)

    def reported(self, name: str, number: int, report: Report, now: float) -> str:
        """A runner reported its end; returns why the report does not count, empty when it does."""
        status = self.steps[name]
        if not status.attempts or status.attempts[-1].attempt != number:
            return "attempt %d is not the current one" % number
        attempt = status.attempts[-1]
        if status.state.ended or attempt.over:
            return "" if attempt.state.value == report.outcome else "attempt %d has ended already" % number
        self._take(name, attempt, report, now)
        return ""

    def told(self, name: str, number: int, said: Progress, now: float) -> None:
        """A runner told its progress, which counts while its attempt is the current one and has not ended."""
        status = self.steps[name]
        attempt = status.attempts[-1] if status.attempts else None
        if attempt and attempt.attempt == number and not (attempt.over or status.state.ended):
            note_progress(attempt, said, now)
            self.progressed.add(name)

    def created(self, name: str, facts: PodFacts, now: float) -> None:
        """A pod was created by us; a watch may have told more of it before."""
        self._room.let_in()
        known = self._live.get(facts.name)
        if known is not None and not known.uid:
            self.pod_seen(name, facts, now)

    def refused(self, name: str, number: int, message: str, passing: bool, now: float) -> None:
        """A pod could not be created: for now (a quota), or for good (an invalid field)."""
        status = self.steps[name]
        self._live.pop(self._pod(name, number), None)
        if status.attempts and status.attempts[-1].attempt == number:
            status.attempts.pop()
        self.touched.add(name)
        if status.state.ended:
            return
        if not passing:
            self._end(name, StepState.FAILED, "its pod was refused: " + message)
        elif self.stopping:
            self._end(name, StepState.STOPPED, "")
        else:
            status.state, status.why = StepState.QUEUED, message
            self._ready.appendleft(name)
            self._room.refused(len(self._live), now)
            self.notes.append((name, "waits: " + message))

    def stop(self) -> None:
        """A person asked for the end: nothing starts any more, what runs is deleted."""
        self.stopping = True

    def give_up(self) -> None:
        """The run was deleted: whatever has not ended is stopped."""
        self.stopping = True
        self._swept = False
        self._live.clear()
        self._stop()

    # -- what to do --------------------------------------------------------------------------------------------

    def decide(self, now: float) -> List[Action]:
        """What to do now: `Create` and `Delete` actions. Their effect is already counted in the state."""
        if self.stopping:
            return self._stop()
        for name in [name for name, since in self._delayed.items() if since <= now]:
            del self._delayed[name]
            self._ready.append(name)
        actions: List[Action] = []
        limit = self._room.limit(self._most, len(self._live), now) if self._ready else 0
        while self._ready and len(self._live) < limit:
            name = self._ready.popleft()
            status = self.steps[name]
            if self._may_start(name):
                actions.append(self._start(name, status, now))
        for name in self._ready:
            if self.steps[name].state is StepState.WAITING:
                self.steps[name].state = StepState.QUEUED
                self.steps[name].why = "%d pods are the most at a time" % limit
                self.touched.add(name)
        return actions

    def wake_at(self) -> Optional[float]:
        """When `decide` has something to do without any further event; None for never."""
        times = list(self._delayed.values())
        probe = self._room.probe_at(self._most, len(self._live)) if self._ready else None
        return min(times if probe is None else [*times, probe], default=None)

    def _may_start(self, name: str) -> bool:
        status = self.steps[name]
        idle = not status.attempts or status.attempts[-1].over
        return idle and not status.state.ended and not self._missing[name]

    def _start(self, name: str, status: StepStatus, now: float) -> Create:
        number = (status.attempts[-1].attempt if status.attempts else 0) + 1
        attempt = Attempt(number, self._pod(name, number), created=now)
        status.attempts.append(attempt)
        status.state, status.why, status.not_before = StepState.STARTING, "", None
        self._live[attempt.pod] = PodFacts(name=attempt.pod, uid="", attempt=number)
        self.touched.add(name)
        return Create(name, number)

    @property
    def over(self) -> bool:
        """True when every step has ended."""
        return self._open == 0

    # -- the rules ---------------------------------------------------------------------------------------------

    def _pod(self, name: str, number: int) -> str:
        return pod_name(self.plan.pod_prefix, self._plans[name].slug, number)

    def _attempt(self, name: str, facts: PodFacts, now: float) -> Attempt:
        attempt, fresh = attempt_of(self.steps[name], facts, now)
        if fresh:
            self.touched.add(name)
        return attempt

    def _progress(self, name: str, status: StepStatus, attempt: Attempt, facts: PodFacts) -> None:
        state = StepState.STARTING if facts.node else StepState.QUEUED
        if facts.running:
            state = StepState.RUNNING
        why = "" if facts.running else ": ".join(part for part in (facts.reason, facts.message) if part)
        if (attempt.state, status.state, status.why) != (state, state, why):
            attempt.state = status.state = state
            status.why = why
            self.touched.add(name)

    def _ended(self, name: str, attempt: Attempt, facts: PodFacts, now: float) -> None:
        if facts.report is not None and (facts.report.outcome != SUCCEEDED or facts.exit_code == 0):
            self._take(name, attempt, facts.report, now)
        elif facts.exit_code == 0:
            self._take(name, attempt, Report(SUCCEEDED), now)
        elif facts.disrupted:
            self._disrupted(name, attempt, facts.reason if facts.eviction else "deleted", facts.message, now)
        else:
            self._failed(name, attempt, failure_of(facts), now)

    def _take(self, name: str, attempt: Attempt, report: Report, now: float) -> None:
        note_report(attempt, report, now)
        if report.outcome != SUCCEEDED:
            self._failed(name, attempt, report.sentence(), now)
            return
        lacking = [output for output in self._plans[name].outputs if output not in report.results]
        if lacking:
            self._failed(name, attempt, "it ended without its outputs (%s)" % ", ".join(lacking), now)
            return
        attempt.state = StepState.SUCCEEDED
        if report.results:
            self.results[name] = report.results
        self._end(name, StepState.SUCCEEDED, "")

    def _failed(self, name: str, attempt: Attempt, why: str, now: float) -> None:
        status, retry = self.steps[name], self._plans[name].retry
        attempt.state, attempt.message, attempt.finished = StepState.FAILED, why, attempt.finished or now
        status.failures += 1
        if status.failures > retry.max_retries or self.stopping:
            self._end(name, StepState.FAILED, why)
            return
        delay = retry.delay * retry.backoff ** (status.failures - 1)
        told = "failed (%s), retry %d of %d" % (why, status.failures, retry.max_retries)
        self._again(name, StepState.RETRYING, told, now + delay)

    def _disrupted(self, name: str, attempt: Attempt, reason: str, message: str, now: float) -> None:
        status, budget = self.steps[name], self._plans[name].disruption_budget
        attempt.state, attempt.finished = StepState.EVICTED, attempt.finished or now
        attempt.reason, attempt.message = reason, message
        status.disruptions += 1
        told = "%s%s" % (reason, ": " + message if message else "")
        if self.stopping:
            self._end(name, StepState.STOPPED, told)
        elif status.disruptions > budget:
            often = "disrupted %d times, more than its budget of %d; last: %s"
            self._end(name, StepState.FAILED, often % (status.disruptions, budget, told))
        else:
            delay = DELETED_DELAY if reason == "deleted" else 0.0
            self._again(name, StepState.EVICTED, told, now + delay)

    def _again(self, name: str, state: StepState, why: str, since: float) -> None:
        status = self.steps[name]
        status.state, status.why, status.not_before = state, why, since
        self._delayed[name] = since
        self.touched.add(name)
        self.notes.append((name, why))

    def _end(self, name: str, state: StepState, why: str) -> None:
        status = self.steps[name]
        status.state, status.why, status.not_before = state, why, None
        if state is StepState.STOPPED and status.attempts and not status.attempts[-1].over:
            status.attempts[-1].state = StepState.STOPPED
        self._delayed.pop(name, None)
        self._open -= 1
        self.touched.add(name)
        if state is StepState.FAILED:
            self.notes.append((name, "failed: " + why))
        if state.done:
            for child in self._children[name]:
                self._missing[child] -= 1
                if self._may_start(child):
                    self._ready.append(child)
        else:
            self._skip(name, StepState.STOPPED if state is StepState.STOPPED else StepState.SKIPPED)

    def _skip(self, name: str, state: StepState) -> None:
        pending = list(self._children[name])
        while pending:
            child = pending.pop()
            status = self.steps[child]
            if not status.state.ended:
                status.state, status.why = state, "" if self.stopping else "step %s did not succeed" % name
                self._open -= 1
                self.touched.add(child)
                pending += self._children[child]

    def _leave(self, pod: str) -> None:
        self._live.pop(pod, None)
        self._past.add(pod)

    def _stop(self) -> List[Action]:
        self._delayed.clear()
        self._ready.clear()
        if not self._swept:
            self._swept = True
            for name, status in self.steps.items():
                if not status.state.ended and not (status.attempts and status.attempts[-1].pod in self._live):
                    self._end(name, StepState.STOPPED, "")
        actions: List[Action] = []
        for facts in list(self._live.values()):
            if facts.uid and not facts.deleting:
                self._live[facts.name] = replace(facts, deleting=True)
                actions.append(Delete(facts.name, facts.uid))
        return actions
