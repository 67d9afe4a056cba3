"""Changes schedules in place: everything is checked first, then one write does it, bound to the state that was read.

An editor's own state is compared by the CronJob's generation, which grows with its spec only: its resourceVersion also
changes whenever it fires.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final, Literal

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS
from k8stui.control.rewriting import WRITE_ATTEMPTS
from k8stui.control.schedules.changes import ANNOTATION, History, with_change
from k8stui.control.schedules.fields import differences, fields_of, timing_of
from k8stui.control.schedules.finding import check_complete, get_cron_job, jobs_of
from k8stui.control.schedules.views import schedule_view
from k8stui.control.spans import minute
from k8stui.control.submit import submitter_of
from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui.model.schedule import UTC_ZONE, Concurrency, ScheduleSpec
from k8stui.model.scheduleviews import ChangeView, FieldChange, ScheduleView

Json = dict[str, Any]

NO_DEADLINE: Final = "none"
"""As a starting deadline: remove it."""

LAST = WRITE_ATTEMPTS - 1

OF_ANYBODY = frozenset(("cron", "time-zone", "suspend"))
"""Fields that can be edited in schedules that k8stui did not make."""


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
    """

    cron: str | None = None
    time_zone: str | None = None
    suspend: bool | None = None
    concurrency: Concurrency | None = None
    starting_deadline: int | Literal["none"] | None = None
    successful_history: int | None = None
    failed_history: int | None = None


async def edit_schedule(
    cluster: Cluster,
    name: str,
    edit: ScheduleEdit,
    *,
    namespace: str | None = None,
    seen: ScheduleView | int | None = None,
    dry_run: bool = False,
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

    Returns:
        The schedule as it is then; its newest change is this one, unless its generation has stayed the same.

    Raises:
        NotFoundError: There is no such schedule.
        InvalidInputError: A value is not possible, or the schedule is not k8stui's and more than its timing is changed.
        ConflictError: It was changed since it was seen; the hint tells what by whom. Or it is to be resumed and was
            never completely created.
        ForbiddenError: This user may not.
        RejectedError: The server refuses it.
    """
    check_edit(edit)
    submitter = await submitter_of(cluster)
    for attempt in range(WRITE_ATTEMPTS):
        cron_job = await get_cron_job(cluster, name, namespace)
        now = schedule_view(cron_job, (), time.time())
        check_seen(seen, now)
        change = ChangeView(at=time.time(), by=submitter, fields=changes_of(now, edit))
        check_allowed(now, change.fields)
        if edit.suspend is False and now.origin == "k8stui":
            await check_complete(cluster, cron_job, namespace)
        written: Json | None = cron_job
        if change.fields:
            patch = _patch(cron_job, now, edit, change)
            written = await _write(cluster, cron_job, patch, dry_run=dry_run, last=attempt == LAST)
        if written:
            return schedule_view(written, await jobs_of(cluster, name, namespace), time.time())
    raise AssertionError("the last attempt returns or raises")


async def _write(cluster: Cluster, cron_job: Json, patch: Json, *, dry_run: bool, last: bool) -> Json | None:
    """Patch a CronJob as it was read; None where it has fired in between, or another editor was faster."""
    name, namespace = cron_job["metadata"]["name"], cron_job["metadata"]["namespace"]
    version = cron_job["metadata"]["resourceVersion"]
    try:
        return await cluster.patch(
            CRONJOBS, name, patch, namespace=namespace, dry_run=dry_run, resource_version=version
        )
    except ConflictError:
        found = await cluster.get(CRONJOBS, name, namespace=namespace)
        own = patch["metadata"]["annotations"][ANNOTATION]
        if (found["metadata"].get("annotations") or {}).get(ANNOTATION) == own:
            return found  # Our own write was done, and only its answer was lost.
        if last:
            raise
        return None


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
    return view.model_copy(update=update)


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


def check_allowed(view: ScheduleView, changes: tuple[FieldChange, ...]) -> None:
    """Refuse changes of what belongs to the maker of a schedule.

    Raises:
        InvalidInputError: The schedule is not k8stui's, and more than its timing is changed.
    """
    others = [change.field for change in changes if change.field not in OF_ANYBODY]
    if others and view.origin != "k8stui":
        raise InvalidInputError(
            f"The schedule {view.name} was made by {view.origin}: {', '.join(others)} cannot be changed here.",
            hint="Only cron, time zone and suspension can. For the rest use what made it.",
        )


def conflict(seen: ScheduleView | int, now: ScheduleView) -> ConflictError:
    """The error for an editor whose schedule was changed meanwhile, with what was changed and, if known, by whom."""
    generation = seen if isinstance(seen, int) else seen.generation
    since = [change for change in now.changes if change.generation > generation]
    who = {field.field: change for change in reversed(since) for field in change.fields}
    if isinstance(seen, int):
        fields = [field for change in since for field in change.fields]
    else:
        fields = list(difference(seen, now))
    lines = [f"{told(field)}{_by(who.get(field.field))}" for field in fields]
    return ConflictError(
        f"The schedule {now.name} was changed since it was looked at: generation {generation} then, "
        f"{now.generation} now.",
        hint="\n".join([*(lines or ["Nothing that is shown of it differs."]), "Look at it again, and repeat."]),
    )


def told(field: FieldChange) -> str:
    """A change in a line: `cron: 5 2 * * * -> 5 3 * * *`."""
    return f"{field.field}: {field.old or 'nothing'} -> {field.new or 'nothing'}"


def _by(change: ChangeView | None) -> str:
    parts = [part for part in ((change.by, minute(change.at)) if change else ()) if part]
    return f" ({', '.join(parts)})" if parts else ""


def check_seen(seen: ScheduleView | int | None, now: ScheduleView) -> None:
    """Refuse an edit of what is not there any more.

    Raises:
        ConflictError: The schedule was changed since it was seen.
    """
    if isinstance(seen, int):
        same = seen == now.generation
    else:
        same = seen is None or (seen.generation, seen.created) == (now.generation, now.created)
    if seen is not None and not same:
        raise conflict(seen, now)


def beginning(cron_job: Json, *, suspend: bool) -> Json:
    """The patch that completes a CronJob which was just made, suspended; from then on its changes are known."""
    view = schedule_view(cron_job, (), time.time()).model_copy(update={"suspended": suspend})
    history = History(generation=view.generation + (not suspend), timing=timing_of(view))
    return {"metadata": {"annotations": {ANNOTATION: history.to_text()}}, "spec": {"suspend": suspend}}


def _patch(cron_job: Json, view: ScheduleView, edit: ScheduleEdit, change: ChangeView) -> Json:
    """One write for the fields that change and for the change itself."""
    after = applied(view, edit)
    fields = {
        "cron": ("schedule", after.cron),
        "time-zone": ("timeZone", after.time_zone),
        "suspend": ("suspend", after.suspended),
        "concurrency": ("concurrencyPolicy", after.concurrency),
        "starting-deadline": ("startingDeadlineSeconds", after.starting_deadline),
        "successful-history": ("successfulJobsHistoryLimit", after.successful_history),
        "failed-history": ("failedJobsHistoryLimit", after.failed_history),
    }
    spec = dict(fields[one.field] for one in change.fields if one.field in fields)
    text = with_change(cron_job, timing_of(view), timing_of(after), change, generation=view.generation + 1)
    return {"metadata": {"annotations": {ANNOTATION: text}}, "spec": spec}
