"""Logs that went with their pods: what a person would otherwise take for steps that wrote nothing. Pure."""

from __future__ import annotations

from collections.abc import Container

from k8stui.control.logs import LogQuery
from k8stui.control.logstream import LogLine
from k8stui.control.spans import epoch
from k8stui.model.views import AttemptView, RunView, StepView

ONE_BY_ONE = 20
"""Up to so many stand in the log where their last lines would."""

WHY = "k8stui keeps no logs of its own"


def gone_logs(run: RunView, query: LogQuery, there: Container[str], *, now: float) -> list[LogLine]:
    """What is to be said of attempts whose pods are gone.

    Args:
        run: The run, as its record tells it.
        query: What of it is looked at.
        there: Names of the pods that are there, or whose logs were read before they went.
        now: Seconds since the epoch.
    """
    if query.previous or query.orchestrator:
        return []
    since = now - query.since if query.since is not None else epoch(query.since_time) or 0.0
    gone = [(step, one) for step in run.steps for one in step.attempts if _is_asked_for(step, one, query)]
    gone = [(step, one) for step, one in gone if one.pod not in there and (one.finished or now) >= since]
    if len(gone) > ONE_BY_ONE:
        return [LogLine(None, "", "", run.run, f"{len(gone)} pods are gone, and their logs with them: {WHY}", "note")]
    return [_said(run, step, one) for step, one in gone]


def _is_asked_for(step: StepView, attempt: AttemptView, query: LogQuery) -> bool:
    if query.step and query.step not in (step.name, step.item_of):
        return False
    if query.steps is not None and not query.steps.search(step.name):
        return False
    if query.pod and attempt.pod != query.pod:
        return False
    return attempt.finished is not None and attempt.started is not None and not attempt.silent


def _said(run: RunView, step: StepView, attempt: AttemptView) -> LogLine:
    text = f"pod {attempt.pod} is gone, and its log with it: {WHY}"
    return LogLine(attempt.finished, attempt.pod, step.name, run.run, text, "note")
