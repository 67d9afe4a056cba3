"""The graph of a run: the status of each step, and which ones may start. Pure.

What an event means for a step is decided in `scheduler`; here stands what follows from it for the steps around it.

- A step starts when all its parents are done. Parents that can't be done any more make it `skipped`.
- A condition that is not met leaves its step out, and with it all that comes after: they are `skipped` and `untaken`,
  which is no failure. A join (`alternatives`) goes on with the branches that were taken, when all of them have ended.
- A mapped step falls into items when its list is known. It has no pods of its own; it is done when all of them are, and
  it has failed when one has. What comes after it gets their outputs as lists.
"""

from collections import deque
from typing import Any, Deque, Dict, List, Optional, Set, Tuple

from ..contract.branching import UndecidedError, why_not
from ..contract.modes import STOP, Halt, after_failure
from ..contract.names import pod_name
from ..contract.outcome import outcome
from ..contract.protocol import ON_FAILURE, ON_SUCCESS, Plan, StepPlan
from ..contract.record import StepStatus
from ..contract.shape import Shape
from ..contract.states import RunState, StepState
from ..contract.unfolding import gathered, unfold


class Graph:
    """The steps of a run.

    Attributes:
        plan: What is executed.
        shape: The steps and their order, items included as far as they are known.
        steps: Status of each step, by name; the record is written from it.
        results: Small results of the steps that are done, of mapped steps the lists of their items' results.
        touched: Steps whose status changed since the caller last emptied it.
        notes: Sentences on what happened since the caller last emptied it: (step, sentence).
        paused: A person asked for a pause: nothing starts, what runs may end.
        halt: What ends the run before its steps have ended; None as long as nothing does.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.shape = Shape(plan)
        self.steps: Dict[str, StepStatus] = {step.name: StepStatus() for step in plan.steps}
        self.results: Dict[str, Dict[str, Any]] = {}
        self.touched: Set[str] = set()
        self.notes: List[Tuple[str, str]] = []
        self.paused = False
        self.halt: Optional[Halt] = None
        self._cause: Optional[Halt] = None  # the first of them: it says how the run ends
        self._plans = self.shape.plans
        self._missing: Dict[str, int] = {step.name: len(step.after) for step in plan.steps}
        self._decidable: Deque[str] = deque()  # steps whose parents have ended: what becomes of them is to be decided
        self._deciding = False
        self._ready: Deque[str] = deque()
        self._told_ready: Set[str] = set()  # those of them that know why they wait
        self._delayed: Dict[str, float] = {}
        self._open_items: Dict[str, int] = {}
        self._told: Dict[str, StepStatus] = {}  # what the record says of items whose list is not known yet
        self._swept = False
        self._open = 0

    @property
    def over(self) -> bool:
        """True when every step has ended, and every hook."""
        return self._open == 0 and all(self.steps[name].state.ended for name in self.shape.hooks)

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
        telling = [name for name in self.shape.ordinary if not self.shape.items.get(name)]  # items speak for themselves
        state, why = outcome({name: self.steps[name] for name in telling}, self._cause)
        failed = [name for name in self.shape.hooks if self.steps[name].state is StepState.FAILED]
        told = ["hook %s failed: %s" % (name, self.steps[name].why) for name in failed]
        return state, "; ".join([why, *told] if why else told)

    # -- what follows for the steps around ---------------------------------------------------------------------

    def _pod(self, name: str, number: int) -> str:
        return pod_name(self.plan.pod_prefix, self._plans[name].slug, number)

    def _may_start(self, name: str) -> bool:
        status = self.steps[name]
        idle = not status.attempts or status.attempts[-1].over
        return idle and not status.state.ended and not self._missing[name]

    def _tell_the_ready(self, why: str) -> None:
        """Say why they wait to those that have become ready since the last time: of thousands, a few."""
        for name in reversed(self._ready):
            if name in self._told_ready:
                return
            self._told_ready.add(name)
            if self.steps[name].state is StepState.WAITING:
                self.steps[name].state, self.steps[name].why = StepState.QUEUED, why
                self.touched.add(name)

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
            for child in self.shape.children[name]:
                self._met(child)
        else:
            self._skip(name, StepState.STOPPED if state is StepState.STOPPED else StepState.SKIPPED)
        self._item_ended(name)
        self._decide_steps()

    def _met(self, name: str) -> None:
        """One more parent of a step has ended as it must."""
        self._missing[name] -= 1
        if not self._missing[name] and not self.steps[name].state.ended:
            self._decidable.append(name)

    def _skip(self, name: str, state: StepState) -> None:
        """A step that is not done has ended, and so have all that need it."""
        why = "step %s was not taken" if self.steps[name].untaken else "step %s did not succeed"
        pending = [name]
        while pending:
            parent = pending.pop()
            untaken = self.steps[parent].untaken
            for child in self.shape.children[parent]:
                status = self.steps[child]
                if status.state.ended:
                    continue
                if untaken and self.shape.may_lack(child, parent):
                    self._met(child)
                    continue
                status.state, status.why, status.untaken = state, "" if self.stopping else why % name, untaken
                self._open -= 1
                self.touched.add(child)
                pending.append(child)

    # -- branches and items ------------------------------------------------------------------------------------

    def _decide_steps(self) -> None:
        """Decide on all steps whose parents have ended, one after the other, however long the chain is."""
        if self._deciding:
            return
        self._deciding = True
        while self._decidable:
            self._begin(self._decidable.popleft())
        self._deciding = False

    def _begin(self, name: str) -> None:
        """A step's parents have ended: it may start, falls into items, or is left out."""
        step, status = self._plans[name], self.steps[name]
        if status.state.ended or status.attempts:  # an attempt of an earlier master shows that it was taken
            if self._may_start(name):
                self._ready.append(name)
            return
        try:
            untaken = self._why_untaken(step)
            items = unfold(step, self.results) if step.mapped and not untaken else []
        except UndecidedError as error:
            self._end(name, StepState.FAILED, str(error))
            return
        if untaken:
            status.untaken = True
            self.notes.append((name, "is skipped: " + untaken))
            self._end(name, StepState.SKIPPED, untaken)
        elif step.mapped:
            self._unfold(name, items)
        else:
            self._ready.append(name)

    def _why_untaken(self, step: StepPlan) -> str:
        """Why the branch that a step begins is not taken; empty when it is."""
        for group in step.alternatives:
            if not any(self.steps[parent].state.done for parent in group):
                return "none of %s was taken" % " and ".join(group)
        return next((why for why in (why_not(one, self.results) for one in step.when) if why), "")

    def _unfold(self, name: str, items: List[StepPlan]) -> None:
        self.shape.add(name, items)
        self._open_items[name] = len(items)
        for item in items:
            status = self.steps[item.name] = self._known(item)
            self._missing[item.name] = 0
            self.touched.add(item.name)
            if status.state.ended:
                self._open_items[name] -= 1
                continue
            self._open += 1
            if self._may_start(item.name):
                self._delayed[item.name] = status.not_before or 0.0
        self.steps[name].state = StepState.RUNNING
        self.touched.add(name)
        self._gather(name)

    def _known(self, item: StepPlan) -> StepStatus:
        """What an earlier master wrote of an item whose list has just become known."""
        status = self._told.pop(item.name, None)
        if status is None:
            return StepStatus()
        status = self._with_results(item, status)
        if status.state is StepState.FAILED:
            self._halt(after_failure(self.plan.failure_mode, item.name))
        return status

    def _with_results(self, step: StepPlan, status: StepStatus) -> StepStatus:
        """The status of a step, or a fresh one where its results were lost."""
        if not (status.state.done and step.outputs and step.name not in self.results):
            return status
        fresh = StepStatus(attempts=status.attempts, why="its results were lost")
        if fresh.attempts:  # its pod, if it is still there, tells them again
            fresh.state = fresh.attempts[-1].state = StepState.STARTING
        return fresh

    def _item_ended(self, name: str) -> None:
        mapped = self._plans[name].item_of
        if mapped:
            self._open_items[mapped] -= 1
            self._gather(mapped)

    def _gather(self, name: str) -> None:
        """End a mapped step when all its items have."""
        if self._open_items[name] or self.steps[name].state.ended:
            return
        items = self.shape.items[name]
        states = {item: self.steps[item].state for item in items}
        failed = [item for item, state in states.items() if state is StepState.FAILED]
        undone = [item for item, state in states.items() if not state.done]
        if failed:
            told = "%d of %d items failed: %s: %s"
            why = told % (len(failed), len(items), failed[0], self.steps[failed[0]].why)
            self._end(name, StepState.FAILED, why)
        elif undone:
            stopped = StepState.STOPPED in states.values()
            self._end(name, StepState.STOPPED if stopped else StepState.SKIPPED, self.steps[undone[0]].why)
        else:
            self.results[name] = gathered(self._plans[name], len(items), self.results)
            self._end(name, StepState.SUCCEEDED, "")

    # -- the end -----------------------------------------------------------------------------------------------

    def _halt(self, halt: Optional[Halt]) -> None:
        """Have nothing start any more; a stronger reason replaces a weaker, which still says how the run ends."""
        known = self.halt
        if halt is not None and (known is None or halt is STOP or halt.deletes and not known.deletes):
            self.halt, self._swept = halt, False
            self._cause = self._cause or halt

    def _halted(self, name: str) -> bool:
        return self.halt is not None and (self.stopping or not self._plans[name].hook)

    def _ended_by_halt(self, name: str, told: str = "") -> bool:
        """In a run that ends, what did not fail by itself is stopped, and nothing is counted."""
        if self.halt is None or not self._halted(name):
            return False
        begun = bool(self.steps[name].attempts)
        self._end(name, StepState.STOPPED if begun else self.halt.unstarted, self.halt.why or told)
        return True

    def _call_hooks(self) -> None:
        """All steps have ended: the hook for an end like this is next, the other one is not needed."""
        state = self.outcome()[0]
        for name in self.shape.hooks:
            wanted = {ON_SUCCESS: RunState.SUCCEEDED, ON_FAILURE: RunState.FAILED}[self._plans[name].hook]
            if self.steps[name].state.ended:
                continue
            if state is not wanted:
                self._end(name, StepState.SKIPPED, "the run %s" % state.value)
            elif self._may_start(name) and name not in self._ready and name not in self._delayed:
                self._ready.append(name)
