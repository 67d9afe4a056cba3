"""Submits a run: compiles it and creates its objects in the order that survives a submitter who dies in between.

Record first, so that whatever follows can be found; plan next, because a pod that refers to a ConfigMap which comes
later waits for the kubelet's back-off; Job last, because it starts the master. All pods are shown to the server
beforehand, as dry runs: an invalid field is an error now, not a failed step later.
"""

from __future__ import annotations

import asyncio
import getpass
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError, NamespaceMissingError
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.control.code.maps import map_for, share, shown
from k8stui.control.code.store import keep_code
from k8stui.control.lifecycle.history import keep_history
from k8stui.control.lifecycle.sweeping import sweep_secrets
from k8stui.control.namespaces.access import account_exists, ensure_account, make_account, missing_namespace
from k8stui.control.objects.showing import visible
from k8stui.control.stores.owning import place_of
from k8stui.control.submitting.podcheck import check_pods, master_pod, outcome, step_pods
from k8stui.incluster.contract import names
from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.settings import EffectiveSettings, KubernetesOrchestratorSettings, merge
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.compiler import compile_run
from k8stui.plan.limits import travels
from k8stui.plan.request import SERVICE_ACCOUNT, CompiledRun, RunRequest

ATTEMPTS = 3
"""How many random names are tried before a name that is taken becomes an error."""


@dataclass(frozen=True, kw_only=True)
class SubmitOptions:
    """What the submitter says about a run.

    Attributes:
        namespace: The context's when None.
        image: Image of master and steps that name none; empty for plain Python of the author's version.
        registry: What to put before the default image's name.
        pull_secret: A Secret of the namespace that all pods pull by; empty for none.
        config: The outermost layer of the settings.
        handover: Whether steps tell the master of their end themselves.
        credentials: Environment variables that every step gets and that nothing shows, such as an artifact store's.
        cache: Whether results of earlier runs are used.
        rerun_of: The run that this one repeats; empty for none.
        stack: The stack that it is said by; empty for none.
        artifact_store: Where results are kept that are too large to travel, or no JSON; None for nowhere.
        store_secrets: Further options of its filesystem, which nothing shows.
    """

    namespace: str | None = None
    image: str = ""
    registry: str = ""
    pull_secret: str = ""
    config: KubernetesOrchestratorSettings | None = None
    handover: bool = True
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    cache: bool = True
    rerun_of: str = ""
    stack: str = ""
    artifact_store: ArtifactStoreConfig | None = None
    store_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def request(self, namespace: str, submitter: str, code_map: str, place: str = "") -> RunRequest:
        """What the compiler is asked for.

        Args:
            namespace: Where.
            submitter: Who.
            code_map: The ConfigMap by which the code package is shared; empty for none.
            place: What tells the namespace from all others (`place_of`); empty where it is not known.
        """
        return RunRequest(
            namespace=namespace,
            image=self.image,
            registry=self.registry,
            pull_secret=self.pull_secret,
            config=self.config,
            submitted_by=submitter,
            created=time.time(),
            handover=self.handover,
            credentials=self.credentials,
            cache=self.cache,
            rerun_of=self.rerun_of,
            artifact_store=self.artifact_store,
            store_secrets=self.store_secrets,
            code_map=code_map,
            place=place,
        )


@dataclass(frozen=True)
class RunRef:
    """A run that was submitted.

    Attributes:
        run: Its name.
        namespace: Where it is.
        pipeline: Its pipeline, as the author wrote it.
        settings: With all defaults; `synchronous` and `timeout` are the submitter's part.
        warnings: Sentences on what was asked for in vain.
        code: Its code package in words: how large it is, and whether it was sent; empty where there is none.
        sent: Whether it was, because it was not there yet.
        stack: The stack that it was submitted by; empty for none.
    """

    run: str
    namespace: str
    pipeline: str
    settings: EffectiveSettings
    warnings: tuple[str, ...] = ()
    code: str = ""
    stack: str = ""
    sent: bool = True

    def told(self, context: str = "") -> str:
        """That it was submitted, as a sentence, which also names the stack, and the context where one is given."""
        named = [f"stack {self.stack}"] * bool(self.stack) + [f"context {context}"] * bool(context)
        where = f"{self.namespace} ({', '.join(named)})" if named else self.namespace
        code = f", with {self.code}" if self.code else ""
        return f"run {self.run} of pipeline {self.pipeline} submitted to namespace {where}{code}"


OnStage = Callable[[str], None]
"""Told what is being done now: `checking 3 pods with the server`."""


async def submit(
    cluster: Cluster, spec: PipelineSpec, options: SubmitOptions | None = None, *, on_stage: OnStage | None = None
) -> RunRef:
    """Start a run.

    Args:
        cluster: Where.
        spec: What.
        options: How.
        on_stage: Called at the beginning of each stage.

    Raises:
        InvalidInputError: The pipeline or a setting is wrong.
        NotFoundError: The namespace or a named service account does not exist.
        ForbiddenError: This user may not make an object; nothing is left behind.
        RejectedError: The server refuses one of the objects, step pods included.
    """
    options = options or SubmitOptions()
    stage = on_stage or (lambda _: None)
    namespace = options.namespace or cluster.namespace
    stage(f"looking at namespace {namespace}")
    account = merge(options.config, spec.settings).effective().service_account_name or SERVICE_ACCOUNT
    _, submitter, code, place = await asyncio.gather(
        ensure_account(cluster, namespace, account),
        submitter_of(cluster),
        map_for(cluster, spec.code, namespace),
        place_of(cluster, namespace, options.artifact_store),
    )
    kept = await keep_code(
        spec.code, options.artifact_store, options.store_secrets, stage, place=place, cluster=cluster
    )
    started = await start(cluster, lambda: _compile(spec, options, namespace, submitter, code, place), stage)
    sent = started.sent if spec.code is None or travels(spec.code) else kept
    told = f"{spec.code.told} ({'sent' if sent else 'there already'})" if spec.code else ""
    return replace(started, code=told, stack=options.stack, sent=sent)


async def start(cluster: Cluster, make: Callable[[], CompiledRun], stage: OnStage) -> RunRef:
    """Create the objects of a run.

    Args:
        cluster: Where.
        make: Compiles it, under another name each time.
        stage: Called at the beginning of each stage.

    Raises:
        K8stuiError: As for `submit`.
    """
    for attempt in range(ATTEMPTS):
        compiled = make()
        try:
            sent = await _create(cluster, compiled, stage)
        except AlreadyExistsError:
            if attempt == ATTEMPTS - 1:
                raise
            stage(f"the name {compiled.plan.run} is taken: trying another")
        else:
            break
    plan = compiled.plan
    warnings = (*compiled.warnings, *await _clear_away(cluster, compiled))
    return RunRef(plan.run, plan.namespace, plan.pipeline, compiled.settings, warnings, sent=sent or not compiled.code)


async def _clear_away(cluster: Cluster, compiled: CompiledRun) -> list[str]:
    """Remove what older runs have left; the run is submitted all the same when that does not work."""
    plan = compiled.plan
    jobs, secrets = await asyncio.gather(
        outcome(keep_history(cluster, plan.pipeline, plan.namespace, compiled.settings)),
        outcome(sweep_secrets(cluster, plan.namespace)),
    )
    told = {"Jobs": jobs, "Secrets": secrets}
    return [
        f"the {what} of older runs could not be removed: {error.message}"
        for what, error in told.items()
        if isinstance(error, K8stuiError)
    ]


async def preview(cluster: Cluster, spec: PipelineSpec, options: SubmitOptions | None = None) -> list[dict[str, Any]]:
    """Every object of a run as the server would store it, in the order of their creation; nothing is made.

    The step pods follow at the end: the master makes them, one for each attempt at a step.

    Raises:
        K8stuiError: As `submit` would.
    """
    options = options or SubmitOptions()
    namespace = options.namespace or cluster.namespace
    submitter, code, place = await asyncio.gather(
        submitter_of(cluster),
        map_for(cluster, spec.code, namespace),
        place_of(cluster, namespace, options.artifact_store),
    )
    compiled = _compile(spec, options, namespace, submitter, code, place)
    objects: list[dict[str, Any]] = []
    account = compiled.settings.service_account_name or SERVICE_ACCOUNT
    if not await account_exists(cluster, namespace, account):
        if account == SERVICE_ACCOUNT:
            objects += await make_account(cluster, namespace, update=False, dry_run=True)
        else:
            await ensure_account(cluster, namespace, account)
    try:
        record = await cluster.create(compiled.record, dry_run=True)
    except NamespaceMissingError as error:
        raise missing_namespace(namespace) from error
    objects.append(record)
    objects += await shown(cluster, compiled.code, record)
    for manifest in (*compiled.owned_parts(record), compiled.job):
        objects.append(await cluster.create(manifest, dry_run=True))
    for manifest in (*compiled.owned_secret(objects[-1]), *step_pods(compiled.plan)):
        objects.append(visible(await cluster.create(manifest, dry_run=True)))
    for item in objects:
        item["metadata"].pop("managedFields", None)
    return objects


def _compile(
    spec: PipelineSpec, options: SubmitOptions, namespace: str, submitter: str, code: str, place: str
) -> CompiledRun:
    if spec.schedule is not None:
        raise InvalidInputError(
            f"pipeline {spec.name!r} has a schedule: it is not run by hand",
            hint="Create its schedule: k8stui schedule create FILE:PIPELINE. Or run the pipeline without it.",
        )
    return compile_run(spec, options.request(namespace, submitter, code, place))


async def submitter_of(cluster: Cluster) -> str:
    """The name of this user: the cluster's, else the machine's; empty when neither is known."""
    with suppress(K8stuiError):
        known = await cluster.whoami()
        if known != "unknown":
            return known
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # A user id without a name, as in many containers.
        return ""


async def _create(cluster: Cluster, compiled: CompiledRun, stage: OnStage) -> bool:
    """Whether a shared code package was sent: it was not there."""
    plan, pods = compiled.plan, len([*step_pods(compiled.plan)]) + 1
    try:
        stage(f"creating the record of {plan.run}, checking {pods} pods with the server")
        record = await _record_and_check(cluster, compiled)
        stage("creating the plan")
        sent, _ = await asyncio.gather(
            share(cluster, compiled.code, record),
            asyncio.gather(*(cluster.create(part) for part in compiled.owned_parts(record))),
        )
        stage("creating the orchestrator's Job")
        # Once more, since a garbage collector that had seen the last owner gone may not have seen the new one.
        again = {} if sent else compiled.code
        job, _ = await asyncio.gather(cluster.create(compiled.job), share(cluster, again, record))
        for secret in compiled.owned_secret(job):
            await cluster.create(secret)
            await cluster.patch(JOBS, job["metadata"]["name"], {"spec": {"suspend": False}}, namespace=plan.namespace)
    except AlreadyExistsError:
        raise
    except BaseException:
        # The record owns the plan; a Job whose creation seemed to fail may be there all the same.
        for resource, name in (
            (JOBS, compiled.job["metadata"]["name"]),
            (CONFIGMAPS, names.record_name(plan.run)),
        ):
            with suppress(K8stuiError):
                await cluster.delete(resource, name, namespace=plan.namespace)
        raise
    return sent


async def _record_and_check(cluster: Cluster, compiled: CompiledRun) -> dict[str, Any]:
    plan = compiled.plan
    pods = (master_pod(plan.run, plan.namespace, compiled.job["spec"]), *step_pods(plan))
    async with asyncio.TaskGroup() as group:
        creating = group.create_task(outcome(cluster.create(compiled.record)))
        checking = group.create_task(outcome(check_pods(cluster, plan.namespace, pods)))
    record = creating.result()
    if isinstance(record, NamespaceMissingError):
        raise missing_namespace(plan.namespace) from record
    for failure in (record, checking.result()):
        if isinstance(failure, K8stuiError):
            raise failure
    stored: dict[str, Any] = record
    return stored
