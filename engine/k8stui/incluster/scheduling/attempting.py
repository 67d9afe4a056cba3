"""What becomes of a run's attempts: what pods and runners tell goes in, and steps succeed, fail or are tried again.

Pure, as all of the scheduler, whose part this is (`scheduler` has the rules).
"""

from typing import Dict, List, Optional, Set

from ..contract.podfacts import PodFacts
from ..contract.protocol import Plan
from ..contract.record import Attempt, StepStatus
from ..contract.states import StepState
from ..wire.progress import Progress
from ..wire.report import SUCCEEDED, Report
from . import budgets, judging
from .actions import Action, Delete
from .attempts import (
    DELETED,
    attempt_of,
    end_of,
    failure_of,
    is_another,
    note_disruption,
    note_pod,
    note_progress,
    note_report,
)
from .budgets import Refusal
from .cached import CachedGraph
from .deadlines import Deadlines
from .room import Room
from .stepcache import StepCache


class Attempting(CachedGraph):
    """The state of a run, and what its attempts make of it.

    Attributes:
        progressed: Steps that told their progress since the caller last emptied it.
    """

    def __init__(self, plan: Plan, cache: Optional[StepCache] = None) -> None:
        super().__init__(plan, cache)
        self.progressed: Set[str] = set()
        self._live: Dict[str, PodFacts] = {}  # pods that hold a place: by name, until their container has ended
        self._past: Set[str] = set()  # pods whose container has ended, so that a late look gives them no place again
        self._strays: List[Action] = []  # deletions of pods that nobody wants, not handed out yet
        self._known_strays: Set[str] = set()  # their uids
        self._room = Room()
        self._deadlines = Deadlines()
        self._hopeless: Dict[str, float] = {}  # steps whose pod waits for a hopeless reason, since when

    # -- what happened -----------------------------------------------------------------------------------------

    def pod_seen(self, name: str, facts: PodFacts, now: float) -> None:
        """A pod of a step was listed or changed."""
        status = self.steps[name]
        attempt = self._attempt(name, facts, now)
        if is_another(attempt, facts):
            if not attempt.over:
                self.pod_gone(name, self._live.get(facts.name) or PodFacts(facts.name, attempt.uid, facts.attempt), now)
            self._stray(name, facts)
            return
        if facts.ended:
            self._leave(facts.name)
        elif facts.name not in self._past:
            self._live[facts.name] = facts
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
            self._progress(name, status, attempt, facts, now)
            self._watch_over(name, attempt, facts, now)

    def pod_gone(self, name: str, facts: PodFacts, now: float) -> None:
        """A pod of a step was deleted from the API; `facts` is the last that was seen of it."""
        self._leave(facts.name)
        status = self.steps[name]
        attempt = self._attempt(name, facts, now)
        attempt.uid = attempt.uid or facts.uid
        if attempt is not status.attempts[-1] or status.state.ended or attempt.over:
            return
        if facts.ended:
            self._ended(name, attempt, facts, now)
        elif attempt.reason in judging.VERDICTS:
            self._sentenced(name, attempt, now)
        else:
            self._disrupted(name, attempt, facts.reason if facts.eviction else DELETED, facts.message, now)

    def missing(self, name: str, now: float) -> None:
        """The record knows a current attempt whose pod is not there any more (told after a list)."""
        status = self.steps[name]
        if status.state.ended or not status.attempts or status.attempts[-1].over:
            return
        if status.attempts[-1].reason in judging.VERDICTS:
            self._sentenced(name, status.attempts[-1], now)
        elif status.attempts[-1].uid:
            self._disrupted(name, status.attempts[-1], DELETED, "", now)
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

    def is_past(self, pod: str) -> bool:
        """Whether a pod's container has ended, or the pod is gone."""
        return pod in self._past

    def is_over(self, name: str, number: int) -> bool:
        """Whether an attempt was seen to end, or its pod; any thread may ask."""
        ended = any(one.attempt == number and one.over for one in self.steps[name].attempts)
        return ended or self.is_past(self._pod(name, number))

    def refused(self, name: str, number: int, message: str, why: Refusal, now: float) -> None:
        """A pod could not be created, so that there has been no attempt."""
        status = self.steps[name]
        if any(one.attempt == number and (one.uid or one.over) for one in status.attempts):
            return  # it was made by an earlier try, whose answer was lost
        self._live.pop(self._pod(name, number), None)
        if status.attempts and status.attempts[-1].attempt == number:
            status.attempts.pop()
        self.touched.add(name)
        if status.state.ended:
            return
        if why is Refusal.FINAL:
            self._end(name, StepState.FAILED, "its pod was refused: " + message)
        elif self._ended_by_halt(name):
            return
        elif why is Refusal.PASSING:
            told = "its pod was refused: " + message
            self._follow(name, budgets.no_start(status, self._plans[name], told, now))
        else:
            status.state, status.why = StepState.QUEUED, message
            self._ready.appendleft(name)
            self._room.refused(len(self._live), now)
            self.notes.append((name, "waits: " + message))

    # -- the rules ---------------------------------------------------------------------------------------------

    def _attempt(self, name: str, facts: PodFacts, now: float) -> Attempt:
        attempt, fresh = attempt_of(self.steps[name], facts, now)
        if fresh:
            self.touched.add(name)
        return attempt

    def _stray(self, name: str, facts: PodFacts) -> None:
        """A pod has the name of one that is gone: its creation was asked for again when the answer was lost."""
        self._leave(facts.name)
        if not facts.ended and facts.uid not in self._known_strays:
            self._known_strays.add(facts.uid)
            self._strays.append(Delete(facts.name, facts.uid))
            self.notes.append((name, "pod %s was made once more: deleting it" % facts.name))

    def _progress(self, name: str, status: StepStatus, attempt: Attempt, facts: PodFacts, now: float) -> None:
        if attempt.reason in judging.VERDICTS:
            return  # what is held against it stands until its pod is gone
        begins = facts.running and attempt.state is not StepState.RUNNING
        state = StepState.STARTING if facts.node else StepState.QUEUED
        if facts.running:
            state = StepState.RUNNING
        why = "" if facts.running else ": ".join(part for part in (facts.reason, facts.message) if part)
        if (attempt.state, status.state, status.why) != (state, state, why):
            attempt.state = status.state = state
            status.why = why
            self.touched.add(name)
        attempt.deadline = judging.deadline(self._plans[name], attempt, facts, now, begins=begins)

    def _watch_over(self, name: str, attempt: Attempt, facts: PodFacts, now: float) -> None:
        """Set the time at which the attempt is too late."""
        since = judging.hopeless_since(self._plans[name], facts, self._hopeless.get(name), now)
        at = attempt.deadline if attempt.reason not in judging.VERDICTS else now
        if since is None:
            self._hopeless.pop(name, None)
        else:
            self._hopeless[name] = since
            hopeless = since + judging.grace(facts.reason)
            at = hopeless if at is None else min(at, hopeless)
        if at is None or facts.deleting:
            self._deadlines.drop(name)
        else:
            self._deadlines.set(name, at)

    def _ended(self, name: str, attempt: Attempt, facts: PodFacts, now: float) -> None:
        if facts.report is not None and (facts.report.outcome != SUCCEEDED or facts.exit_code == 0):
            self._take(name, attempt, facts.report, now)
        elif facts.exit_code == 0:
            self._take(name, attempt, Report(SUCCEEDED), now)
        elif attempt.reason in judging.VERDICTS:
            self._sentenced(name, attempt, now)
        elif facts.disrupted:
            self._disrupted(name, attempt, facts.reason if facts.eviction else DELETED, facts.message, now)
        else:
            self._failed(name, attempt, failure_of(facts), now)

    def _take(self, name: str, attempt: Attempt, report: Report, now: float) -> None:
        note_report(attempt, report, now)
        if attempt.reason in judging.VERDICTS:
            attempt.reason = attempt.message = ""  # it ended by itself before its pod was deleted
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
        self._over(name, attempt, now)
        self._end(name, StepState.SUCCEEDED, "")

    def _failed(self, name: str, attempt: Attempt, why: str, now: float) -> None:
        attempt.state, attempt.message = StepState.FAILED, why
        self._over(name, attempt, now)
        self._follow(name, budgets.own_failure(self.steps[name], self._plans[name], why, now))

    def _disrupted(self, name: str, attempt: Attempt, reason: str, message: str, now: float) -> None:
        note_disruption(attempt, reason, message, self.halt if self._halted(name) else None)
        self._over(name, attempt, now)
        if not self._ended_by_halt(name, ": ".join(part for part in (attempt.reason, attempt.message) if part)):
            self._follow(name, budgets.disruption(self.steps[name], self._plans[name], reason, message, now))

    def _sentenced(self, name: str, attempt: Attempt, now: float) -> None:
        """The pod of an attempt that the master ended is gone, or its container is."""
        if attempt.reason == judging.STEP_TIMEOUT:
            self._failed(name, attempt, attempt.message, now)
            return
        attempt.state = StepState.FAILED
        self._over(name, attempt, now)
        if attempt.reason == judging.CANNOT_START:
            self.steps[name].failures += 1
            self._end(name, StepState.FAILED, attempt.message)
        elif not self._ended_by_halt(name, attempt.message):
            self._follow(name, budgets.no_start(self.steps[name], self._plans[name], attempt.message, now))

    def _over(self, name: str, attempt: Attempt, now: float) -> None:
        attempt.finished, attempt.deadline = end_of(attempt, now), None
        self._deadlines.drop(name)
        self._hopeless.pop(name, None)

    def _follow(self, name: str, following: budgets.Next) -> None:
        """Have the next attempt made, or end the step."""
        if self._halted(name):
            self._end(name, StepState.FAILED, following.cause)
        elif following.since is None:
            self._end(name, StepState.FAILED, following.why)
        else:
            self._again(name, following.state, following.why, following.since)

    def _leave(self, pod: str) -> None:
        self._live.pop(pod, None)
        self._past.add(pod)
