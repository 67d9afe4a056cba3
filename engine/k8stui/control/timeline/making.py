"""Makes the timeline of a run from its view: record, pods that still exist, and what events tell of pulls. Pure.

Kubernetes cuts its times off to the second, the master's are exact, and clocks differ. So moments are put in their
order: none lies before the one it follows, and no span is longer than what is known to contain it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from k8stui.control.timeline.parts import Phase, Row, Source, Span, Timeline
from k8stui.control.timeline.path import Graph, critical_path
from k8stui.incluster.contract.states import StepState

if TYPE_CHECKING:
    from k8stui.control.timeline.pulls import Pull
    from k8stui.model.views import AttemptView, PodView, RunView, StepView

HELD_FROM = 0.05
"""Seconds between being ready and having a pod that are not worth a span: the master's own work."""

_NO_PULLS: Mapping[str, Sequence[Pull]] = {}


def timeline(run: RunView, now: float, pulls: Mapping[str, Sequence[Pull]] = _NO_PULLS) -> Timeline:
    """The timeline of a run.

    Args:
        run: What is known of it.
        now: Seconds since the epoch.
        pulls: Pulls of images by the uid of their pod, as far as they are known.
    """
    pods = {pod.name: pod for pod in run.pods}
    graph = Graph(run.steps)
    made = Times(run, now, pods, pulls)
    ends: dict[str, float | None] = {}
    rows: dict[str, Row] = {}
    for step in graph.order:
        before = [ends.get(name) for name in graph.before(step)]
        ready = None if None in before else max((end for end in before if end is not None), default=made.opened)
        row = rows[step.name] = made.row(step, ready)
        ends[step.name] = graph.end_of(step, row, ready, ends)
    last = max((row.end for row in rows.values() if row.end is not None), default=made.opened)
    spans = (row.spans[-1].end for row in rows.values() if row.spans)
    end = max([last, made.opened, now if not run.state.ended else run.finished or last, *spans])
    listed = tuple(rows[step.name] for step in run.steps)
    path = critical_path(graph, rows, begin=made.begin, opened=made.opened, end=end, live=not run.state.ended)
    return Timeline(run.run, made.begin, end, not run.state.ended, listed, path)


class Times:
    """Makes rows of one run.

    Attributes:
        begin: When the run was submitted.
        opened: When its first step had a pod: what of it is ready could begin then.
    """

    def __init__(
        self, run: RunView, now: float, pods: Mapping[str, PodView], pulls: Mapping[str, Sequence[Pull]]
    ) -> None:
        created = [one.created for step in run.steps for one in step.attempts if one.created is not None]
        first = min(created, default=run.started)
        self.begin = run.created if run.created is not None else first if first is not None else now
        self.opened = max(self.begin, first if first is not None else (run.started or self.begin))
        self._now = now if not run.state.ended else (run.finished or now)
        self._pods, self._pulls = pods, pulls

    def row(self, step: StepView, ready: float | None) -> Row:
        """The row of a step that nothing before it keeps since then; None where something does or that is not known."""
        if not step.attempts:
            idle = step.state.ended or step.mapped_over or ready is None
            return Row(step.name, step.state, ready, None, () if idle else tuple(self._before(ready or 0.0, None)))
        first = step.attempts[0].created
        if ready is None or (first is not None and first < ready):
            ready = first if first is not None else self.begin
        at = ready if first is None else max(ready, first)
        spans, whole, lost = self._before(ready, at), False, False
        for attempt in step.attempts:
            if attempt.created is not None and attempt.created - at > HELD_FROM and spans and spans[-1].attempt:
                spans.append(Span(Phase.HELD, at, attempt.created, Source.RECORD))
                at = attempt.created
            more = self._attempt(step, attempt, at)
            whole = whole or any(one.phase is Phase.STARTING and one.source is Source.RECORD for one in more)
            lost = lost or (_over(step, attempt) and attempt.finished is None)
            spans += more
            at = spans[-1].end
        over = step.state.ended
        if not over and _over(step, step.attempts[-1]) and self._now > at:  # another attempt is to come
            spans.append(Span(Phase.HELD, at, self._now, Source.CLOCK))
        return Row(step.name, step.state, ready, at if over else None, tuple(spans), whole, lost)

    def _before(self, ready: float, created: float | None) -> list[Span]:
        """What was before a step's first pod: the steps before it, and what held it back."""
        spans = [Span(Phase.WAITING, self.begin, ready, Source.RECORD)] if ready > self.begin else []
        until, source = (created, Source.RECORD) if created is not None else (self._now, Source.CLOCK)
        if until > ready:
            # The master's own milliseconds count as waiting: nothing held the step back.
            phase = Phase.HELD if until - ready > HELD_FROM else Phase.WAITING
            spans.append(Span(phase, ready, until, source))
        return spans

    def _attempt(self, step: StepView, attempt: AttemptView, at: float) -> list[Span]:
        over = _over(step, attempt)
        known = self._now if not over else attempt.finished if attempt.finished is not None else attempt.started
        end = max(at, known if known is not None else at)
        started = None if attempt.started is None else min(max(at, attempt.started), end)
        past = over or started is not None
        spans = self._starting(attempt, at, end if started is None else started, past=past)
        if started is not None:
            spans.append(Span(Phase.RUNNING, started, end, Source.RECORD if over else Source.CLOCK, attempt.attempt))
        spans = [one for one in spans if one.seconds > 0] or spans[-1:]
        if over:
            last = spans[-1]
            spans[-1] = Span(last.phase, last.begin, last.end, last.source, last.attempt, attempt.state)
        return spans

    def _starting(self, attempt: AttemptView, begin: float, end: float, *, past: bool) -> list[Span]:
        """The spans from the pod's creation until its container started, or until now."""
        number, pod = attempt.attempt, self._pods.get(attempt.pod)
        last = Source.POD if past else Source.CLOCK
        if pod is None or (attempt.uid and pod.uid and pod.uid != attempt.uid):
            return [Span(Phase.STARTING, begin, end, Source.RECORD if past else Source.CLOCK, number)]
        if pod.scheduled is None:
            return [Span(Phase.QUEUED, begin, end, last, number)]
        at = min(max(begin, pod.scheduled), end)
        spans = [Span(Phase.QUEUED, begin, at, Source.POD, number)]
        for pull in self._pulls.get(pod.uid, ()):
            since = min(max(at, pull.begin), end)
            until = end if pull.end is None else min(max(since, pull.end), end)
            spans.append(Span(Phase.STARTING, at, since, Source.EVENT, number))
            spans.append(Span(Phase.PULLING, since, until, last if pull.end is None else Source.EVENT, number))
            at = until
        spans.append(Span(Phase.STARTING, at, end, last, number))
        return spans


def _over(step: StepView, attempt: AttemptView) -> bool:
    """Whether an attempt has ended: it says so, another followed it, or its step has ended."""
    if attempt.state in (StepState.SUCCEEDED, StepState.FAILED, StepState.EVICTED, StepState.STOPPED):
        return True
    return step.state.ended or attempt is not step.attempts[-1]
