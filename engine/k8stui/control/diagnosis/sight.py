"""Everything that is known of a run when it is asked why: the input of the rules on runs and steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from k8stui.control.diagnosis.around import Around, Json
from k8stui.control.events.reading import Event
from k8stui.control.pods.views import pod_view
from k8stui.control.truth.forks import planned
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan, StepPlan
from k8stui.model.views import AttemptView, PodView, RunView, StepView


@dataclass(frozen=True)
class Sight:
    """A run and what is around it.

    Attributes:
        run: As it really is.
        plan: None when it cannot be read any more.
        pods: Those that still exist, by name, as the API sends them.
        around: What else is known of them, by name.
        elsewhere: What is known around any other pod: the time, and the nodes where they may be read.
        job_events: Of the orchestrator's Job, the oldest first.
    """

    run: RunView
    plan: Plan | None
    pods: Mapping[str, Json]
    elsewhere: Around
    around: Mapping[str, Around] = field(default_factory=dict)
    job_events: tuple[Event, ...] = ()

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return self.elsewhere.now

    def around_of(self, pod: str) -> Around:
        """What is known around a pod."""
        return self.around.get(pod, self.elsewhere)

    def step(self, name: str) -> StepView:
        """A step of the run.

        Raises:
            KeyError: There is none of that name.
        """
        return next(step for step in self.run.steps if step.name == name)

    def planned(self, step: StepView) -> StepPlan | None:
        """What the plan says of a step; None when it cannot be read."""
        return planned(self.plan, step.name) if self.plan else None

    def pod_of(self, step: StepView, attempt: AttemptView) -> tuple[Json, PodView | None]:
        """The pod of an attempt with its view; of one that is gone, the manifest it was made from and None."""
        found = self.pods.get(attempt.pod)
        if found is not None and (not attempt.uid or found["metadata"].get("uid") == attempt.uid):
            return found, pod_view(found)
        return self._stand_in(step, attempt), None

    def orchestrator(self) -> Json | None:
        """The newest pod of the run's Job; None when there is none."""
        masters = [view for view in self.run.pods if view.component == names.COMPONENT_ORCHESTRATOR]
        last = max(masters, key=lambda view: view.created or 0, default=None)
        return self.pods.get(last.name) if last else None

    def _stand_in(self, step: StepView, attempt: AttemptView) -> Json:
        planned = self.planned(step)
        template: Json = self.plan.templates[planned.template] if self.plan and planned else {}
        labels = {
            names.LABEL_MANAGED_BY: names.MANAGER,
            names.LABEL_COMPONENT: names.COMPONENT_STEP,
            names.LABEL_RUN_ID: self.run.run,
        }
        annotations = {names.ANNOTATION_STEP: step.name}
        meta = {"name": attempt.pod, "labels": labels, "annotations": annotations}
        return {"metadata": meta, "spec": template.get("spec") or {}, "status": {}}
