"""The scheduler: pure decisions over a run's DAG. It does no I/O and never asks for the time.

What happened is told to it (`pod_seen`, `pod_gone`, `reported`, `refused`, `stop`); `decide(now)` then says what to do.
Everything is incremental: an event costs what it touches, whatever the size of the DAG.

The rules:
- Which steps may start, and which are skipped, follows from the graph (`graph`).
- A failure of its own is paid from the step's retries; an eviction, preemption, node loss or deletion from its
  disruption budget; a pod that never started from its startup budget. They are never mixed (`budgets`).
- A pod that the master deletes, because it took too long, ends its attempt when it is gone, and not before: two pods of
  a step never run side by side. A success that comes first stands.
- A report counts for the attempt it belongs to, once, and only while that attempt is the current one.
- After a failure, steps that do not depend on it go on, unless the failure mode says otherwise (`modes`).
- A hook runs when all steps have ended, and not at all in a run that a person stops. Its end changes nothing.
"""

from dataclasses import replace
from typing import Dict, List, Optional, Set

from . import budgets, judging, modes
from .actions import Action, Create, Delete
from .attempts import DELETED, attempt_of, end_of, failure_of, note_disruption, note_pod, note_progress, note_report
from .budgets import Refusal
from .cached import CachedGraph
from .deadlines import Deadlines
from .podfacts import PodFacts
from .progress import Progress
from .protocol import Plan
from .record import Attempt, StepStatus, Summary
from .report import SUCCEEDED, Report
from .room import Room
from .runclock import RunClock
from .states import StepState
from .stepcache import StepCache


class Scheduler(CachedGraph):
    """The state of a run and what follows from it.

    Attributes:
        progressed: Steps that told their progress since the caller last emptied it.
        clock: The time that the run may take.
    """

    def __init__(self, plan: Plan, cache: Optional[StepCache] = None) -> None:
        super().__init__(plan, cache)
        self.progressed: Set[str] = set()
        self.clock = RunClock(plan.timeout)
        self._live: Dict[str, PodFacts] = {}  # pods that hold a place: by name, until their container has ended
        self._past: Set[str] = set()  # pods whose container has ended, so that a late look gives them no place again
        self._room = Room()
        self._deadlines = Deadlines()
        self._hopeless: Dict[str, float] = {}  # steps whose pod waits for a hopeless reason, since when
        self._next_start = 0.0
        self._paced = False

    def resume(self, summary: Summary, now: float) -> None:
        """Take over what the record says of the whole run, after `restore`."""
        self.clock.resume(summary, now)
        if summary.timed_out:
            self._halt(modes.out_of_time(self.plan.timeout))

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
            self._progress(name, status, attempt, facts, now)
            self._watch_over(name, attempt, facts, now)

    def pod_gone(self, name: str, facts: PodFacts, now: float) -> None:
        """A pod of a step was deleted from the API; `facts` is the last that was seen of it."""
        self._leave(facts.name)
        status = self.steps[name]
        attempt = self._attempt(name, facts, now)
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

    def refused(self, name: str, number: int, message: str, why: Refusal, now: float) -> None:
        """A pod could not be created, so that there has been no attempt."""
        status = self.steps[name]
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

    def stop(self) -> None:
        """A person asked for the end: nothing starts any more, what runs is deleted."""
        self._halt(modes.STOP)

    def give_up(self) -> None:
        """The run was deleted: whatever has not ended is stopped."""
        self._halt(modes.STOP)
        self._swept = False
        self._live.clear()
        self._wind_down(modes.STOP)

    # -- what to do --------------------------------------------------------------------------------------------

    def decide(self, now: float) -> List[Action]:
        """What to do now: `Create` and `Delete` actions. Their effect is already counted in the state."""
        late, self._paced = self._deadlines.due(now), False
        self._decide_steps()
        at = self._ends_at()
        if at is not None and at <= now:
            self._halt(modes.out_of_time(self.plan.timeout))
            self.notes.append(("", "timed out after %g s: deleting what runs" % self.plan.timeout))
        actions: List[Action] = []
        if self.halt is not None and (self._open or self.stopping):
            actions = self._wind_down(self.halt)
            if self.stopping or self.halt.deletes and self._open:
                return actions
        if not self._open:
            self._call_hooks()
        actions += [action for name in late for action in self._too_late(name)]
        if self.paused:
            return actions
        for name in [name for name, since in self._delayed.items() if since <= now]:
            del self._delayed[name]
            self._ready.append(name)
        if self._take_cached(now):
            self.clock.start(now)
        limit = self._room.limit(self._most(), len(self._live), now) if self._ready else 0
        while self._ready and len(self._live) < limit and not self._paced:
            if now < self._next_start and self._has_company():
                self._paced = True
                continue
            name = self._ready.popleft()
            self._told_ready.discard(name)
            if self._may_start(name):
                actions.append(self._start(name, self.steps[name], now))
        paced = "parallel steps start %g s apart" % self.plan.startup_pause
        self._tell_the_ready(paced if self._paced else "%d pods are the most at a time" % limit)
        return actions

    def wake_at(self) -> Optional[float]:
        """When `decide` has something to do without any further event; None for never."""
        times = [self._deadlines.next(), self._ends_at()]
        if not self.paused:
            probe = self._room.probe_at(self._most(), len(self._live)) if self._ready and not self._paced else None
            times += [probe, self._next_start if self._paced else None, *self._delayed.values()]
        return min((time for time in times if time is not None), default=None)

    @property
    def resting(self) -> bool:
        """True when a pause has come: nothing may start, and nothing runs any more."""
        return self.paused and not (self.stopping or self._live or self.over)

    def _ends_at(self) -> Optional[float]:
        """When the run has taken too long; None for never, and when it ends anyway."""
        ends = self.halt is not None and self.halt.deletes
        return None if ends or not self._open else self.clock.ends_at()

    def _most(self) -> int:
        """How many pods there may be at a time."""
        return self.plan.max_parallelism or len(self.steps)

    def _has_company(self) -> bool:
        """Whether a step is under way, so that another one would be parallel to it."""
        under_way = (self.steps[name] for name in self._plans)
        return any(not one.state.ended and one.attempts and one.attempts[-1].pod in self._live for one in under_way)

    def _too_late(self, name: str) -> List[Action]:
        """The deadline of a step's current attempt has come: its verdict is written down, and its pod deleted."""
        status = self.steps[name]
        attempt = status.attempts[-1]
        facts = self._live.get(attempt.pod)
        if facts is None or facts.deleting:
            return []
        if attempt.reason not in judging.VERDICTS:
            judging.judge(self._plans[name], attempt, facts, hopeless=name in self._hopeless)
            status.why = attempt.message
            self.touched.add(name)
        self._live[facts.name] = replace(facts, deleting=True)
        return [Delete(facts.name, facts.uid, judged=True)]

    def _start(self, name: str, status: StepStatus, now: float) -> Create:
        number = (status.attempts[-1].attempt if status.attempts else 0) + 1
        attempt = Attempt(number, self._pod(name, number), created=now)
        status.attempts.append(attempt)
        status.state, status.why, status.not_before = StepState.STARTING, "", None
        self._live[attempt.pod] = PodFacts(name=attempt.pod, uid="", attempt=number)
        self._next_start = now + self.plan.startup_pause
        self.clock.start(now)
        self.touched.add(name)
        return Create(name, number)

    # -- the rules ---------------------------------------------------------------------------------------------

    def _attempt(self, name: str, facts: PodFacts, now: float) -> Attempt:
        attempt, fresh = attempt_of(self.steps[name], facts, now)
        if fresh:
            self.touched.add(name)
        return attempt

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

    # -- the end -----------------------------------------------------------------------------------------------

    def _wind_down(self, halt: modes.Halt) -> List[Action]:
        """What does not run has ended; what does is deleted, where the reason for the end says so."""
        self._delayed.clear()
        self._ready.clear()
        ordinary = [name for name in self.shape.ordinary if name not in self.shape.items]  # those end with their items
        names = ordinary + self.shape.hooks if self.stopping else ordinary
        if not self._swept:
            self._swept = True
            # Those that never began come first: descendants of a stopped step are told that they were stopped too.
            for name in sorted(names, key=lambda one: bool(self.steps[one].attempts)):
                status = self.steps[name]
                if not status.state.ended and not (status.attempts and status.attempts[-1].pod in self._live):
                    self._end(name, StepState.STOPPED if status.attempts else halt.unstarted, halt.why)
        if not halt.deletes:
            return []
        current = (self.steps[name].attempts[-1].pod for name in names if not self.steps[name].state.ended)
        pods = list(self._live) if self.stopping else [pod for pod in current if pod in self._live]
        actions: List[Action] = []
        for facts in [self._live[pod] for pod in pods]:
            if facts.uid and not facts.deleting:
                self._live[facts.name] = replace(facts, deleting=True)
                actions.append(Delete(facts.name, facts.uid, judged=not self.stopping))
        return actions
