"""What there is to know of a schedule, as a text to read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from textwrap import fill
from typing import TYPE_CHECKING

from k8stui.control.words.spans import age, span
from k8stui.model.cron import zone_of
from k8stui_tui.keys import way_to
from k8stui_tui.screens.acting import aligned
from k8stui_tui.screens.schedules.rows import by_of, until, when

if TYPE_CHECKING:
    from k8stui.control.schedules.preview import Preview
    from k8stui.model.scheduleviews import ChangeView, ScheduleView
    from k8stui_tui.screens.schedules.ahead import Foresight


def details(
    schedule: ScheduleView, found: Foresight | None, now: float, columns: int, *, viewer: tzinfo | None = None
) -> str:
    """All that is known of a schedule; headings begin at the edge, the rest is indented.

    Args:
        schedule: Which one.
        found: When it fires; None while that is not known.
        now: Seconds since the epoch.
        columns: Room for a line; longer ones go on below, indented.
        viewer: The viewer's; the machine's when None.
    """
    parts: list[list[str]] = [_next(schedule, found.preview if found else None, now, viewer)]
    if found and found.preview.notes:
        parts.append(["NOTES", *(f"  {note}" for note in found.preview.notes)])
    words = found.words if found else ""
    parts += [_settings(schedule, words, now), _given("PARAMETERS", schedule.parameters)]
    parts += [_given("SETTINGS", schedule.settings), _changes(schedule.changes, now)]
    return "\n\n".join("\n".join(_filled(line, columns) for line in lines) for lines in parts if lines)


def _filled(line: str, columns: int) -> str:
    if len(line) <= columns:
        return line
    # What goes on below stands under the text, not under its label.
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return fill(line, max(columns, 20), subsequent_indent=indent, break_on_hyphens=False)


def calendar_text(schedules: Sequence[ScheduleView], now: float, days: Sequence[int], columns: int) -> str:
    """What all schedules fire, one part for each number of days.

    Args:
        schedules: All of them.
        now: Seconds since the epoch.
        days: How far each part looks.
        columns: Room for a line.
    """
    from k8stui.control.schedules.calendar import calendar
    from k8stui.control.schedules.calendar_text import calendar_lines
    from k8stui.control.schedules.localzone import local_zone

    start, zone = datetime.fromtimestamp(now, UTC), local_zone()
    parts = [calendar_lines(calendar(schedules, start, one, zone), columns) for one in days]
    return "\n\n\n".join("\n".join(lines) for lines in parts)


def _next(schedule: ScheduleView, found: Preview | None, now: float, viewer: tzinfo | None) -> list[str]:
    if found is None:
        return ["NEXT", "  Loading ..."]
    if problem := found.cron_problem or found.zone_problem:
        return ["NEXT", f"  It cannot be told here: {problem}."]
    if not found.times:
        return ["NEXT", "  It never fires."]
    begin = ["  It would fire, were it not suspended:"] if schedule.suspended else []
    moments = [moment.timestamp() for moment in found.times]
    zone = zone_of(schedule.time_zone)
    there, here = [when(one, zone) for one in moments], [when(one, viewer) for one in moments]
    ahead = [f"in {until(one, now, exact=False)}" for one in moments]
    columns = [[schedule.time_zone, *there], *([[_here(found.times[0], viewer), *here]] if there != here else [])]
    columns.append(["", *ahead])
    return ["NEXT", *begin, *(f"  {line}" for line in aligned(list(zip(*columns, strict=True))))]


def _here(moment: datetime, viewer: tzinfo | None) -> str:
    return f"here, {moment.astimezone(viewer).tzname()}"


def _settings(schedule: ScheduleView, words: str, now: float) -> list[str]:
    kept = [
        f"{count} {word}"
        for count, word in ((schedule.successful_history, "that ended well"), (schedule.failed_history, "that failed"))
        if count is not None
    ]
    deadline = schedule.starting_deadline
    facts = [
        ("cron", schedule.cron),
        ("means", words),
        ("zone", schedule.time_zone),
        ("while one runs", _OVERLAPS.get(schedule.concurrency, schedule.concurrency)),
        ("may be late", "without end" if deadline is None else span(deadline)),
        ("Jobs kept", ", ".join(kept)),
        ("runs take", span(schedule.usual)),
        ("running", ", ".join(schedule.active)),
        ("missed", f"{schedule.missed} since it last fired" if schedule.missed else ""),
        ("last success", _ago(schedule.last_success, now)),
        ("pipeline", schedule.pipeline),
        ("source", schedule.source.target),
        ("image", schedule.image),
        ("made", _made(schedule, now)),
        ("version", schedule.version),
    ]
    return ["SCHEDULE", *_aligned(facts)]


_OVERLAPS = {
    "Allow": "the next starts too (Allow)",
    "Forbid": "the next is left out (Forbid)",
    "Replace": "it is ended for the next (Replace)",
}


def _ago(then: float | None, now: float) -> str:
    return f"{age(then, now)} ago" if then is not None else ""


def _made(schedule: ScheduleView, now: float) -> str:
    by = by_of(schedule)
    return " ".join(filter(None, (_ago(schedule.created, now), f"by {by}" if by else "")))


def _given(heading: str, values: Mapping[str, object]) -> list[str]:
    told = [(name, json.dumps(value, ensure_ascii=False)) for name, value in values.items()]
    return [heading, *_aligned(told)] if told else []


def _changes(changes: Sequence[ChangeView], now: float) -> list[str]:
    return ["CHANGES", *(line for change in changes for line in _change(change, now))] if changes else []


def _change(change: ChangeView, now: float) -> Iterator[str]:
    yield "  " + " ".join(filter(None, (_ago(change.at, now), f"by {change.by}" if change.by else "")))
    for one in change.fields:
        yield f"    {one.field}: {one.old or 'nothing'} -> {one.new or 'nothing'}"


def _aligned(facts: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  {line}" for line in aligned([fact for fact in facts if fact[1]])]


def warning(schedule: ScheduleView) -> str:
    """What a person should read first; empty for nothing."""
    if schedule.suspended:
        return f"It is suspended: {way_to('schedules.suspend')} resumes it."
    if schedule.next is None:
        return f"It never fires: {way_to('schedules.why')} tells why."
    if schedule.missed:
        times = "time" if schedule.missed == 1 else "times"
        return f"It should have fired {schedule.missed} {times} and has not: {way_to('schedules.why')} tells why."
    return ""


def line_role(line: str) -> str:
    """How a line of it looks: headings stand at the edge."""
    return "title" if line[:1].isupper() else ""
