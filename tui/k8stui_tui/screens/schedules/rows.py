"""Schedules, and the runs of one, as rows of tables. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from k8stui.control.words.spans import age, span
from k8stui.incluster.contract.states import RunState
from k8stui_tui.screens.liverows import MINUTE, coarse_age
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, Shown, by_text

if TYPE_CHECKING:
    from k8stui.model.scheduleviews import FiringView, ScheduleView

FIELDS = ("status", "schedule", "pipeline", "cron", "zone", "namespace", "by")
"""What a filter can look at."""

_TIME = "%a %d %b %H:%M"
_EXACT = "%a %d %b %H:%M:%S"
"""Only `@every` gives seconds."""

_ROLES = {"active": "good", "suspended": "paused", "never": "trouble", "failing": "failed", "running": "running"}


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


def _last(schedule: ScheduleView, _now: float) -> Shown:
    state = schedule.last_run.state.value if schedule.last_run else ""
    return by_text(state, role_of(state))


def _ago(schedule: ScheduleView, now: float) -> Shown:
    last = schedule.last_run
    ran = (last.scheduled or last.created) if last else schedule.last
    return Cell(coarse_age(ran, now), "dim"), None if ran is None else -ran


def _success(schedule: ScheduleView, _now: float) -> Shown:
    good, ended = schedule.outcomes.count(RunState.SUCCEEDED), len(schedule.outcomes)
    return Cell(f"{good}/{ended}" if ended else "", "dim" if good == ended else "caution"), schedule.success_rate


def _took(run: FiringView, now: float) -> Shown:
    began = run.created
    took = None if began is None else (run.finished or now) - began
    return Cell(age(began, now) if not run.state.ended else span(took) if run.finished else ""), took


def _due(run: FiringView) -> str:
    if run.scheduled is None:
        return "by hand"
    return " ".join(filter(None, (when(run.scheduled), run.trigger)))


def when(then: float | None, zone: tzinfo | None = None) -> str:
    """A time in a zone, in the viewer's when None: `Tue 24 Nov 02:30`."""
    if then is None:
        return ""
    return datetime.fromtimestamp(then, UTC).astimezone(zone).strftime(_EXACT if int(then) % 60 else _TIME)


_HERE: Sheet[ScheduleView] = Sheet(
    schedule_key,
    (Column("status", "STATUS", least=11), lambda one, _: by_text(word := status_of(one), status_role(word))),
    (Column("schedule", "SCHEDULE", least=14, flex=3, wants=18, tail=6), lambda one, _: by_text(one.name)),
    (Column("pipeline", "PIPELINE", least=8, flex=2, drop=5), lambda one, _: by_text(one.pipeline, "dim")),
    (Column("cron", "CRON", least=11, flex=1, most=40), lambda one, _: by_text(one.cron)),
    (Column("zone", "ZONE", least=7, most=24, drop=4), lambda one, _: by_text(one.time_zone, "dim")),
    (Column("next", "NEXT", right=True, least=7, wants=7), lambda one, now: (Cell(until(one.next, now)), one.next)),
    (Column("last", "LAST", least=9, drop=1), _last),
    (Column("ago", "AGO", right=True, least=5, wants=6, drop=2), _ago),
    (Column("success", "SUCCESS", right=True, drop=3), _success),
    (
        Column("missed", "MISSED", right=True, drop=6),
        lambda one, _: (Cell(str(one.missed) if one.missed else "", "caution"), one.missed),
    ),
    (Column("by", "BY", least=6, most=24, drop=7), lambda one, _: by_text(by_of(one), "dim")),
)
_EVERYWHERE = _HERE.with_namespace(1, lambda one: one.namespace)

RUNS: Sheet[FiringView] = Sheet(
    lambda run: run.run,
    (Column("status", "STATUS", least=9), lambda run, _: by_text(run.state.value, role_of(run.state.value))),
    (Column("run", "RUN", least=14, flex=3, tail=9), lambda run, _: by_text(run.run)),
    (
        Column("due", "DUE", least=12, drop=2),
        lambda run, _: (Cell(_due(run), "dim"), -(run.scheduled or run.created or 0)),
    ),
    (Column("took", "TOOK", right=True, least=5, wants=6), _took),
    (Column("note", "NOTE", least=10, flex=2, drop=3), lambda run, _: by_text(run.why, "dim")),
)
"""Of the runs of one schedule."""


def sheet(*, everywhere: bool = False) -> Sheet[ScheduleView]:
    """The columns of schedules for one namespace, or for all of them."""
    return _EVERYWHERE if everywhere else _HERE
