"""A schedule in words: why it fires or does not, when, how its last runs ended, and what was changed of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from k8stui.control.describing.events import event_lines
from k8stui.control.diagnosis.around import one_line
from k8stui.control.diagnosis.finding import Diagnosis
from k8stui.control.events.reading import Event
from k8stui.control.schedules.timing import MOST_MISSED
from k8stui.control.words.layout import Block, block_lines, cut, moment, table_lines
from k8stui.control.words.spans import age, minute, span
from k8stui.incluster.contract.states import RunState
from k8stui.model.cron import cron_problem, fire_times, zone_of, zone_problem
from k8stui.model.cron.words import words
from k8stui.model.scheduleviews import FiringView, ScheduleView

NEXT = 5
"""Times to come that are told."""

LAST = 10
"""Runs and changes that are told."""

POSSIBLE = "suspend, resume, trigger, delete, and to edit cron and time zone; for all else use ZenML"
"""What can be done with a schedule of ZenML."""

_LONGEST = 200


def schedule_lines(
    view: ScheduleView,
    firings: Sequence[FiringView],
    diagnoses: Sequence[Diagnosis],
    events: Sequence[Event],
    now: float,
) -> list[str]:
    """The description of a schedule.

    Args:
        view: As it is.
        firings: Its runs, newest first.
        diagnoses: What is the matter with it; the first one tells whether it fires.
        events: Of its CronJob.
        now: Seconds since the epoch.
    """
    own, *others = diagnoses
    head: Block = [
        ("Schedule", view.name),
        ("Pipeline", view.pipeline),
        ("Namespace", view.namespace),
        ("Made with", view.origin),
        ("Status", own.sentence),
        ("Advice", own.advice),
        ("Said", list(own.evidence)),
        ("Trouble", [line for one in others for line in _trouble(one)]),
        ("Cron", view.cron),
        ("In words", words(view.cron)),
        ("Time zone", view.time_zone),
        ("Concurrency", view.concurrency),
        ("Starting deadline", "" if view.starting_deadline is None else f"{view.starting_deadline} s"),
        ("Keeps", _kept(view)),
        ("Last due", moment(view.last, now)),
        ("Last success", moment(view.last_success, now)),
        ("Missed", _missed(view)),
        ("Success", _success(view)),
        ("Usually takes", span(view.usual)),
        ("Active", list(view.active)),
        ("Parameters", [f"{name} = {_short(value)}" for name, value in view.parameters.items()]),
        ("Settings set", [f"{name} = {_short(value)}" for name, value in view.settings.items()]),
        ("Image", view.image),
        ("Source", view.source.target),
        ("Code", view.code.partition(".")[0]),
        ("Created", moment(view.created, now) + (f" by {view.submitted_by}" if view.submitted_by else "")),
        ("k8stui", view.version),
        ("Objects", _objects(view)),
        ("Possible", "" if view.origin == "k8stui" else POSSIBLE),
    ]
    return [
        *block_lines(head),
        *_next(view, now),
        *_runs(firings, now),
        *_changes(view, now),
        *event_lines(events, now),
    ]


def _objects(view: ScheduleView) -> list[str]:
    """Where the schedule's objects are, for kubectl."""
    if view.origin != "k8stui":
        return [f"cronjob/{view.name}", f"kubectl get jobs -l pipeline={view.pipeline}"]
    return [f"cronjob/{view.name}", f"kubectl get jobs,configmaps -l k8stui.io/schedule={view.name}"]


def _trouble(one: Diagnosis) -> list[str]:
    return [f"{one.subject}: {one.sentence}", *([f"-> {one.advice}"] if one.advice else [])]


def _kept(view: ScheduleView) -> str:
    limits = ((view.successful_history, "successful"), (view.failed_history, "failed"))
    told = [f"{number} {which}" for number, which in limits if number is not None]
    records = "; the records of all" if view.origin == "k8stui" else ""
    return f"Jobs of the last {' and '.join(told)} runs{records}" if told else ""


def _missed(view: ScheduleView) -> str:
    if not view.missed:
        return ""
    often = f"more than {MOST_MISSED - 1} times" if view.missed >= MOST_MISSED else f"{view.missed} times"
    return f"{often} since it last fired" if view.last else f"{often} since it was made"


def _success(view: ScheduleView) -> str:
    good = sum(state is RunState.SUCCEEDED for state in view.outcomes)
    return f"{good} of the last {len(view.outcomes)} runs that ended" if view.outcomes else ""


def _next(view: ScheduleView, now: float) -> list[str]:
    if view.next is None or cron_problem(view.cron) or zone_problem(view.time_zone):
        return []
    zone, start = zone_of(view.time_zone), datetime.fromtimestamp(view.next, UTC)
    rest = islice(fire_times(view.cron, view.time_zone, start), NEXT - 1)
    rows = [
        (_local(one.astimezone(zone)), _local(one.astimezone()), age(now, one.timestamp())) for one in (start, *rest)
    ]
    return ["Next:", *table_lines((view.time_zone, "HERE", "IN"), rows)]


def _local(then: datetime) -> str:
    shape = "%a %d %b %Y %H:%M:%S %Z" if then.second else "%a %d %b %Y %H:%M %Z"
    return then.strftime(shape)


def _runs(firings: Sequence[FiringView], now: float) -> list[str]:
    if not firings:
        return ["Runs: none yet"]
    rows = [
        (
            one.run,
            one.state.value,
            minute(one.scheduled) if one.scheduled else "by hand",
            f"{age(one.created, now)} ago",
            span(None if one.created is None else (one.finished or now) - one.created),
            one_line(one.why),
        )
        for one in firings[:LAST]
    ]
    more = [f"  and {len(firings) - LAST} more"] if len(firings) > LAST else []
    return ["Runs:", *table_lines(("RUN", "STATUS", "DUE", "STARTED", "TIME", "WHY"), rows), *more]


def _changes(view: ScheduleView, now: float) -> list[str]:
    rows = [
        (age(change.at, now), change.by, one.field, one_line(one.old)[:_LONGEST], one_line(one.new)[:_LONGEST])
        for change in view.changes[:LAST]
        for one in change.fields
    ]
    return ["Changes:", *table_lines(("AGE", "BY", "FIELD", "OLD", "NEW"), rows)] if rows else []


def _short(value: object) -> str:
    return cut(json.dumps(value, ensure_ascii=False), _LONGEST)
