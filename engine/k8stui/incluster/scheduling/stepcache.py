"""The step cache at work in one run: asked before a step gets a pod, told of all results at the run's end. No I/O."""

from typing import Any, Dict, Mapping, Optional, Tuple

from ..contract.inputs import Results, resolve
from ..contract.names import STEP_CONTAINER
from ..contract.protocol import Plan, StepPlan
from ..contract.record import StepStatus
from ..contract.states import StepState
from .caching import Index, Parts, parts_of

Json = Dict[str, Any]


class StepCache:
    """What a run takes from the results of earlier ones, and gives to later ones.

    Args:
        plan: The run's plan.
        index: Of the pipeline's results, as it was found.
    """

    def __init__(self, plan: Plan, index: Index) -> None:
        self.index = index
        self._plan = plan
        self._images = [_image(template) for template in plan.templates]

    def look(self, step: StepPlan, results: Results, now: float) -> Tuple[Optional[Json], str]:
        """The results of a step that has been done before, and where they are from; else None, and why there are none.

        Args:
            step: A step whose parents are done.
            results: Of the steps before.
            now: Seconds since the epoch.
        """
        if not step.cache or self._plan.no_cache:
            return None, self._plan.no_cache if step.cache else ""
        if not len(self.index):
            return None, ""
        parts = self._parts(step, results)
        entry = self.index.find(parts, now) if parts else None
        if parts is None or entry is None:
            return None, self.index.why_not(step, parts) if parts else ""
        told = "run %s" % entry["run"]
        return entry["results"], told if entry["step"] == step.name else "%s, step %s" % (told, entry["step"])

    def keep(
        self, plans: Mapping[str, StepPlan], steps: Mapping[str, StepStatus], results: Results, now: float
    ) -> None:
        """Put into the index what the steps of this run have come to.

        Args:
            plans: The steps by name.
            steps: Their status.
            results: Of the steps that are done.
            now: Seconds since the epoch.
        """
        for name, step in plans.items():
            status = steps[name]
            if not step.cache or status.state is not StepState.SUCCEEDED or not status.attempts:
                continue
            own = results.get(name, {})
            parts = self._parts(step, results)
            if parts is not None and all(output in own for output in step.outputs):
                self.index.add(name, self._plan.run, parts, own, status.attempts[-1].finished or now)

    def _parts(self, step: StepPlan, results: Results) -> Optional[Parts]:
        try:
            values = {name: resolve(value, results) for name, value in step.inputs.items()}
        except KeyError:  # The results of a step before have been lost.
            return None
        return parts_of(step, self._images[step.template], values)


def _image(template: Json) -> str:
    found = [one["image"] for one in template["spec"]["containers"] if one["name"] == STEP_CONTAINER]
    return str(found[0]) if found else ""
