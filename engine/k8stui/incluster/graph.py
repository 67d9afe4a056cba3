"""The graph of a run: the status of each step, and which ones may start. Pure.

What an event means for a step is decided in `scheduler`; here stands what follows from it for the steps around it, and
what a new master makes of the record and the receipts of an earlier one.
"""

from collections import deque
from typing import Any, Deque, Dict, List, Optional, Set, Tuple

from .modes import STOP, Halt, after_failure
from .names import pod_name
from .outcome import outcome
from .protocol import ON_FAILURE, ON_SUCCESS, Plan, StepPlan
from .record import Attempt, StepStatus
from .states import RunState, StepState


class Graph:
    """The steps of a run.

    Attributes:
        plan: What is executed.
        steps: Status of each step, by name; the record is written from it.
        results: Small results of the steps that are done.
        touched: Steps whose status changed since the caller last emptied it.
        notes: Sentences on what happened since the caller last emptied it: (step, sentence).
        paused: A person asked for a pause: nothing starts, what runs may end.
        halt: What ends the run before its steps have ended; None as long as nothing does.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps: Dict[str, StepStatus] = {step.name: StepStatus() for step in plan.steps}
        self.results: Dict[str, Dict[str, Any]] = {}
        self.touched: Set[str] = set()
        self.notes: List[Tuple[str, str]] = []
        self.paused = False
        self.halt: Optional[Halt] = None
        self._cause: Optional[Halt] = None  # the first of them: it says how the run ends
        self._ordinary = plan.ordinary()
        self._plans: Dict[str, StepPlan] = {step.name: step for step in plan.steps}
        self._children = plan.children()
        self._missing: Dict[str, int] = {}
        self._ready: Deque[str] = deque()
        self._delayed: Dict[str, float] = {}
        self._hooks = [step.name for step in plan.steps if step.hook]
        self._swept = False
        self._open = len(self._ordinary)
        self._rebuild()

    @property
    def over(self) -> bool:
        """True when every step has ended, and every hook."""
        return self._open == 0 and all(self.steps[name].state.ended for name in self._hooks)

    @property
    def stopping(self) -> bool:
        """A person asked for the end."""
        return self.halt is STOP

    @property
    def timed_out(self) -> bool:
        """The run ends because it took too long."""
        return self._cause is not None and bool(self._cause.verdict)

    def outcome(self) -> Tuple[RunState, str]:
        """How the run ended, once all its steps have, with the sentence that tells why."""
        state, why = outcome({name: self.steps[name] for name in self._ordinary}, self._cause)
        failed = [name for name in self._hooks if self.steps[name].state is StepState.FAILED]
        told = ["hook %s failed: %s" % (name, self.steps[name].why) for name in failed]
        return state, "; ".join([why, *told] if why else told)

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
        failed = [name for name in self._ordinary if self.steps[name].state is StepState.FAILED]
        if failed:
            self._halt(after_failure(self.plan.failure_mode, failed[0]))

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
            if status.state.ended or step.hook:
                continue
            self._open += 1
            if not self._missing[step.name] and (not status.attempts or status.attempts[-1].over):
                self._delayed[step.name] = status.not_before or 0.0
        for name, status in self.steps.items():  # shards are written one by one: descendants may not know yet
            if status.state.ended and not status.state.done:
                self._skip(name, StepState.STOPPED if status.state is StepState.STOPPED else StepState.SKIPPED)

    # -- what follows for the steps around ---------------------------------------------------------------------

    def _pod(self, name: str, number: int) -> str:
        return pod_name(self.plan.pod_prefix, self._plans[name].slug, number)

    def _may_start(self, name: str) -> bool:
        status = self.steps[name]
        idle = not status.attempts or status.attempts[-1].over
        return idle and not status.state.ended and not self._missing[name]

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
        if not self._plans[name].hook:
            self._open -= 1
        self.touched.add(name)
        if state is StepState.FAILED:
            self.notes.append((name, "failed: " + why))
            if not self._plans[name].hook:
                self._halt(after_failure(self.plan.failure_mode, name))
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

    # -- the end -----------------------------------------------------------------------------------------------

    def _halt(self, halt: Optional[Halt]) -> None:
        """Have nothing start any more; a stronger reason replaces a weaker, which still says how the run ends."""
        known = self.halt
        if halt is not None and (known is None or halt is STOP or halt.deletes and not known.deletes):
            self.halt, self._swept = halt, False
            self._cause = self._cause or halt

    def _halted(self, name: str) -> bool:
        return self.halt is not None and (self.stopping or not self._plans[name].hook)

    def _call_hooks(self) -> None:
        """All steps have ended: the hook for an end like this is next, the other one is not needed."""
        state = self.outcome()[0]
        for name in self._hooks:
            wanted = {ON_SUCCESS: RunState.SUCCEEDED, ON_FAILURE: RunState.FAILED}[self._plans[name].hook]
            if self.steps[name].state.ended:
                continue
            if state is not wanted:
                self._end(name, StepState.SKIPPED, "the run %s" % state.value)
            elif self._may_start(name) and name not in self._ready and name not in self._delayed:
                self._ready.append(name)
