"""What a run is really doing: its record, corrected by its Job and its pods. Pure.

The record is the master's word and up to two seconds old, or very old when the master is gone for good. So pods say
what their attempts do now, and the Job says whether there can still be a master at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from k8stui.control.pods.views import STOPPING, attempt_view
from k8stui.control.truth.jobs import JobFacts
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, PodView, RunSummaryView, RunView, StepView

SUBMIT_SECONDS = 30.0
"""A run this young may still lack its Job: the submitter is between the record and the Job."""

_LIVE = frozenset({StepState.QUEUED, StepState.STARTING, StepState.RUNNING})
_NEVER_RAN = frozenset({StepState.WAITING, StepState.QUEUED})


def true_state(
    run: RunSummaryView, job: JobFacts, *, request: str, now: float, claimed: bool = False
) -> tuple[RunState, str]:
    """The state of a run and the sentence on it.

    Args:
        run: As its record tells it.
        job: Of its master.
        request: What a person asked of the master; empty for nothing.
        now: Seconds since the epoch.
        claimed: A master has been at work on it.
    """
    if run.state.ended:
        return run.state, run.why
    if not job.exists:
        given_up = given_up_at(run, claimed=claimed)
        if given_up is not None and now < given_up:
            return RunState.PENDING, run.why or "it is being submitted"
        return (
            RunState.STOPPED,
            "its Job was deleted before it ended" if run.started or claimed else "its Job does not exist",
        )
    if job.outcome == "failed":
        return RunState.FAILED, f"its orchestrator failed ({job.why})" if job.why else "its orchestrator failed"
    if job.outcome == "complete":
        return RunState.FAILED, "its orchestrator ended without saying how the run ended"
    return _state_under_a_job(run, job, request)


def _state_under_a_job(run: RunSummaryView, job: JobFacts, request: str) -> tuple[RunState, str]:
    if request == names.REQUEST_STOP:
        return RunState.STOPPING, run.why or "a stop was asked for"
    if job.suspended:
        return RunState.PAUSED, f"no orchestrator runs until it is resumed: k8stui runs resume {run.run}"
    if request == names.REQUEST_PAUSE:
        return run.state, run.why or "it pauses as soon as the steps that run have ended"
    if run.state is RunState.PAUSED:  # Its next orchestrator is on its way.
        return RunState.RUNNING, ""
    return run.state, run.why


def given_up_at(run: RunSummaryView, *, claimed: bool) -> float | None:
    """When a run without a Job is no longer taken for one that is being submitted; None for a run that got further."""
    if run.state is not RunState.PENDING or claimed:
        return None
    return (run.created or 0) + SUBMIT_SECONDS


def true_summary(run: RunSummaryView, job: JobFacts, *, request: str, now: float, claimed: bool) -> RunSummaryView:
    """The line of a list, corrected by the run's Job."""
    state, why = true_state(run, job, request=request, now=now, claimed=claimed)
    return run.model_copy(update={"state": state, "why": why})


def true_run(
    run: RunView,
    job: JobFacts,
    pods: Sequence[PodView],
    *,
    request: str,
    now: float,
    claimed: bool = False,
    correct: Callable[[StepView, Sequence[PodView], RunState], StepView] | None = None,
) -> RunView:
    """The whole run, corrected by its Job and its living pods.

    Args:
        run: As its record tells it.
        job: Of its master.
        pods: Those that exist.
        request: What a person asked of the master.
        now: Seconds since the epoch.
        claimed: A master has been at work on it.
        correct: Corrects one step; `true_step`, where whoever asks again and again gives none that remembers.
    """
    state, why = true_state(run, job, request=request, now=now, claimed=claimed)
    correct = correct or true_step
    own = [pod for pod in pods if pod.component == names.COMPONENT_STEP]
    if state is RunState.PENDING and own:
        state = RunState.RUNNING  # A master made them, and says so a moment later.
    by_slug: dict[str, list[PodView]] = {}
    for pod in own:
        by_slug.setdefault(pod.step, []).append(pod)
    steps = tuple(correct(one, by_slug.get(one.name) or by_slug.get(one.slug) or (), state) for one in run.steps)
    if not state.ended and not why:
        why = orchestrator_trouble(pods)
    counts = {one.value: count for one, count in Counter(step.state for step in steps).items()} or run.counts
    started = run.started or min((pod.created for pod in own if pod.created), default=None)
    ordered = tuple(sorted(pods, key=lambda pod: (pod.component != names.COMPONENT_ORCHESTRATOR, pod.created or 0)))
    changes = {"state": state, "why": why, "steps": steps, "counts": counts, "started": started, "pods": ordered}
    return run.model_copy(update=changes)


def true_step(step: StepView, pods: Sequence[PodView], run: RunState) -> StepView:
    """A step, corrected by its living pods and by what became of its run."""
    if step.state.ended:
        return step
    attempts = {attempt.attempt: attempt for attempt in step.attempts}
    for pod in pods:
        known, seen = attempts.get(pod.attempt or 1), attempt_view(pod)
        if known is None:
            attempts[seen.attempt] = seen
        elif not known.state.ended and _newer(known, seen):
            progress = None if seen.state is StepState.SUCCEEDED else known.progress
            said = {"progress": progress, "metrics": known.metrics, "reported": known.reported}
            attempts[seen.attempt] = seen.model_copy(update=said)
    listed = tuple(attempts[number] for number in sorted(attempts))
    state = _state_now(step, listed, run)
    if run.ended and not state.ended:
        # As the master would have told it: what a failure left undone is skipped, what a person ended is stopped.
        state = StepState.SKIPPED if run is RunState.FAILED and state in _NEVER_RAN else StepState.STOPPED
    why = step.why if state is step.state else ""
    if state in (StepState.QUEUED, StepState.STARTING) and listed and listed[-1].reason:
        last = listed[-1]
        why = f"{last.reason}: {last.message}" if last.message else last.reason
    return step.model_copy(update={"attempts": listed, "state": state, "why": why})


def _newer(known: AttemptView, seen: AttemptView) -> bool:
    """Whether the pod knows more than the record. A step that handed over has ended, whatever its pod still says."""
    return known.state is not seen.state and not (known.state is StepState.RUNNING and seen.state in _LIVE)


def _state_now(step: StepView, attempts: Sequence[AttemptView], run: RunState) -> StepState:
    if not attempts:
        return step.state
    last = attempts[-1].state
    if last in _LIVE or last is StepState.SUCCEEDED:
        return last
    # Whether a failed or evicted attempt is tried again is the master's to say; until it has, its last word stands.
    # So it does of a run that is being stopped, whose master deletes pods itself.
    if last in (StepState.EVICTED, StepState.STOPPED) and step.state in _LIVE and run is not RunState.STOPPING:
        return StepState.EVICTED
    return step.state


def orchestrator_trouble(pods: Iterable[PodView]) -> str:
    """Why no master is at work; empty while one runs or simply starts."""
    masters = [pod for pod in pods if pod.component == names.COMPONENT_ORCHESTRATOR]
    if not masters or any(pod.status in (StepState.RUNNING.value, STOPPING) for pod in masters):
        return ""
    last = max(masters, key=lambda pod: pod.created or 0)
    if last.status in (StepState.QUEUED.value, StepState.STARTING.value) and last.reason in ("", "ContainerCreating"):
        return ""
    told = f"{last.reason}: {last.message}" if last.message else last.reason or last.status
    return f"its orchestrator's pod {last.name} does not run ({told})"
