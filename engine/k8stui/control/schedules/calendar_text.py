"""A calendar as lines of plain text, for any terminal: ASCII only, and marked by characters instead of colours.

`!` stands where several runs are at work, those of schedules that fire more than hourly not counted.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from k8stui.control.schedules.calendar import Entry, PileUp, ScheduleCalendar
from k8stui.control.words.spans import brief

NARROWEST = 40
MOST_LINES = 12
"""Pile-ups, and schedules of one hour, that are told one by one."""

_HOURS, _MINUTE = 24, 60.0
_COLUMNS = (1, 2, 3, 4, 6, 12)
"""Hours that one column may stand for."""

_DATE = "%a %d %b"
_LABEL = len("Thu 26 Nov  ")


def calendar_lines(calendar: ScheduleCalendar, width: int) -> list[str]:
    """A calendar as text: a day by the hour, more days as a table of days and hours, then what piles up.

    Args:
        calendar: What to tell.
        width: Columns that a line may have; at least 40 are used.
    """
    width = max(width, NARROWEST)
    lines = _wrapped(_head(calendar), width)
    if calendar.entries:
        lines += ["", *(_by_hour(calendar, width) if calendar.days == 1 else _by_day(calendar, width))]
        lines += _frequent(calendar, width)
        lines += _pile_ups(calendar, width)
    return lines


def _head(calendar: ScheduleCalendar) -> str:
    count = sum(entry.count for entry in calendar.entries)
    begin, end = (_local(calendar, moment.timestamp()) for moment in (calendar.start, calendar.end))
    text = f"{begin:{_DATE} %H:%M} to {end:{_DATE} %H:%M}, {calendar.zone}: "
    if count:
        number = len(calendar.entries)
        text += f"{number} schedule{'s fire' if number > 1 else ' fires'} {_times(count)}"
        if calendar.most > 1 and calendar.most_at is not None:
            at = _local(calendar, calendar.most_at)
            text += f", up to {calendar.most} runs at once (first {at:{_DATE} %H:%M})"
    else:
        text += "nothing fires"
    text += "."
    if calendar.suspended:
        text += f" {calendar.suspended} suspended."
    if calendar.unread:
        text += f" Cannot be read here: {', '.join(calendar.unread)}."
    return text


def _by_hour(calendar: ScheduleCalendar, width: int) -> list[str]:
    hours: dict[datetime, list[tuple[float, str]]] = defaultdict(list)
    for entry in calendar.entries:
        if not entry.frequent:
            for moment in entry.times:
                hours[_local(calendar, moment).replace(minute=0, second=0)].append((moment, _said(calendar, entry)))
    lines, day = [], ""
    for hour in sorted(hours):
        if day != (day := f"{hour:{_DATE}}"):
            lines.append(day)
        for number, (moment, text) in enumerate(sorted(hours[hour])):
            if number == MOST_LINES:
                lines.append(f"           and {len(hours[hour]) - MOST_LINES} more")
                break
            local = _local(calendar, moment)
            mark = "!" if moment // _MINUTE * _MINUTE in calendar.crowded else " "
            lines.append(_cut(f"  {f'{hour:%H}h' if not number else '':5}{local:%H:%M}{mark} {text}", width))
    return lines


def _said(calendar: ScheduleCalendar, entry: Entry) -> str:
    usual = f"  ({brief(entry.schedule.usual)})" if entry.schedule.usual is not None else ""
    return f"{calendar.name_of(entry.schedule)}{usual}"


def _by_day(calendar: ScheduleCalendar, width: int) -> list[str]:
    """A row a day and a column an hour, or several hours where the terminal is narrow."""
    for hours in _COLUMNS:
        cells = _cells(calendar, hours)
        space = max(len(text) for text in (*cells.values(), "00")) + 1
        if _LABEL + space * (_HOURS // hours) <= width:
            break
    begins = range(0, _HOURS, hours)
    lines = [_LABEL * " " + "".join(f"{begin:02}".rjust(space - 1) + " " for begin in begins).rstrip()]
    day, last = (_local(calendar, moment.timestamp()).date() for moment in (calendar.start, calendar.end))
    while day <= last:
        row = [cells.get((day, begin // hours), ". ").rjust(space) for begin in begins]
        lines.append((f"{day:{_DATE}}".ljust(_LABEL) + "".join(row)).rstrip())
        day += timedelta(days=1)
    return [*lines, "", *_wrapped("Starts an hour." if hours == 1 else f"Starts in {hours} hours.", width)]


def _cells(calendar: ScheduleCalendar, hours: int) -> dict[tuple[date, int], str]:
    counts: Counter[tuple[date, int]] = Counter()
    crowded = set()
    for entry in calendar.entries:
        for moment in () if entry.frequent else entry.times:
            local = _local(calendar, moment)
            cell = local.date(), local.hour // hours
            counts[cell] += 1
            if moment // _MINUTE * _MINUTE in calendar.crowded:
                crowded.add(cell)
    return {cell: f"{count}{'!' if cell in crowded else ' '}" for cell, count in counts.items()}


def _frequent(calendar: ScheduleCalendar, width: int) -> list[str]:
    found = [entry for entry in calendar.entries if entry.frequent]
    if not found:
        return []
    names = [calendar.name_of(entry.schedule) for entry in found]
    space = min(max(map(len, names)), width // 2)
    lines = ["", "MORE THAN HOURLY, not shown above"]
    for name, entry in zip(names[:MOST_LINES], found, strict=False):
        lines.append(_cut(f"  {name:<{space}}  {_rhythm(entry)}, {_times(entry.count)}", width))
    if len(found) > MOST_LINES:
        lines.append(f"  and {len(found) - MOST_LINES} more")
    return lines


def _pile_ups(calendar: ScheduleCalendar, width: int) -> list[str]:
    if not calendar.pile_ups:
        return ["", "No runs at once, as far as known."]
    lines = ["", *_wrapped("RUNS AT ONCE, by how long they usually take (a minute where that is not known)", width)]
    for one in calendar.pile_ups[:MOST_LINES]:
        when = f"{_local(calendar, one.first):{_DATE} %H:%M}" + (f", {_times(one.times)}" if one.times > 1 else "")
        lines += _wrapped(f"  {one.most:>3}  {when}: {_names(one)}", width, indent=7)
    if len(calendar.pile_ups) > MOST_LINES:
        lines.append(f"  and {len(calendar.pile_ups) - MOST_LINES} more")
    return lines


def _names(one: PileUp) -> str:
    if one.names[1:]:
        more = f" and {len(one.names) - MOST_LINES} more" if len(one.names) > MOST_LINES else ""
        return ", ".join(one.names[:MOST_LINES]) + more
    return f"{one.names[0]} overlaps itself"


def _rhythm(entry: Entry) -> str:
    if entry.every == _MINUTE:
        return "every minute"
    return f"every {brief(entry.every)}" if entry.every else entry.schedule.cron


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _local(calendar: ScheduleCalendar, moment: float) -> datetime:
    return datetime.fromtimestamp(moment, calendar.zone)


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "~"


def _wrapped(text: str, width: int, *, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, drop_whitespace=True, break_on_hyphens=False)
