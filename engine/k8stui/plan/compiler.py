"""Submit compiles, the master executes: from a pipeline and its settings to the finished manifests of one run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial

from k8stui.incluster.contract import names
from k8stui.incluster.contract.opening import new_record
from k8stui.incluster.contract.protocol import DISRUPTION_BUDGET, KIND_PYTHON, Plan, Startup, StepPlan
from k8stui.incluster.wire.variables import ENV_IMAGE, ENV_NAMESPACE, ENV_PLAN, ENV_RUN
from k8stui.model import labels as labelling
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import PipelineSpec, StepSpec
from k8stui.model.rules import image_problem
from k8stui.model.settings import EffectiveSettings
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan import limits
from k8stui.plan.bundle import Bundle, Reference
from k8stui.plan.caching import CacheDigests, index_name, why_unused
from k8stui.plan.code import code_text, place_code
from k8stui.plan.credentials import check_credentials, credentials_secret, masters_values
from k8stui.plan.dag import in_order, parents
from k8stui.plan.job import master_job, master_spec, program_variables
from k8stui.plan.layering import LayeredSettings, in_vain
from k8stui.plan.request import CompiledRun, Manifest, RunRequest, default_image
from k8stui.plan.shipping import master_text, runner_text
from k8stui.plan.storing import owner_of
from k8stui.plan.templates import Templates
from k8stui.version import __version__


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """What a run and the template of a schedule's runs have in common.

    Attributes:
        plan: What the master will execute.
        references: Where the chunks of the plan are.
        parts: The ConfigMaps of plan, code and program, still without their owner.
        image: Of master and steps that name none.
        settings: The pipeline's settings with their defaults.
        program: Where the chunks of our program are.
        code: The shared ConfigMap of the code package; empty where it is not shared.
    """

    plan: Plan
    references: list[Reference]
    parts: tuple[Manifest, ...]
    image: str
    settings: EffectiveSettings
    program: list[Reference]
    code: Manifest

    def master(self, request: RunRequest, labels: dict[str, str], values: dict[str, str]) -> Manifest:
        """The spec of the master's Job, with further variables of its own."""
        plan = ",".join(str(reference) for reference in self.references)
        return master_spec(
            values={**values, **self._own_image(), ENV_NAMESPACE: request.namespace, ENV_PLAN: plan},
            labels=labels,
            image=self.settings.orchestrator_image or self.image,
            service_account=self.settings.service_account_name or request.service_account,
            settings=self.settings,
            program=self.program,
            uid=request.uid,
            pull_secret=request.pull_secret,
        )

    def _own_image(self) -> dict[str, str]:
        """The run's image, for a master that has another one itself and has to write it into a record."""
        return {ENV_IMAGE: self.image} if self.settings.orchestrator_image else {}


def compile_run(spec: PipelineSpec, request: RunRequest) -> CompiledRun:
    """The manifests of one run of a pipeline.

    Raises:
        InvalidInputError: The graph has no order, something does not fit, or settings contradict each other; the
            message names the place.
    """
    run = labelling.run_name(spec.name, request.suffix)
    own = {**pipeline_labels(spec.name), names.LABEL_RUN: run, names.LABEL_RUN_ID: run}
    parts = Bundle(
        partial(names.plan_name, run), request.namespace, {**own, names.LABEL_COMPONENT: names.COMPONENT_PLAN}
    )
    made = assemble(spec, request, run=run, labels=own, bundle=parts)
    values = {ENV_RUN: run}
    secret = credentials_secret(request, names.credentials_name(run), own)
    job_spec = made.master(request, own, values | masters_values(request)) | ({"suspend": True} if secret else {})
    kept = parts.add("job", json.dumps(made.master(request, own, values), separators=(",", ":")))
    further = {"rerun_of": request.rerun_of} if request.rerun_of else {}
    return CompiledRun(
        plan=made.plan,
        record=new_record(made.plan, own, made.image, list(map(str, made.references)), list(map(str, kept)), further),
        parts=parts.manifests(),
        job=master_job(names.job_name(run), request.namespace, own, job_spec),
        secret=secret,
        code=made.code,
        settings=made.settings,
        warnings=in_vain(spec),
    )


def assemble(spec: PipelineSpec, request: RunRequest, *, run: str, labels: dict[str, str], bundle: Bundle) -> Assembly:
    """Plan, code and program of a pipeline.

    Args:
        spec: The pipeline.
        request: What the submitter says.
        run: Name of the run; empty for a template, whose plan has no prefix for pods but one that the author chose.
        labels: k8stui's own labels of every pod.
        bundle: Takes the texts.

    Raises:
        InvalidInputError: As for `compile_run`.
    """
    steps = in_order(spec.steps)
    if not steps:
        raise InvalidInputError(f"pipeline {spec.name!r} has no steps")
    _check(spec, steps, len(_runner(request)), request.artifact_store)
    check_credentials(request.credentials)
    settings = LayeredSettings.of(spec, request.config)
    image = request.image or spec.image or default_image(request.registry)
    _check_image(image, "the run")
    program, runner = bundle.add("master", master_text()), bundle.add("runner", _runner(request))
    code, shared = place_code(spec.code, request, bundle)
    templates = Templates(
        namespace=request.namespace,
        labels=labels,
        image=image,
        program=program_variables(runner) + code,
        uid=request.uid,
        pull_secret=request.pull_secret,
        requirements=spec.requirements,
        store=request.artifact_store,
        owner=owner_of(request.place, spec.name),
    )
    slugs = labelling.step_slugs((step.name for step in steps), mapped={step.name for step in steps if step.mapped})
    digests = CacheDigests(spec, scheduled=not run, store=request.artifact_store)
    planned = tuple(_step(step, slugs[step.name], settings, templates, digests) for step in steps)
    chosen, longest = settings.run.pod_name_prefix, max(step.longest_slug for step in planned)
    if run:
        prefix = labelling.pod_prefix(chosen or spec.name, request.suffix, longest_slug=longest)
    else:
        prefix = labelling.plain_slug(chosen)
    plan = Plan(
        run=run,
        pipeline=spec.name,
        namespace=request.namespace,
        pod_prefix=prefix,
        steps=planned,
        templates=tuple(templates.manifests),
        parameters=spec.parameters,
        max_parallelism=settings.run.max_parallelism,
        startup_pause=settings.startup_pause,
        failure_mode=settings.run.failure_mode,
        timeout=settings.run.run_timeout,
        stream_step_logs=settings.run.stream_step_logs,
        handover=request.handover,
        credentials=tuple(request.hidden),
        cache=index_name(spec.name) if any(step.cache for step in planned) else "",
        no_cache=why_unused(request, settings.run),
        created=request.created,
        submitted_by=request.submitted_by,
        version=__version__,
        source=spec.source,
    )
    references = bundle.add("plan", _plan_text(plan))
    return Assembly(
        plan=plan,
        references=references,
        parts=bundle.manifests(),
        image=image,
        settings=settings.run,
        program=program,
        code=shared,
    )


def _check_image(image: str, whose: str) -> None:
    problem = image_problem(image)
    if problem:
        raise InvalidInputError(f"the image {image!r} of {whose} cannot exist: {problem}")


def pipeline_labels(pipeline: str) -> dict[str, str]:
    """The labels of every object of a pipeline's runs and schedules."""
    return {names.LABEL_PIPELINE: labelling.label_value(pipeline), names.LABEL_MANAGED_BY: names.MANAGER}


def _check(
    spec: PipelineSpec, steps: list[StepSpec], runner_characters: int, store: ArtifactStoreConfig | None
) -> None:
    limits.check_parameters(spec.parameters)
    if spec.code is not None:
        limits.check_code(spec.code, store)
    program = runner_characters + len(code_text(spec.code))
    outputs = {step.name: step.outputs for step in steps}
    mapped = {step.name for step in steps if step.mapped}
    for step in steps:
        if step.kind == KIND_PYTHON and spec.code is None:
            raise InvalidInputError(f"step {step.name!r} is a Python step, but the pipeline has no code package")
        if step.image:
            _check_image(step.image, f"step {step.name!r}")
        limits.check_step(step, outputs=outputs, mapped=mapped, program_characters=program)


def _step(
    step: StepSpec, slug: str, settings: LayeredSettings, templates: Templates, digests: CacheDigests
) -> StepPlan:
    own = settings.step(step)
    return StepPlan(
        name=step.name,
        slug=slug,
        kind=step.kind,
        template=templates.of(step, own),
        after=parents(step),
        module=step.module,
        function=step.function,
        inputs=step.inputs,
        outputs=step.outputs,
        retry=step.retry,
        disruption_budget=DISRUPTION_BUDGET + own.backoff_limit_margin,
        startup=Startup(
            timeout=own.pod_startup_timeout,
            max_retries=own.pod_failure_max_retries,
            delay=own.pod_failure_retry_delay,
            backoff=own.pod_failure_backoff,
        ),
        timeout=own.step_timeout,
        hopeless=tuple(own.fail_on_container_waiting_reasons),
        env=step.env,
        hook=step.hook,
        takes=step.takes,
        mapped=step.mapped,
        max_items=own.max_map_items,
        when=step.when,
        alternatives=step.alternatives,
        cache=digests.of(step, own),
    )


def _runner(request: RunRequest) -> str:
    return runner_text(storing=request.artifact_store is not None)


def _plan_text(plan: Plan) -> str:
    text = plan.to_text()
    if len(text) > limits.MAX_PLAN_BYTES:
        raise InvalidInputError(
            f"the compiled pipeline is {len(text) // limits.KIB} KiB, "
            f"more than the {limits.MAX_PLAN_BYTES // limits.KIB} KiB allowed",
            hint="Pass where the data is kept instead of the data, or use fewer different container steps.",
        )
    return text
