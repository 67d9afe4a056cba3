"""Schedules, and the runs of one, as rows of tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from k8stui.control.spans import age, span
from k8stui.incluster.states import RunState
from k8stui_tui.screens.liverows import MINUTE, coarse_age
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

if TYPE_CHECKING:
    from k8stui.model.scheduleviews import FiringView, ScheduleView

COLUMNS = (
    Column("status", "STATUS", least=11),
    Column("schedule", "SCHEDULE", least=14, flex=3, wants=18, tail=6),
    Column("pipeline", "PIPELINE", least=8, flex=2, drop=5),
    Column("cron", "CRON", least=11, flex=1, most=40),
    Column("zone", "ZONE", least=7, most=24, drop=4),
    Column("next", "NEXT", right=True, least=7, wants=7),
    Column("last", "LAST", least=9, drop=1),
    Column("ago", "AGO", right=True, least=5, wants=6, drop=2),
    Column("success", "SUCCESS", right=True, drop=3),
    Column("missed", "MISSED", right=True, drop=6),
    Column("by", "BY", least=6, most=24, drop=7),
)
NAMESPACE = Column("namespace", "NAMESPACE", least=9, most=24, flex=1)

RUN_COLUMNS = (
    Column("status", "STATUS", least=9),
    Column("run", "RUN", least=14, flex=3, tail=9),
    Column("due", "DUE", least=12, drop=2),
    Column("took", "TOOK", right=True, least=5, wants=6),
    Column("note", "NOTE", least=10, flex=2, drop=3),
)

FIELDS = ("status", "schedule", "pipeline", "cron", "zone", "namespace", "by")
"""What a filter can look at."""

_TIME = "%a %d %b %H:%M"
_EXACT = "%a %d %b %H:%M:%S"
"""Only `@every` gives seconds."""

_ROLES = {"active": "good", "suspended": "paused", "never": "trouble", "failing": "failed", "running": "running"}


def columns(*, everywhere: bool) -> tuple[Column, ...]:
    """The columns for one namespace, or for all of them."""
    return (COLUMNS[0], NAMESPACE, *COLUMNS[1:]) if everywhere else COLUMNS


def schedule_key(schedule: ScheduleView) -> str:
    """The key of a schedule's row."""
    return f"{schedule.namespace}/{schedule.name}"


def status_of(schedule: ScheduleView) -> str:
    """A schedule in a word: what keeps it from firing first, then what it does, then how it went."""
    if schedule.suspended:
        return "suspended"
    if schedule.next is None:
        return "never fires"
    if schedule.active:
        return f"running {len(schedule.active)}"
    if schedule.outcomes and schedule.outcomes[0] is RunState.FAILED:
        return "failing"
    return "active"


def status_role(status: str) -> str:
    """How that word looks."""
    return _ROLES[status.partition(" ")[0]]


def by_of(schedule: ScheduleView) -> str:
    """Who made it: a person, or another program."""
    return schedule.submitted_by if schedule.origin == "k8stui" else schedule.origin


def fields_of(schedule: ScheduleView) -> dict[str, str]:
    """What a filter looks at."""
    return {
        "status": status_of(schedule),
        "schedule": schedule.name,
        "pipeline": schedule.pipeline,
        "cron": schedule.cron,
        "zone": schedule.time_zone,
        "namespace": schedule.namespace,
        "by": by_of(schedule),
    }


def until(then: float | None, now: float, *, exact: bool = True) -> str:
    """How long it takes until then, in minutes; within the last ten of them also in seconds, where that is wanted."""
    if then is None:
        return ""
    left = then - now
    if left <= 0:
        return "now"
    if left < MINUTE:
        return f"{int(left)}s" if exact else "<1m"
    return span(left if exact and left < 10 * MINUTE else left - left % MINUTE).replace("m00s", "m")


def schedule_rows(schedules: Iterable[ScheduleView], now: float, *, everywhere: bool) -> list[Row]:
    """One row for each schedule.

    Args:
        schedules: In the order they are shown.
        now: Seconds since the epoch.
        everywhere: Whether the namespace is a column.
    """
    return [_schedule_row(schedule, now, everywhere=everywhere) for schedule in schedules]


def run_rows(runs: Iterable[FiringView], now: float) -> list[Row]:
    """One row for each run of a schedule.

    Args:
        runs: The newest first.
        now: Seconds since the epoch.
    """
    return [_run_row(run, now) for run in runs]


def _schedule_row(schedule: ScheduleView, now: float, *, everywhere: bool) -> Row:
    status, last = status_of(schedule), schedule.last_run
    ran = (last.scheduled or last.created) if last else schedule.last
    good, ended = schedule.outcomes.count(RunState.SUCCEEDED), len(schedule.outcomes)
    missed = str(schedule.missed) if schedule.missed else ""
    state = last.state.value if last else ""
    cells = [
        Cell(status, status_role(status)),
        Cell(schedule.name),
        Cell(schedule.pipeline, "dim"),
        Cell(schedule.cron),
        Cell(schedule.time_zone, "dim"),
        Cell(until(schedule.next, now)),
        Cell(state, role_of(state)),
        Cell(coarse_age(ran, now), "dim"),
        Cell(f"{good}/{ended}" if ended else "", "dim" if good == ended else "caution"),
        Cell(missed, "caution"),
        Cell(by_of(schedule), "dim"),
    ]
    rate = schedule.success_rate
    order: list[object] = [status, schedule.name, schedule.pipeline, schedule.cron, schedule.time_zone, schedule.next]
    order += [state, None if ran is None else -ran, rate, schedule.missed, by_of(schedule)]
    if everywhere:
        cells.insert(1, Cell(schedule.namespace, "dim"))
        order.insert(1, schedule.namespace)
    return Row(schedule_key(schedule), tuple(cells), tuple(order))


def _run_row(run: FiringView, now: float) -> Row:
    state, began = run.state.value, run.created
    took = None if began is None else (run.finished or now) - began
    shown = age(began, now) if not run.state.ended else span(took) if run.finished else ""
    cells = (
        Cell(state, role_of(state)),
        Cell(run.run),
        Cell(_due(run), "dim"),
        Cell(shown),
        Cell(run.why, "dim"),
    )
    return Row(run.run, cells, (state, run.run, -(run.scheduled or began or 0), took, run.why))


def _due(run: FiringView) -> str:
    if run.scheduled is None:
        return "by hand"
    return " ".join(filter(None, (when(run.scheduled), run.trigger)))


def when(then: float | None, zone: tzinfo | None = None) -> str:
    """A time in a zone, in the viewer's when None: `Tue 24 Nov 02:30`."""
    if then is None:
        return ""
    return datetime.fromtimestamp(then, UTC).astimezone(zone).strftime(_EXACT if int(then) % 60 else _TIME)
