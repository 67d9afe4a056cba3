"""Tells which time of the past Kubernetes makes up for, once a schedule's times or its suspension have changed.

The controller compares a schedule's times with the last one that it fired at: a new expression may have had one since.
It fires for the latest of them at its next look, whatever the look is for. Pure.
"""

from __future__ import annotations

from k8stui.control.schedules.fields import TIMES
from k8stui.control.schedules.timing import last_due
from k8stui.control.words.spans import minute, span
from k8stui.model.cron import cron_problem, zone_problem
from k8stui.model.scheduleviews import FieldChange, ScheduleView


def catch_up(view: ScheduleView, changes: tuple[FieldChange, ...], now: float) -> str:
    """A sentence on a time that has passed and may get its run at once; empty where there is none.

    Args:
        view: The schedule after the changes.
        changes: What is changed of it.
        now: Seconds since the epoch.
    """
    since = view.created if view.last is None else view.last
    if view.suspended or since is None or not any(one.field in TIMES for one in changes):
        return ""
    if cron_problem(view.cron) or zone_problem(view.time_zone):
        return ""
    due = last_due(view.cron, view.time_zone, since, now)
    if due is None or (view.starting_deadline is not None and due < now - view.starting_deadline):
        return ""
    before = "it was made" if view.last is None else "it last fired"
    return (
        f"Its times since {before} include {minute(due)}: Kubernetes may make up for that one at once. "
        f"A starting deadline of less than {span(now - due)} prevents it."
    )
