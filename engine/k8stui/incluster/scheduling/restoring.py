"""What a new master makes of the record and the receipts of an earlier one. Pure.

Items are not in the plan: what is known of them is kept until their list is, which follows from the results of earlier
steps. So the same items come about under every master, and none runs twice.
"""

from typing import Any, Dict

from ..contract.modes import after_failure
from ..contract.protocol import Plan
from ..contract.record import Attempt, StepStatus
from ..contract.states import StepState
from ..contract.unfolding import item_place
from .graph import Graph


class RestorableGraph(Graph):
    """A graph that can be taken over."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._rebuild()

    def restore(self, steps: Dict[str, StepStatus], results: Dict[str, Dict[str, Any]]) -> None:
        """Take over what the record says; pods are told afterwards by `pod_seen`."""
        self.results.update(results)
        self._told = {name: status for name, status in steps.items() if name not in self.steps}
        with_items = {place[0] for place in map(item_place, self._told) if place is not None}
        for name in [name for name in self.steps if name in steps]:
            step, status = self._plans[name], steps[name]
            if step.mapped and (status.state.done or name in with_items):
                status = StepStatus()  # its items tell
            self.steps[name] = self._with_results(step, status)
        self._rebuild()
        self._decide_steps()
        for name in self.shape.ordinary:
            if self.steps[name].state is StepState.FAILED:
                self._halt(after_failure(self.plan.failure_mode, name))

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
            todo += [(parent, 0, {}) for parent in self.shape.needed(name)]

    def _rebuild(self) -> None:
        self._ready.clear()
        self._delayed.clear()
        self._open = 0
        for step in self.plan.steps:
            status = self.steps[step.name]
            self._missing[step.name] = sum(not self.steps[parent].state.done for parent in step.after)
            if not (status.state.ended or step.hook):
                self._open += 1
        undone = [name for name, status in self.steps.items() if status.state.ended and not status.state.done]
        for name in undone:  # shards are written one by one: descendants may not know yet
            stopped = self.steps[name].state is StepState.STOPPED
            self._skip(name, StepState.STOPPED if stopped else StepState.SKIPPED)
        self._decidable.clear()
        for step in self.plan.steps:
            if step.hook or not self._may_start(step.name):
                continue
            status = self.steps[step.name]
            if not status.attempts and (step.mapped or step.when or step.alternatives):
                self._decidable.append(step.name)
            else:
                self._delayed[step.name] = status.not_before or 0.0
