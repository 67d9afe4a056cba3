"""What becomes of a cron expression and a zone while they are typed, and the lines that tell it. Pure.

It is computed anew for each text, without a cluster. Texts longer than any real expression are not looked at, so that
nothing that is pasted can hold up the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from textwrap import wrap
from typing import TypeAlias

from k8stui.control.schedules.preview import Preview, preview
from k8stui.control.words.spans import age
from k8stui.model.cron import zone_of
from k8stui.model.cron.words import words
from k8stui.model.scheduleviews import FieldChange, ScheduleView
from k8stui_tui.sanitize import cell
from k8stui_tui.widgets.lines import Piece

LONGEST = 1000
"""Characters of an expression or a zone that are looked at."""

LEAST = 4
"""Lines that times have in any case."""

TOO_LONG = f"it is longer than {LONGEST} characters"

Look: TypeAlias = Callable[[str, str], "Outlook"]
"""Looks ahead for a cron expression in a zone."""

Line: TypeAlias = tuple[Piece, ...]

_GAP, _LABEL = "  ", 9


@dataclass(frozen=True)
class Outlook:
    """What is known of a schedule as it is typed.

    Attributes:
        preview: When it fires, and what may surprise.
        now: From when on, in UTC.
        zone: The schedule's.
        here: The viewer's.
        words: What the expression means; empty for no words.
        empty: Whether nothing is typed yet.
    """

    preview: Preview
    now: datetime
    zone: tzinfo
    here: tzinfo
    words: str = ""
    empty: bool = False

    @property
    def refused(self) -> bool:
        """Whether Kubernetes takes it not."""
        return bool(self.preview.cron_problem or self.preview.zone_problem)

    @property
    def never(self) -> bool:
        """Whether it is right, and yet never fires."""
        return not self.refused and not self.preview.times


def outlook(
    cron: str,
    zone: str,
    now: float,
    here: tzinfo,
    *,
    usual: float | None = None,
    others: Sequence[ScheduleView] = (),
    name: str = "",
) -> Outlook:
    """Look ahead.

    Args:
        cron: The expression, as it is typed.
        zone: The zone's name, as it is typed.
        now: Seconds since the epoch.
        here: The viewer's zone.
        usual: Seconds that a run takes, where that is known.
        others: Schedules whose runs may be at work at the same time.
        name: Of the schedule itself, which may be among these; empty for a new one.
    """
    moment = datetime.fromtimestamp(now, UTC)
    if len(cron) > LONGEST or len(zone) > LONGEST:
        found = Preview(TOO_LONG if len(cron) > LONGEST else "", TOO_LONG if len(zone) > LONGEST else "")
    else:
        found = preview(cron, zone, moment, usual=usual, others=others, name=name)
    if found.cron_problem or found.zone_problem:
        return Outlook(found, moment, UTC, here, empty=not cron.strip())
    return Outlook(found, moment, zone_of(zone), here, words(cron))


def lines(
    seen: Outlook, columns: int, rows: int, *, suspended: bool = False, changes: Sequence[FieldChange] = ()
) -> list[Line]:
    """The lines that tell it; of the times as many as leave room for the rest.

    Args:
        seen: What is known.
        columns: How wide they may be.
        rows: How many there may be, where that is possible.
        suspended: Whether it does not fire for now.
        changes: What is not as it was.
    """
    head = [
        *_head(seen, columns),
        *(line for one in changes for line in _labelled("changes", told(one), "accent", columns)),
    ]
    tail = [line for text in seen.preview.notes for line in _labelled("note", text, "caution", columns)]
    if suspended and seen.preview.times:
        tail = [*_labelled("note", "It is suspended: nothing starts at these times.", "caution", columns), *tail]
    times = _times(seen, columns)
    room = max(LEAST, rows - len(head) - len(tail))
    if len(times) > room:
        kept = room - 1
        until = _local(seen.preview.times[-1], seen.zone).strftime("%a %d %b %Y")
        times = [*times[:kept], ((f"{'':{_LABEL}}and {len(times) - kept} more until {until}", "dim"),)]
    return [*head, *times, *tail]


def told(change: FieldChange) -> str:
    """A change in a line: `cron: 0 2 * * * -> 30 2 * * *`."""
    return f"{change.field}: {cell(change.old) or 'nothing'} -> {cell(change.new) or 'nothing'}"


def _head(seen: Outlook, columns: int) -> Iterator[Line]:
    text, role = _summary(seen)
    for part in wrap(text, max(20, columns)):
        yield ((part, role),)


def _summary(seen: Outlook) -> Piece:
    if seen.empty:
        return "Type a cron expression to see when it fires.", "dim"
    if seen.preview.cron_problem:
        return "No times: Kubernetes refuses the cron expression.", "trouble"
    if seen.preview.zone_problem:
        return "No times: the time zone is not known.", "trouble"
    if seen.never:
        return "It never fires.", "trouble"
    return cell(seen.words) or "It fires", "strong"


def _times(seen: Outlook, columns: int) -> list[Line]:
    """A line for each time: as the schedule's clock shows it, as the viewer's does, and how long until then."""
    times = seen.preview.times
    main = _shown(times, seen.zone, seen)
    here = _shown(times, seen.here, seen)
    until = [f"in {age(seen.now.timestamp(), time.timestamp())}" for time in times]
    other = any(_local(time, seen.zone).utcoffset() != _local(time, seen.here).utcoffset() for time in times)
    short = [text.split(" ", 1)[0] + text[len("Tue 24 Nov") :] for text in _shown(times, seen.here, seen, year=False)]
    shapes = [[main, here, until], [main, short, until]] if other else []
    for shape in (*shapes, [main, until], [main]):
        widths = [max(map(len, texts), default=0) for texts in shape]
        if _LABEL + sum(widths) + len(_GAP) * (len(widths) - 1) <= columns:
            break
    drawn = []
    for place, row in enumerate(zip(*shape, strict=True)):
        pieces: list[Piece] = [(f"{'next' if place == 0 else '':{_LABEL}}", "dim")]
        for at, (text, width) in enumerate(zip(row, widths, strict=True)):
            fitting = f"{text:>{width}}" if shape[at] is until else f"{text:{width}}"
            pieces.append(((_GAP if at else "") + fitting, "dim" if at else ""))
        drawn.append(tuple(pieces))
    return drawn


def _shown(times: Sequence[datetime], zone: tzinfo, seen: Outlook, *, year: bool = True) -> list[str]:
    """Times as clocks of a zone show them, with what that zone calls its time; the year where it is another one."""
    found = [_local(time, zone) for time in times]
    another = year and any(time.year != _local(seen.now, zone).year for time in found)
    shape = f"%a %d %b{' %Y' if another else ''} %H:%M{':%S' if any(time.second for time in found) else ''} "
    return [time.strftime(shape) + (time.tzname() or "") for time in found]


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone)


def _labelled(label: str, text: str, role: str, columns: int) -> Iterator[Line]:
    """A text broken into lines, with what it is before the first."""
    parts = wrap(cell(text), max(20, columns - _LABEL)) or [""]
    for place, part in enumerate(parts):
        yield (f"{'' if place else label:{_LABEL}}", role if label == "changes" else "dim"), (part, role)
