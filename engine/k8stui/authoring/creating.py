"""A run from a form: what can be run below a folder, the form of one pipeline, and its submission.

The screens call these with nothing in between, so that everything they do can be done, and tested, without them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from k8stui.authoring.discover import FoundPipeline, find_pipelines
from k8stui.authoring.forms import Field, fields_of, filled, parse
from k8stui.authoring.opening import opened
from k8stui.authoring.places import shown
from k8stui.cluster.client import Cluster
from k8stui.control.clusters.placing import on_stack
from k8stui.control.runs.reading import get_record, list_runs
from k8stui.control.schedules.creating import ScheduleRef, create_schedule
from k8stui.control.submitting.creating import OnStage, RunRef, SubmitOptions, submit
from k8stui.control.submitting.earlier import EarlierRun, earlier_run
from k8stui.control.submitting.rerunning import kept_run, options_like
from k8stui.control.truth import records
from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.model.labels import label_value
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.views import RunSummaryView
from k8stui.plan.request import default_image
from k8stui.stacks.active import ActiveStack


@dataclass(frozen=True)
class Offer:
    """A pipeline to choose.

    Attributes:
        name: Its name; the label value of its runs where no file is known.
        found: Where it is defined; None for one that is known from runs only.
        last: Its newest run, by the pipeline's name; None when there is none.
    """

    name: str
    found: FoundPipeline | None
    last: RunSummaryView | None = None


@dataclass(frozen=True)
class Offers:
    """All that can be chosen.

    Attributes:
        pipelines: Those with a file first.
        notes: Sentences on what could not be read.
    """

    pipelines: tuple[Offer, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunForm:
    """The form of one pipeline.

    Attributes:
        found: The pipeline.
        name: Its name, as loading its file tells it.
        doc: What its author wrote about it.
        fields: One for each parameter.
        texts: What stands in the fields that an earlier run fills.
        earlier: That run.
        lost: Parameters whose value in that run cannot be typed.
        said: What the file printed while it was loaded.
        image: Of the run that is to be repeated; empty otherwise.
        rerun_of: That run; empty otherwise.
        schedule: When the pipeline is to run by itself, as its author says; None for never.
    """

    found: FoundPipeline
    name: str
    doc: str
    fields: tuple[Field, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    earlier: EarlierRun | None = None
    lost: tuple[str, ...] = ()
    said: str = ""
    image: str = ""
    rerun_of: str = ""
    schedule: ScheduleSpec | None = None


@dataclass(frozen=True)
class Order:
    """A filled-in form.

    Attributes:
        found: The pipeline.
        fields: Those of the form.
        texts: What stands in them.
        image: Image of the run; empty for the default.
        rerun_of: The run that it repeats; empty for none.
        schedule: When it is to run by itself; None for a run by hand.
    """

    found: FoundPipeline
    fields: tuple[Field, ...]
    texts: Mapping[str, str]
    image: str = ""
    rerun_of: str = ""
    schedule: ScheduleSpec | None = None


class FormChangedError(K8stuiError):
    """The file was edited since the form was made, and its parameters are others now; nothing was submitted.

    Attributes:
        fields: Those of the file as it is now.
    """

    def __init__(self, message: str, *, hint: str, fields: tuple[Field, ...]) -> None:
        super().__init__(message, hint=hint)
        self.fields = fields


class Creating:
    """The verbs of the form, for one cluster, namespace, folder and stack.

    Attributes:
        folder: The folder, as a person knows it.
        namespace: Where runs are started.
        image: What they run in when no image is given.
    """

    def __init__(
        self, cluster: Cluster, folder: Path, *, namespace: str | None = None, stack: ActiveStack | None = None
    ) -> None:
        self._cluster, self._folder, self._stack = cluster, folder, stack
        self.folder = shown(folder) if folder.resolve() != Path.cwd() else "this folder"
        self.namespace = namespace or cluster.namespace
        registry = stack.container_registry if stack else None
        self.image = default_image(registry.config.uri if registry else "")

    async def offers(self) -> Offers:
        """The pipelines below the folder, and those that ran in the namespace.

        Without an answer of the cluster there are still the files, and a note.
        """
        found, runs = await asyncio.gather(asyncio.to_thread(find_pipelines, self._folder), self._runs())
        notes = list(found.notes)
        if isinstance(runs, K8stuiError):
            notes.insert(0, f"Earlier runs are not known: {runs.message}")
            runs = []
        return Offers(offered(found.pipelines, runs), tuple(notes))

    async def form(self, found: FoundPipeline) -> RunForm:
        """The form of a pipeline, filled from its newest run where that came from the same file.

        Raises:
            K8stuiError: Its file cannot be loaded.
        """
        made = await _empty(found)
        try:
            earlier = await earlier_run(self._cluster, made.name, found.source, namespace=self.namespace)
        except K8stuiError:
            return made  # The form works without it.
        return _filled(made, earlier) if earlier else made

    async def form_of(self, run: RunSummaryView) -> RunForm | None:
        """The form of an earlier run's pipeline, filled as that run was; None when no file here defines it.

        Raises:
            K8stuiError: The run or the file cannot be read.
        """
        head = records.header(await get_record(self._cluster, run.run, namespace=self.namespace))
        known = await asyncio.to_thread(find_pipelines, self._folder)
        source, parameters = records.source_target(head), head.get("parameters")
        found = next((one for one in known.pipelines if source and one.source == source), None)
        if found is None:
            return None
        earlier = EarlierRun(run, parameters if isinstance(parameters, dict) else {})
        return replace(_filled(await _empty(found), earlier), image=str(head.get("image") or ""), rerun_of=run.run)

    async def submit(self, order: Order, on_stage: OnStage) -> RunRef:
        """Submit what a form says.

        The file is loaded once more, so that the steps and the code package are of one moment.

        Raises:
            FormError: A field does not hold what it should.
            FormChangedError: The file has other parameters by now.
            K8stuiError: As for `submit`.
        """
        spec = await self._traced(order, on_stage)
        options = SubmitOptions(namespace=self.namespace, image=order.image)
        if order.rerun_of:
            kept = await kept_run(self._cluster, order.rerun_of, namespace=self.namespace)
            options = replace(await options_like(kept), image=order.image)
        return await submit(self._cluster, spec, on_stack(self._stack, options, self._cluster), on_stage=on_stage)

    async def schedule(self, order: Order, on_stage: OnStage) -> ScheduleRef:
        """Create the schedule that a form says.

        Raises:
            FormError: A field does not hold what it should.
            FormChangedError: The file has other parameters by now.
            InvalidInputError: The order has no schedule.
            K8stuiError: As for `create_schedule`.
        """
        if order.schedule is None:
            raise InvalidInputError(
                f"There is no schedule for {order.found.target}.", hint="It needs a cron expression."
            )
        spec = await self._traced(order, on_stage)
        on_stage(f"creating the schedule in namespace {self.namespace}")
        options = SubmitOptions(namespace=self.namespace, image=order.image)
        return await create_schedule(self._cluster, spec, order.schedule, on_stack(self._stack, options, self._cluster))

    async def _traced(self, order: Order, on_stage: OnStage) -> PipelineSpec:
        """What a form says, traced; refused where the file has another form by now."""
        on_stage(f"reading {order.found.file.name}")

        def traced(loaded: Any) -> PipelineSpec:
            fields = fields_of(loaded.parameters)
            if [one.shape for one in fields] != [one.shape for one in order.fields]:
                raise FormChangedError(
                    f"The parameters of {order.found.target} changed since this form was made; nothing was submitted",
                    hint="The form shows them as they are now, with what you typed. Look through it and submit again.",
                    fields=fields,
                )
            spec: PipelineSpec = loaded.trace(parse(fields, order.texts))
            return spec

        return (await opened(order.found.target, traced)).result

    async def _runs(self) -> list[RunSummaryView] | K8stuiError:
        try:
            return await list_runs(self._cluster, namespace=self.namespace)
        except K8stuiError as error:
            return error


async def _empty(found: FoundPipeline) -> RunForm:
    def empty(loaded: Any) -> RunForm:
        own = loaded.schedule.compiled() if loaded.schedule is not None else None
        return RunForm(found, loaded.name, loaded.doc, fields_of(loaded.parameters), schedule=own)

    made = await opened(found.target, empty)
    return replace(made.result, said=made.said)


def _filled(made: RunForm, earlier: EarlierRun) -> RunForm:
    texts, lost = filled(made.fields, earlier.parameters)
    return replace(made, texts=texts, earlier=earlier, lost=tuple(lost))


def offered(found: Sequence[FoundPipeline], runs: Sequence[RunSummaryView]) -> tuple[Offer, ...]:
    """Each pipeline once for each file, with its newest run; then those that are known from runs only.

    Args:
        found: Of the files.
        runs: The newest first.
    """
    newest: dict[str, RunSummaryView] = {}
    for run in runs:
        newest.setdefault(run.pipeline, run)
    offers = [Offer(one.name, one, newest.get(label_value(one.name))) for one in found]
    known = {label_value(one.name) for one in found}
    return (*offers, *(Offer(name, None, run) for name, run in newest.items() if name and name not in known))
