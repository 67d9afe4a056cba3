"""`k8stui schedule edit` and `changes`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.output import Format, note, say, structured, table
from k8stui_tui.cli.run import Parameters, parameters
from k8stui_tui.cli.schedule.fires import times_table, utc
from k8stui_tui.cli.schedule.options import concurrency_of, every_cron
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column
from k8stui_tui.cli.trust import Yes, ask_to_load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from k8stui.control.schedules.preview import Preview
    from k8stui.model.scheduleviews import ChangeView, FieldChange, ScheduleView

Name = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")]


def edit(
    schedule: Name,
    *,
    cron: Annotated[str | None, typer.Option("--cron", help="When it fires, as `5 2 * * *`.")] = None,
    every: Annotated[
        str, typer.Option("--every", metavar="DURATION", help="A fixed distance instead, as `90m`, `1h30m` or `2d`.")
    ] = "",
    time_zone: Annotated[str | None, typer.Option("--time-zone", help="IANA zone that its cron is meant in.")] = None,
    concurrency: Annotated[
        str, typer.Option("--concurrency", help="Allow, Forbid or Replace, while an earlier run goes on.")
    ] = "",
    starting_deadline: Annotated[
        str, typer.Option("--starting-deadline", metavar="SECONDS|none", help="How late a run may be; none: any.")
    ] = "",
    suspend: Annotated[bool | None, typer.Option("--suspend/--no-suspend", help="Whether it fires no more.")] = None,
    successful_history: Annotated[
        int | None, typer.Option("--successful-history", min=0, help="How many Jobs of successful runs are kept.")
    ] = None,
    failed_history: Annotated[
        int | None, typer.Option("--failed-history", min=0, help="How many Jobs of failed runs are kept.")
    ] = None,
    param: Parameters = None,
    unset_param: Annotated[
        list[str] | None,
        typer.Option("--unset-param", metavar="NAME", help="A parameter that goes back to its default; repeatable."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting over the pipeline's own; repeatable."),
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option("--unset", metavar="NAME", help="A setting that goes back to the pipeline's own; repeatable."),
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", help="Image of the orchestrator and of steps that name none.")
    ] = None,
    cache: Annotated[
        bool | None, typer.Option("--cache/--no-cache", help="Whether its runs may take results of earlier ones.")
    ] = None,
    file: Annotated[str, typer.Option("--file", metavar="FILE[:PIPELINE]", help="Other code from now on.")] = "",
    yes: Yes = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and have the server check it.")
    ] = False,
    generation: Annotated[
        int | None, typer.Option("--generation", help="Only if nobody has changed it since; `-o json` tells it.")
    ] = None,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Change a schedule in place, and tell what was changed and when it fires next.

    What is not given stays as it is. If somebody else changes it at the same time, nothing is done (code 7).

    Runs that have started keep the code, parameters and settings that they began with. For others without --file, the
    code that is kept with the schedule is loaded on this machine, as `k8stui run FILE` loads a file.
    """
    from k8stui.authoring.settings import settings_of_texts
    from k8stui.control.schedules.editing import ScheduleEdit, check_edit

    wanted = ScheduleEdit(
        cron=every_cron(cron or "", every) if every else cron,
        time_zone=time_zone,
        suspend=suspend,
        concurrency=concurrency_of(concurrency) if concurrency else None,
        starting_deadline=_deadline(starting_deadline),
        successful_history=successful_history,
        failed_history=failed_history,
        settings=settings_of_texts(parameters(settings, "--set"), where="--set") if settings else None,
        unset=tuple(unset or ()),
        image=image,
        cache=cache,
    )
    values = {**parameters(param or []), **dict.fromkeys(unset_param or ())}
    if wanted == ScheduleEdit() and not values and not file:
        raise InvalidInputError(
            f"Nothing was given that is to be changed of {schedule}.", hint="As --cron '5 3 * * *'; --help lists all."
        )
    check_edit(wanted)
    if (values or wanted.needs_spec) and not file and not yes:
        ask_to_load(schedule, "other parameters, settings or image")

    async def work() -> None:
        from k8stui.authoring.rescheduling import completed
        from k8stui.control.schedules.advising import advise
        from k8stui.control.schedules.editing import edit_schedule
        from k8stui.control.schedules.listing import show_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            seen = await show_schedule(cluster, schedule)
            which = seen if generation is None else generation
            whole = await completed(cluster, schedule, wanted, parameters=values, target=file)
            now = await edit_schedule(cluster, schedule, whole, seen=which, dry_run=dry_run, on_warning=_warn)
            advice = await advise(cluster, now)
        made = now.changes[0].fields if now.generation != seen.generation else ()
        if dry_run:
            now = now.model_copy(update={"generation": seen.generation})
        _tell(now, made, advice, output, dry_run=dry_run)

    execute(work())


def changes(
    schedule: Name,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """List what was changed of a schedule, when and by whom, the newest first."""

    async def work() -> None:
        from k8stui.control.schedules.listing import show_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = (await show_schedule(cluster, schedule)).changes
        if output.structured:
            say(structured(found, output))
        elif found:
            _changes_table(found)
        else:
            note(f"No change of the schedule {schedule} is known.")

    execute(work())


def _warn(sentence: str) -> None:
    note(f"Warning: {sentence}")


def _deadline(text: str) -> Any:
    if text in ("", "none"):
        return text or None
    if not (text.isascii() and text.isdecimal()):
        raise InvalidInputError(
            f"--starting-deadline {text!r} is not possible.",
            hint="Seconds, as 300, or none for a run that may be late.",
        )
    return int(text)


def _tell(now: ScheduleView, made: tuple[FieldChange, ...], advice: Preview, output: Format, *, dry_run: bool) -> None:
    from k8stui.control.schedules.catchup import catch_up

    moment = time.time()
    notes = [sentence for sentence in (catch_up(now, made, moment), *advice.notes) if sentence]
    fires = () if now.suspended else advice.times
    if output.structured:
        told = {
            "schedule": now.name,
            "namespace": now.namespace,
            "changed": bool(made) and not dry_run,
            "generation": now.generation,
            "changes": [one.model_dump(mode="json") for one in made],
            "notes": notes,
            "next": [utc(one) for one in fires],
        }
        say(structured(told, output))
        return
    if output is Format.NAME:
        say(now.name)
    else:
        _tell_person(now, made, fires, moment, dry_run=dry_run)
    for sentence in notes:
        note(f"Note: {sentence}")


def _tell_person(
    now: ScheduleView, made: tuple[FieldChange, ...], fires: Sequence[datetime], moment: float, *, dry_run: bool
) -> None:
    from k8stui.model.cron import zone_of

    done = "would be changed; nothing was saved" if dry_run else "changed"
    say(f"{now.name} {done if made else 'is so already: nothing to change'}")
    if made:
        rows = [[one.field, one.old, "->", one.new] for one in made]
        table([Column("FIELD"), Column("OLD", flexible=True), Column(""), Column("NEW", flexible=True)], rows)
    if now.suspended:
        say("suspended: it does not fire")
    elif fires:
        times_table(fires, zone_of(now.time_zone), now.time_zone, datetime.fromtimestamp(moment, UTC))


def _changes_table(found: tuple[ChangeView, ...]) -> None:
    from k8stui.control.words.spans import minute

    rows = []
    for change in found:
        who = [minute(change.at), change.by]
        fields = [(field.field, field.old, "->", field.new) for field in change.fields]
        rows += [[*who, *field] for field in fields or [("something else of its CronJob", "", "", "")]]
    columns = [Column("WHEN"), Column("BY", flexible=True), Column("FIELD"), Column("OLD", flexible=True)]
    table([*columns, Column(""), Column("NEW", flexible=True)], rows)
