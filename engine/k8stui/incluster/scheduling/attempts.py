"""What a pod's status means for the attempt it carries. Pure; the rules on what follows from it are the scheduler's."""

from typing import Optional, Tuple

from ..contract.modes import Halt
from ..contract.podfacts import PodFacts
from ..contract.record import Attempt, StepStatus
from ..contract.states import StepState
from ..wire.progress import Progress
from ..wire.report import SUCCEEDED, Report

DELETED = "deleted"
"""Reason of an attempt whose pod was deleted without a word on why."""

KILLED = 137
"""Exit code after SIGKILL."""


def attempt_of(status: StepStatus, facts: PodFacts, now: float) -> Tuple[Attempt, bool]:
    """The attempt that a pod carries; and whether it is new, made by an earlier master after its last record."""
    for known in reversed(status.attempts):
        if known.attempt == facts.attempt:
            return known, False
    attempt = Attempt(facts.attempt, facts.name, created=facts.created or now)
    if status.state is StepState.SUCCEEDED:
        attempt.state = StepState.SUCCEEDED
    status.attempts.append(attempt)
    status.attempts.sort(key=lambda one: one.attempt)
    for earlier in status.attempts[:-1]:
        if not earlier.over:
            earlier.state, earlier.reason = StepState.EVICTED, "deleted"
    return attempt, True


def is_another(attempt: Attempt, facts: PodFacts) -> bool:
    """Whether a pod carries the name of an attempt's pod, but is another one, made after that was gone."""
    if not attempt.uid:  # known by its name alone; one that has handed over may be seen later
        return attempt.over and attempt.state is StepState.EVICTED and not facts.ended
    return facts.uid not in ("", attempt.uid)


def note_pod(attempt: Attempt, facts: PodFacts, now: float) -> Tuple[bool, str]:
    """Write down where and when a pod ran and how its container ended.

    Returns:
        Whether anything is new, and a sentence where the pod contradicts what was reported; empty otherwise.
    """
    before = (attempt.uid, attempt.node, attempt.started, attempt.finished, attempt.exit_code)
    told = ""
    attempt.uid = facts.uid or attempt.uid
    attempt.node = facts.node or attempt.node
    attempt.started = attempt.started or facts.started
    if attempt.finished is None and facts.finished is not None:
        attempt.finished = max(facts.finished, min(now, facts.finished + 0.999))  # Kubernetes cuts off fractions
    if facts.exit_code is not None and attempt.exit_code is None:
        attempt.exit_code = facts.exit_code
        if facts.exit_code and attempt.state is StepState.SUCCEEDED:
            told = "ended with exit code %d after its results were taken; the results stand" % facts.exit_code
    return before != (attempt.uid, attempt.node, attempt.started, attempt.finished, attempt.exit_code), told


def end_of(attempt: Attempt, now: float) -> float:
    """When an attempt ended that is over now; never before it started, for its node's clock may be ahead of ours."""
    return attempt.finished or max(now, attempt.started or now)


def note_report(attempt: Attempt, report: Report, now: float) -> None:
    """Write down what the runner said of an attempt that has ended."""
    attempt.finished = end_of(attempt, now)
    if report.seconds is not None:
        attempt.started = attempt.finished - report.seconds
    attempt.silent = report.silent
    if report.said:
        note_progress(attempt, Progress.from_json(report.said), now)
    if report.outcome == SUCCEEDED:
        attempt.progress = None  # of a success, all is done


def note_progress(attempt: Attempt, said: Progress, now: float) -> None:
    """Write down how far an attempt is and what it has measured."""
    attempt.progress, attempt.metrics, attempt.reported = said.progress, dict(said.metrics), now


def note_disruption(attempt: Attempt, reason: str, message: str, halt: Optional[Halt]) -> None:
    """Write down how an attempt ended that something else ended: its run's end, or a disruption.

    Args:
        attempt: It.
        reason: One word: `Evicted`; `deleted` for a deletion that nobody gave a reason for.
        message: More about it.
        halt: What ended the run before, where it concerns the step.
    """
    if halt is None or not halt.deletes or reason != DELETED:
        attempt.state, attempt.reason, attempt.message = StepState.EVICTED, reason, message
        return
    killed = attempt.exit_code == KILLED
    attempt.state, attempt.reason = StepState.STOPPED, ""
    attempt.message = "killed: it had not ended within its grace period" if killed else halt.why


def failure_of(facts: PodFacts) -> str:
    """The sentence on a container that failed without a report."""
    said = facts.reason if facts.reason not in ("", "Error") else ""
    parts = ["exit code %s" % facts.exit_code if facts.exit_code is not None else "", said, facts.message]
    return ", ".join(part for part in parts if part) or "the pod failed"
