"""The diagnosis of a run: what its steps are in trouble with, its orchestrator, and how far it is."""

from __future__ import annotations

from dataclasses import replace

from k8stui.control.diagnosis.around import Json
from k8stui.control.diagnosis.finding import Cause, Diagnosis, Level, worst_first
from k8stui.control.diagnosis.pods import pod_cause
from k8stui.control.diagnosis.refusals import refused
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.steps import diagnose_step
from k8stui.control.pods.views import STOPPING, pod_view
from k8stui.control.words.spans import age, span
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import StepView

ORDINARY_START = 20.0
"""Seconds that a pod may take to start without being worth a word."""

_ORDINARY_WORDS = frozenset({"", "ContainerCreating", "PodInitializing"})
"""What the kubelet says of every container that starts."""

_TOLD_AT_END = ("failed", "skipped", "stopped")

_CONSEQUENCES = frozenset({StepState.WAITING, StepState.SKIPPED})
"""States that only follow from what is the matter elsewhere."""


def diagnose_run(sight: Sight) -> list[Diagnosis]:
    """What is the matter with a run, the worst first; the last one tells how far it is."""
    run = sight.run
    found = orchestrator(sight)
    troubled = [] if run.state is RunState.STOPPED else [step for step in run.steps if in_trouble(step, sight.now)]
    found += _grouped([(step, diagnose_step(sight, step)) for step in troubled])
    found = worst_first([one for one in found if one.level is not Level.FINE])
    return [*found, _progress(sight, alone=not found)]


def in_trouble(step: StepView, now: float) -> bool:
    """Whether there may be something to say of a step by itself."""
    if step.state in _CONSEQUENCES or step.state.done or step.state is StepState.STOPPED:
        return False
    last = step.attempts[-1] if step.attempts else None
    if step.state is StepState.STARTING and last and last.created and {last.reason, step.why} <= _ORDINARY_WORDS:
        return now - last.created > ORDINARY_START
    return True


def orchestrator(sight: Sight) -> list[Diagnosis]:
    """Why no orchestrator is at work on a run, or why it failed; empty where none is missing."""
    run = sight.run
    subject = f"orchestrator of {run.run}"
    if run.state is RunState.PAUSED:
        words = "its Job is suspended, so no orchestrator runs"
        return [Diagnosis.of(subject, "paused", Cause(Level.STUCK, words, f"Resume it: k8stui runs resume {run.run}"))]
    if run.state is RunState.FAILED:
        return _failed_orchestrator(sight, subject) if _failed_by_itself(run.why) else []
    if run.state.ended:
        return []
    pod = sight.orchestrator()
    if pod is not None:
        return _pod_of_orchestrator(sight, subject, pod)
    return _no_pod(sight, subject)


def _failed_by_itself(why: str) -> bool:
    return why.startswith("its orchestrator ")


def _failed_orchestrator(sight: Sight, subject: str) -> list[Diagnosis]:
    pod = sight.orchestrator()
    if pod is None:
        return [Diagnosis.of(subject, "failed", Cause(Level.FAILED, sight.run.why))]
    _, cause = pod_cause(pod, pod_view(pod), sight.around_of(pod["metadata"]["name"]))
    words = f"{sight.run.why}; its last pod: {cause.words}"
    advice = f"Its log tells more: k8stui logs {sight.run.run} --orchestrator"
    return [Diagnosis.of(subject, "failed", Cause(Level.FAILED, words, advice, cause.evidence))]


def _pod_of_orchestrator(sight: Sight, subject: str, pod: Json) -> list[Diagnosis]:
    view = pod_view(pod)
    state, cause = pod_cause(pod, view, sight.around_of(view.name))
    if state == StepState.RUNNING.value or view.status == STOPPING:
        return []
    if cause.level is Level.WAITING and sight.now - (view.created or 0) < ORDINARY_START:
        return []
    if cause.level is Level.FAILED:  # the Job starts another one, with growing pauses
        words = f"its last pod {view.name} {state}: {cause.words}; Kubernetes starts another one"
        cause = replace(cause, level=Level.WAITING, words=words)
        state = "restarting"
    return [] if cause.level is Level.FINE else [Diagnosis.of(subject, state, cause)]


def _no_pod(sight: Sight, subject: str) -> list[Diagnosis]:
    last = next((one for one in reversed(sight.job_events) if one.reason in ("FailedCreate", "SuccessfulCreate")), None)
    if last is not None and last.reason == "FailedCreate":
        cause = refused(last.message) or Cause(Level.STUCK, last.message)
        if cause.level is not Level.WAITING:
            cause = replace(cause, level=Level.STUCK)  # the Job controller tries again, in vain
        advice = cause.advice.replace("pod_settings", "orchestrator_pod_settings")
        cause = replace(cause, advice=advice).resting_on(sight.elsewhere.tell(last))
        return [Diagnosis.of(subject, "queued", cause)]
    if sight.now - (sight.run.created or sight.now) < ORDINARY_START:
        return []
    words = f"its Job {sight.run.job} has no pod at the moment"
    more = f"If it stays so, the cluster's Job controller is not at work: kubectl describe job {sight.run.job}"
    return [Diagnosis.of(subject, "queued", Cause(Level.WAITING, words, more))]


def _grouped(found: list[tuple[StepView, Diagnosis]]) -> list[Diagnosis]:
    """One diagnosis for all steps of which the same is to be said."""
    groups: dict[tuple[str, Level], list[Diagnosis]] = {}
    for _, diagnosis in found:
        groups.setdefault((diagnosis.sentence, diagnosis.level), []).append(diagnosis)
    return [
        same[0] if len(same) == 1 else replace(same[0], subject=f"{same[0].subject} and {len(same) - 1} more")
        for same in groups.values()
    ]


def _progress(sight: Sight, *, alone: bool) -> Diagnosis:
    """How far a run is; what its record says of trouble only where nothing else was found."""
    run = sight.run
    parts = [f"{run.done} of {run.total} steps done"]
    if run.state.ended:
        took = span(run.duration(run.finished or sight.now)) if run.finished else ""
        parts += [f"{number} {state}" for state, number in run.counts.items() if state in _TOLD_AT_END]
        parts += [f"ended {age(run.finished, sight.now)} ago after {took}"] if took else []
        if run.why and run.state is not RunState.FAILED:
            parts.insert(0, run.why)
        level = Level.FAILED if run.state is RunState.FAILED else Level.FINE
        advice = f"Its logs: k8stui logs {run.run}" if run.state is RunState.FAILED else ""
        return Diagnosis(f"run {run.run}", f"{run.state.value}: {', '.join(parts)}", advice, (), level)
    running = [step for step in run.steps if step.state is StepState.RUNNING and step.attempts]
    if running:
        newest = max(running, key=lambda step: step.started or 0)
        where = f" on {newest.attempts[-1].node}" if newest.attempts[-1].node else ""
        more = f", {len(running) - 1} more run" if len(running) > 1 else ""
        parts.append(f"{newest.name} started {age(newest.started, sight.now)} ago{where}{more}")
    elif run.why and alone:
        parts.append(run.why)
    return Diagnosis(f"run {run.run}", f"{run.state.value}: {', '.join(parts)}", "", (), Level.FINE)
