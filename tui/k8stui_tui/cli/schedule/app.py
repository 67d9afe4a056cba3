"""The commands of `k8stui schedule`, in the order of its help."""

from __future__ import annotations

import typer

from k8stui_tui.cli.schedule import acts, backfill, calendar, create, editing, export, fires, listing, telling

app = typer.Typer(no_args_is_help=True, help="Create, list, edit, suspend and delete schedules.", rich_markup_mode=None)

app.command("create")(create.create)
app.command("list")(listing.list_)
app.command("show")(listing.show)
app.command("describe")(telling.describe)
app.command("why")(telling.why)
app.command("next")(fires.next_)
app.command("edit")(editing.edit)
app.command("changes")(editing.changes)
app.command("calendar")(calendar.calendar_)
app.command("export")(export.export)
app.command("suspend")(acts.suspend)
app.command("resume")(acts.resume)
app.command("refresh")(acts.refresh)
app.command("trigger")(acts.trigger)
app.command("backfill")(backfill.backfill)
app.command("delete")(acts.delete)
