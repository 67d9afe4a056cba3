"""Changes schedules in place: everything is checked first, then one write does it, bound to the state that was read.

An editor's own state is compared by the CronJob's generation, which grows with its spec only: its resourceVersion also
changes whenever it fires.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle.rewriting import WRITE_ATTEMPTS
from k8stui.control.schedules.conflicts import OWN, check_allowed, check_seen
from k8stui.control.schedules.fields import differences, fields_of, is_of_template
from k8stui.control.schedules.finding import check_complete, get_cron_job
from k8stui.control.schedules.looking import look_at_schedule
from k8stui.control.schedules.swapping import NewTemplate, discard, existing, make_template, swap, sweep
from k8stui.control.schedules.template import KeptTemplate, kept_template
from k8stui.control.schedules.views import schedule_view
from k8stui.control.schedules.writing import patch_of, write
from k8stui.control.submitting.creating import submitter_of
from k8stui.model.errors import ConflictError, InvalidInputError, K8stuiError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import UTC_ZONE, Concurrency, ScheduleSpec
from k8stui.model.scheduleviews import ChangeView, FieldChange, ScheduleView
from k8stui.model.settings import KubernetesOrchestratorSettings, merge
from k8stui.model.views import SourceView
from k8stui.plan.schedule import code_version

Json = dict[str, Any]

NO_DEADLINE: Final = "none"
"""As a starting deadline: remove it."""

HISTORY = {
    "successful_jobs_history_limit": "--successful-history",
    "failed_jobs_history_limit": "--failed-history",
}
"""Settings that a CronJob has fields for, and the options that edit these."""


@dataclass(frozen=True, kw_only=True)
class ScheduleEdit:
    """What is to become of a schedule; None leaves a thing as it is.

    Attributes:
        cron: Five fields, or a descriptor such as `@daily`.
        time_zone: IANA name of the zone that `cron` is meant in.
        suspend: Whether it fires no more.
        concurrency: What becomes of a firing while an earlier one still runs.
        starting_deadline: Seconds that a firing may be late, or `NO_DEADLINE`.
        successful_history: How many Jobs of runs that ended well are kept.
        failed_history: How many of those that did not.
        spec: What it runs from now on, already traced: other code, other parameters, or the same once more where only
            settings or image are changed (`authoring.rescheduling`).
        settings: What is set over the pipeline's own, beside what earlier edits have set; kept for later edits.
        unset: Names of settings that earlier edits have set, and that go back to the pipeline's own.
        image: Default image of its runs.
        cache: Whether its runs may take results of earlier ones.
    """

    cron: str | None = None
    time_zone: str | None = None
    suspend: bool | None = None
    concurrency: Concurrency | None = None
    starting_deadline: int | Literal["none"] | None = None
    successful_history: int | None = None
    failed_history: int | None = None
    spec: PipelineSpec | None = None
    settings: KubernetesOrchestratorSettings | None = None
    unset: tuple[str, ...] = ()
    image: str | None = None
    cache: bool | None = None

    @property
    def needs_spec(self) -> bool:
        """Whether it changes what stands in the template, so that it has to be compiled anew."""
        return self.settings is not None or bool(self.unset) or self.image is not None or self.cache is not None


async def edit_schedule(
    cluster: Cluster,
    name: str,
    edit: ScheduleEdit,
    *,
    namespace: str | None = None,
    seen: ScheduleView | int | None = None,
    dry_run: bool = False,
    on_warning: Callable[[str], None] | None = None,
) -> ScheduleView:
    """Change a schedule. Where the edit comes to nothing, nothing is written.

    Args:
        cluster: Where.
        name: Which one.
        edit: What to change.
        namespace: The context's when None.
        seen: The schedule as the editor saw it, or its generation then: if it was changed since, nothing is written.
            None changes it whatever it is now.
        dry_run: Only have the server check it.
        on_warning: Told sentences on settings without effect.

    Returns:
        The schedule as it is then; its newest change is this one, unless its generation has stayed the same.

    Raises:
        NotFoundError: There is no such schedule, or a service account that it names is not there.
        InvalidInputError: A value is not possible, or the schedule is not k8stui's and more than its timing is changed.
        ConflictError: It was changed since it was seen; the hint tells what by whom. Or it is to be resumed, or
            given another template, and was never completely created.
        ForbiddenError: This user may not.
        RejectedError: The server refuses it, or one of its pods.
    """
    check_edit(edit)
    if edit.needs_spec and not edit.spec:
        raise InvalidInputError(
            "schedule: settings and image stand in its template, which is compiled from its pipeline",
            hint="Give the traced pipeline as well (authoring.rescheduling.completed).",
        )
    editor = _Editor(cluster, edit, seen, await submitter_of(cluster), dry_run=dry_run)
    try:
        written = await editor.edited(name, namespace)
    except BaseException:
        await editor.clear_away()
        raise
    if on_warning:
        for warning in editor.warnings:
            on_warning(warning)
    try:
        return (await look_at_schedule(cluster, name, namespace=namespace, cron_job=written)).view
    except K8stuiError:  # It is changed, whether its runs can be read or not.
        return schedule_view(written, (), time.time())


class _Editor:
    """One edit, through all attempts to write it: a template is made for the first of them only."""

    def __init__(
        self, cluster: Cluster, edit: ScheduleEdit, seen: ScheduleView | int | None, submitter: str, *, dry_run: bool
    ) -> None:
        self._cluster, self._edit, self._seen, self._submitter = cluster, edit, seen, submitter
        self._dry_run = dry_run
        self._kept: KeptTemplate | None = None
        self._made: NewTemplate | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._made.compiled.warnings if self._made else ()

    async def edited(self, name: str, namespace: str | None) -> Json:
        """The CronJob as it is then."""
        for _ in range(WRITE_ATTEMPTS):
            cron_job = await get_cron_job(self._cluster, name, namespace)
            if written := await self._attempt(cron_job):
                return written
        raise ConflictError(f"The schedule {name} changes again and again.", hint="Look at it again, and repeat.")

    async def _attempt(self, cron_job: Json) -> Json | None:
        """The CronJob as it is then; None where it has fired in between, or another editor was faster."""
        before = schedule_view(cron_job, (), time.time())
        check_seen(self._seen, before)
        if self._edit.spec:
            check_allowed(before, ["code"])
            self._seen = self._seen or before  # What was compiled for one state must not be swapped into another.
            self._kept = self._kept or await kept_template(self._cluster, cron_job)
            before = before.model_copy(update={"parameters": self._kept.plan.parameters})
        if self._edit.time_zone and not cron_job["spec"].get("timeZone"):
            before = before.model_copy(update={"time_zone": ""})  # The controller's own, which may be another one.
        change = ChangeView(at=time.time(), by=self._submitter, fields=changes_of(before, self._edit))
        check_allowed(before, [field.field for field in change.fields])
        if self._edit.suspend is False and before.origin == OWN:
            await check_complete(self._cluster, cron_job, cron_job["metadata"]["namespace"])
        if not change.fields:
            return cron_job
        after = applied(before, self._edit)
        patch = patch_of(cron_job, before, after, change)
        if self._edit.spec and self._kept and is_of_template(change.fields):
            self._made = self._made or await self._make(self._kept, before, after, self._edit.spec)
            patch = swap(patch, cron_job, self._made, await existing(self._cluster, cron_job))
        written = await write(self._cluster, cron_job, patch, dry_run=self._dry_run)
        if written and self._made and not self._dry_run:
            await sweep(self._cluster, cron_job, written)
        return written

    async def clear_away(self) -> None:
        """Delete what was made for a write that was not done."""
        if self._made and self._kept and not self._dry_run:
            await discard(self._cluster, self._kept, self._made)

    async def _make(
        self, kept: KeptTemplate, before: ScheduleView, after: ScheduleView, spec: PipelineSpec
    ) -> NewTemplate:
        return await make_template(
            self._cluster,
            kept,
            with_overrides(spec, before, self._edit),
            overrides=after.settings,
            image=after.image,
            cache=after.cache,
            submitter=self._submitter,
            dry_run=self._dry_run,
        )


def changes_of(view: ScheduleView, edit: ScheduleEdit) -> tuple[FieldChange, ...]:
    """What an edit would change of a schedule; empty when nothing."""
    return differences(fields_of(view), fields_of(applied(view, edit)))


def difference(seen: ScheduleView, now: ScheduleView) -> tuple[FieldChange, ...]:
    """What of a schedule is not as somebody saw it."""
    return differences(fields_of(seen), fields_of(now))


def applied(view: ScheduleView, edit: ScheduleEdit) -> ScheduleView:
    """A schedule as an edit would leave it; what follows from the changed fields is not computed."""
    deadline = edit.starting_deadline
    given: Json = {
        "cron": edit.cron,
        "time_zone": edit.time_zone,
        "suspended": edit.suspend,
        "concurrency": edit.concurrency and edit.concurrency.value,
        "successful_history": edit.successful_history,
        "failed_history": edit.failed_history,
    }
    update = {name: value for name, value in given.items() if value is not None}
    if deadline is not None:
        update["starting_deadline"] = None if deadline == NO_DEADLINE else deadline
    if edit.spec:
        update |= {
            "pipeline": edit.spec.name,
            "source": SourceView(target=edit.spec.source),
            "parameters": edit.spec.parameters,
            "settings": overrides(view, edit),
            "code": code_version(with_overrides(edit.spec, view, edit)),
            "image": edit.image or view.image,
            "cache": view.cache if edit.cache is None else edit.cache,
        }
    return view.model_copy(update=update)


def overrides(view: ScheduleView, edit: ScheduleEdit) -> Json:
    """The settings that are set over the pipeline's own after an edit."""
    known = {name: value for name, value in view.settings.items() if name not in edit.unset}
    return merge(KubernetesOrchestratorSettings.model_validate(known), edit.settings).explicit()


def with_overrides(spec: PipelineSpec, view: ScheduleView, edit: ScheduleEdit) -> PipelineSpec:
    """The pipeline as the schedule is to run it after an edit."""
    given = overrides(view, edit)
    own = KubernetesOrchestratorSettings.model_validate(given) if given else None
    return replace(spec, settings=merge(spec.settings, own)) if own else spec


def check_edit(edit: ScheduleEdit) -> None:
    """Refuse values that no schedule can have.

    Raises:
        InvalidInputError: The message names the field and the value.
    """
    ScheduleSpec(
        cron="@daily" if edit.cron is None else edit.cron,
        time_zone=UTC_ZONE if edit.time_zone is None else edit.time_zone,
        starting_deadline=None if edit.starting_deadline == NO_DEADLINE else edit.starting_deadline,
    )
    for field in ("successful_history", "failed_history"):
        value = getattr(edit, field)
        if value is not None and value < 0:
            raise InvalidInputError(f"schedule: {field} {value!r} is not possible: it must not be negative")
    for field in (*edit.unset, *(edit.settings.explicit() if edit.settings else ())):
        if field in HISTORY:
            raise InvalidInputError(f"schedule: {field} is the schedule's own", hint=f"Set it by {HISTORY[field]}.")
        if field not in KubernetesOrchestratorSettings.model_fields:
            raise KubernetesOrchestratorSettings.refusal("schedule: settings", field)
