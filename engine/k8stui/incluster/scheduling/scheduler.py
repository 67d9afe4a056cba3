"""The scheduler: pure decisions over a run's DAG. It does no I/O and never asks for the time.

What happened is told to it (`attempting` takes in what pods and runners tell); `decide(now)` then says what to do.
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
from typing import List, Optional

from ..contract import modes
from ..contract.podfacts import PodFacts
from ..contract.protocol import Plan
from ..contract.record import Attempt, StepStatus, Summary
from ..contract.states import StepState
from . import judging
from .actions import Action, Create, Delete
from .attempting import Attempting
from .runclock import RunClock
from .stepcache import StepCache


class Scheduler(Attempting):
    """The state of a run, and what is to be done.

    Attributes:
        clock: The time that the run may take.
    """

    def __init__(self, plan: Plan, cache: Optional[StepCache] = None) -> None:
        super().__init__(plan, cache)
        self.clock = RunClock(plan.timeout)
        self._next_start = 0.0
        self._paced = False

    def resume(self, summary: Summary, now: float) -> None:
        """Take over what the record says of the whole run, after `restore`."""
        self.clock.resume(summary, now)
        if summary.timed_out:
            self._halt(modes.out_of_time(self.plan.timeout))

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
        actions, self._strays = self._strays, []
        if self.halt is not None and (self._open or self.stopping):
            actions += self._wind_down(self.halt)
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
        return self.paused and not (self.stopping or self._live or self._strays or self.over)

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
