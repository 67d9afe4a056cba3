"""Logs of pods that are gone: from the archive of their run, or said to be lost, so that nobody takes them for none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Iterable, Mapping, Sequence
from typing import TypeAlias

from k8stui.control.logs.many import LogQuery
from k8stui.control.logs.pod import Window
from k8stui.control.logs.stream import LogLine
from k8stui.incluster.contract.protocol import KIND_PYTHON
from k8stui.incluster.runner.storing.stores import MODULES
from k8stui.model.errors import K8stuiError, NotFoundError
from k8stui.model.views import AttemptView, RunSummaryView, RunView, StepView

Gone: TypeAlias = tuple[StepView, AttemptView]

ONE_BY_ONE = 20
"""Up to so many stand in the log where their last lines would."""

NO_STORE = "the run has no artifact store that keeps logs"

CONTAINER = "logs of container steps are not archived"

NOTHING = "the archive has nothing of it: the pod wrote nothing, was killed before it could keep it, or it was pruned"

RECENT = 10
"""Runs of a pipeline that are looked at, the newest: each costs some requests."""

LIBRARY = ", or its image has no {}: nothing is installed for a log alone"


def runs_to_look_at(
    runs: Iterable[RunSummaryView], query: LogQuery, *, begin: float | None
) -> tuple[list[RunSummaryView], list[LogLine]]:
    """The runs of a pipeline that are asked for pods that are gone, and what is to be said of earlier ones. Pure.

    Args:
        runs: Any, the newest first.
        query: What is looked at.
        begin: Seconds since the epoch; what ended before is not asked for.
    """
    asked = [
        run
        for run in runs
        if run.pipeline == query.pipeline
        and not run.zenml_id
        and (not query.namespace or run.namespace == query.namespace)
        and not (run.finished and begin and run.finished < begin)
    ]
    earlier = len(asked) - RECENT
    if earlier <= 0:
        return asked, []
    noun = "an earlier run" if earlier == 1 else f"{earlier} earlier runs"
    text = f"of {noun} only pods that are there are shown: the logs of each run tell of those that are gone"
    return asked[:RECENT], [LogLine(asked[RECENT - 1].created, "", "", "", text, "note")]


def gone_attempts(run: RunView, query: LogQuery, there: Container[str], *, now: float) -> list[Gone]:
    """The attempts that may have written something, and whose pods are gone. Pure.

    Args:
        run: The run, as its record tells it.
        query: What of it is looked at.
        there: Names of the pods that are there, or whose logs were read before they went.
        now: Seconds since the epoch.
    """
    if query.previous or query.orchestrator:
        return []
    since = query.begin(now)
    gone = [(step, one) for step in run.steps for one in step.attempts if _is_asked_for(step, one, query)]
    return [(step, one) for step, one in gone if one.pod not in there and (one.finished or now) >= since]


def lost_logs(run: RunView, gone: Sequence[Gone], why: str) -> list[LogLine]:
    """What is to be said of attempts whose logs went with their pods. Pure."""
    if len(gone) > ONE_BY_ONE:
        return [LogLine(None, "", "", run.run, f"{len(gone)} pods are gone, and their logs with them: {why}", "note")]
    return [_lost(run, step, attempt, why) for step, attempt in gone]


def cut_logs(run: RunView, gone: Sequence[Gone], ends: Mapping[str, float]) -> list[LogLine]:
    """What is to be said of attempts whose pods went while nobody read the rest of their logs. Pure.

    Args:
        run: The run, as its record tells it.
        gone: Attempts of which something was shown.
        ends: By pod the times of the last lines that were shown, where there may be more.
    """
    lines = []
    for step, attempt in gone:
        if attempt.pod not in ends:
            continue
        kept = run.archive is not None and step.kind == KIND_PYTHON
        where = f"k8stui logs {run.run} shows it from the archive" if kept else CONTAINER if run.archive else NO_STORE
        text = (
            f"pod {attempt.pod} was deleted while its log was not followed: what it wrote last may be missing: {where}"
        )
        time = max(attempt.finished or 0.0, ends[attempt.pod] + 1e-6)
        lines.append(LogLine(time, attempt.pod, step.name, run.run, text, "note"))
    return lines


async def gone_logs(
    run: RunView, gone: Sequence[Gone], window: Window, *, now: float
) -> AsyncIterator[Sequence[LogLine]]:
    """The logs of these attempts from the archive, one after the other, and what is to be said of those it has not.

    Args:
        run: The run, as its record tells it.
        gone: See `gone_attempts`.
        window: How much of each.
        now: Seconds since the epoch.
    """
    if run.archive is None:
        yield lost_logs(run, gone, NO_STORE)
        return
    archived = [(step, one) for step, one in gone if step.kind == KIND_PYTHON]
    yield lost_logs(run, [(step, one) for step, one in gone if step.kind != KIND_PYTHON], CONTAINER)
    # Whoever shows logs imports this module, and what reads archives only where there is one.
    from k8stui.control.logs.archive.reading import ArchivedLogs  # noqa: PLC0415 - see above

    logs = ArchivedLogs(run.archive, run.run)
    nothing: list[Gone] = []
    for number, (step, attempt) in enumerate(archived):
        place = LogLine(attempt.finished, attempt.pod, step.name, run.run, "")
        found = False
        try:
            async for lines in logs.log(attempt, place, window, now=now):
                found = True
                yield lines
        except K8stuiError as error:
            yield lost_logs(run, archived[number:], _unread(error))
            break
        if not found:
            nothing.append((step, attempt))
    library = MODULES.get(run.archive.path.partition("://")[0])
    yield lost_logs(run, nothing, NOTHING + (LIBRARY.format(library) if library else ""))


def _unread(error: K8stuiError) -> str:
    return error.message if isinstance(error, NotFoundError) else " ".join(filter(None, (error.message, error.hint)))


def _is_asked_for(step: StepView, attempt: AttemptView, query: LogQuery) -> bool:
    if query.step and query.step not in (step.name, step.item_of):
        return False
    if query.steps is not None and not query.steps.search(step.name):
        return False
    if query.pod and attempt.pod != query.pod:
        return False
    return attempt.finished is not None and attempt.started is not None and not attempt.silent


def _lost(run: RunView, step: StepView, attempt: AttemptView, why: str) -> LogLine:
    text = f"pod {attempt.pod} is gone, and its log with it: {why}"
    return LogLine(attempt.finished, attempt.pod, step.name, run.run, text, "note")
