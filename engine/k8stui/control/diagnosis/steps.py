"""The diagnosis of one step of a run: of its last attempt, of what it waits for, of what it was left out for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from k8stui.control.diagnosis.around import Json
from k8stui.control.diagnosis.disruptions import disrupted
from k8stui.control.diagnosis.exits import ended, raised
from k8stui.control.diagnosis.finding import Cause, Diagnosis, Level
from k8stui.control.diagnosis.pods import pod_cause
from k8stui.control.diagnosis.refusals import refused
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.verdicts import given_up
from k8stui.control.truth.forks import fork_text, items_by_step
from k8stui.control.words.spans import age, span
from k8stui.incluster.contract.names import STEP_CONTAINER
from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.scheduling.judging import CANNOT_START, STARTUP_TIMEOUT
from k8stui.model.views import AttemptView, StepView

_EXIT = re.compile(r"exit code (?P<code>\d{1,9})(?:, (?P<reason>[A-Z]\w+)(?=,|$))?(?:, (?P<message>.*))?", re.DOTALL)
"""How a master tells of a container without a report (`incluster.scheduling.attempts.failure_of`)."""

_PLACES = re.compile(r"(\d{1,9}) pods are the most at a time")
_REFUSED = "its pod was refused: "
_NAMED = 3
"""Steps named in a sentence; the others are counted."""


def diagnose_step(sight: Sight, step: StepView) -> Diagnosis:
    """What is the matter with a step, or that nothing is."""
    return Diagnosis.of(f"step {step.name}", step.state.value, step_cause(sight, step))


def step_cause(sight: Sight, step: StepView) -> Cause:
    """The cause of a step's state."""
    rules: dict[StepState, Callable[[Sight, StepView], Cause]] = {
        StepState.WAITING: _waiting,
        StepState.SKIPPED: _skipped,
        StepState.QUEUED: _on_its_way,
        StepState.STARTING: _on_its_way,
        StepState.RUNNING: _on_its_way,
        StepState.RETRYING: _retrying,
        StepState.EVICTED: _evicted,
        StepState.FAILED: _failed,
        StepState.STOPPED: _stopped,
        StepState.CACHED: _cached,
        StepState.SUCCEEDED: _succeeded,
    }
    return rules[step.state](sight, step)


def roots(sight: Sight, step: StepView) -> list[StepView]:
    """The steps at the beginning of the chain that keeps a step: those it waits for that wait for nobody themselves.

    For a skipped step, those whose bad end did it.
    """
    steps = {one.name: one for one in sight.run.steps}
    todo, seen, found = [step], {step.name}, []
    while todo:
        one = todo.pop()
        parents = [steps[name] for name in one.after if name in steps and not _is_settled(steps[name])]
        if one is not step and one.state not in (StepState.WAITING, StepState.SKIPPED):
            found.append(one)
            continue
        todo += [parent for parent in parents if parent.name not in seen]
        seen.update(parent.name for parent in parents)
    order = {one.name: place for place, one in enumerate(sight.run.steps)}
    return sorted(found, key=lambda one: order[one.name])


def _is_settled(step: StepView) -> bool:
    """Whether nobody waits for a step any more, because it is done or on a branch that was not taken."""
    return step.state.done or step.untaken


def _cached(_: Sight, step: StepView) -> Cause:
    return Cause(Level.FINE, f"its result was taken {step.cache or 'from an earlier run'}")


def _waiting(sight: Sight, step: StepView) -> Cause:
    open_parents = [name for name in step.after if not _is_settled(sight.step(name))]
    if not open_parents:
        return Cause(Level.WAITING, "the orchestrator has not come to it yet")
    causes = [(root, step_cause(sight, root)) for root in roots(sight, step)]
    words = f"for {_listed(open_parents)}"
    if not causes:
        return Cause(Level.WAITING, words)
    root, cause = min(causes, key=lambda one: list(Level).index(one[1].level))
    chain = "which is" if [root.name] == open_parents else f"{root.name} is"
    said = f" ({cause.words})" if cause.words else ""
    level = cause.level if cause.level is Level.STUCK else Level.WAITING
    advice = cause.advice if cause.level is not Level.FINE else ""
    return Cause(level, f"{words}; {chain} {root.state.value}{said}", advice, cause.evidence)


def _skipped(sight: Sight, step: StepView) -> Cause:
    if step.untaken:
        return Cause(Level.FINE, step.why)
    found = roots(sight, step)
    if not found:
        return Cause(Level.FAILED, step.why or "the run ended before its turn")
    cause = step_cause(sight, found[0])
    return Cause(
        Level.FAILED, f"step {found[0].name} {found[0].state.value}: {cause.words}", cause.advice, cause.evidence
    )


def _on_its_way(sight: Sight, step: StepView) -> Cause:
    last = step.attempts[-1] if step.attempts else None
    if step.mapped_over:
        return Cause(Level.FINE, fork_text(step, items_by_step(sight.run.steps).get(step.name, ())))
    if last is None or last.state.ended:
        return _without_pod(sight, step)
    pod, view = sight.pod_of(step, last)
    if view is None:
        return Cause(Level.WAITING, f"its pod {last.pod} is being made, or was deleted a moment ago")
    state, cause = pod_cause(pod, view, sight.around_of(last.pod))
    if state == StepState.RUNNING.value and last.attempt > 1:
        return replace(cause, words=f"attempt {last.attempt}, {cause.words}")
    return cause


def _without_pod(sight: Sight, step: StepView) -> Cause:
    places = _PLACES.search(step.why)
    if places:
        most = int(places[1])
        running = [one.name for one in sight.run.steps if one.attempts and not one.attempts[-1].state.ended]
        if sight.plan is not None and sight.plan.max_parallelism == most:
            limit, advice = f"max_parallelism allows {most} at a time", "Raise max_parallelism to run more at once."
        else:
            limit, advice = f"the namespace's quota lets {most} in at a time", "Ask for more: kubectl describe quota"
        held = f", held by {_listed(running)}" if running else ""
        return Cause(Level.WAITING, f"{limit}{held}", f"It starts when one of them ends. {advice}")
    cause = refused(step.why)
    if cause is not None:
        return replace(cause, level=Level.WAITING)  # the master tries again
    return Cause(Level.WAITING, step.why or "its pod is about to be made")


def _retrying(sight: Sight, step: StepView) -> Cause:
    cause = attempt_cause(sight, step, step.attempts[-1]) if step.attempts else Cause(Level.WAITING, step.why)
    planned = sight.planned(step)
    left = f", {_retry(step, planned)}" if planned else ""
    return _again(sight, step, cause, left)


def _retry(step: StepView, planned: StepPlan) -> str:
    """Which retry comes next, of the budget that pays for it."""
    if step.attempts and step.attempts[-1].reason in (CANNOT_START, STARTUP_TIMEOUT):
        return f"retry {step.startups} of {planned.startup.max_retries}"
    return f"retry {step.failures} of {planned.retry.max_retries}"


def _evicted(sight: Sight, step: StepView) -> Cause:
    cause = attempt_cause(sight, step, step.attempts[-1]) if step.attempts else Cause(Level.WAITING, step.why)
    planned = sight.planned(step)
    left = f", disruption {step.disruptions} of {planned.disruption_budget} that it may meet" if planned else ""
    return _again(sight, step, cause, left)


def _again(sight: Sight, step: StepView, cause: Cause, left: str) -> Cause:
    seconds = (step.not_before or 0) - sight.now
    when = f"in {span(seconds)}" if seconds > 0 else "now"
    number = step.attempts[-1].attempt if step.attempts else 0
    words = f"{cause.words}; attempt {number + 1} starts {when}{left}"
    return replace(cause, level=Level.WAITING, words=words)


def _failed(sight: Sight, step: StepView) -> Cause:
    last = step.attempts[-1] if step.attempts else None
    if last is None or _REFUSED in step.why:
        cause = refused(step.why)
        if cause is None:
            return Cause(Level.FAILED, step.why or "it failed before it had a pod")
        return replace(cause, level=Level.FAILED, words=f"its pod was refused: {cause.words}")
    cause = replace(attempt_cause(sight, step, last), level=Level.FAILED)
    planned = sight.planned(step)
    if planned is not None and step.disruptions > planned.disruption_budget:
        return replace(
            cause,
            words=f"it was disrupted {step.disruptions} times, more than its budget of {planned.disruption_budget}; "
            f"last: {cause.words}",
            advice=f"{cause.advice} Raise backoff_limit_margin to allow more disruptions.".strip(),
        )
    if len(step.attempts) > 1:
        return replace(cause, words=f"{cause.words}, in the last of {len(step.attempts)} attempts")
    return cause


def _stopped(sight: Sight, step: StepView) -> Cause:
    why = step.why or sight.run.why or "a person ended the run"
    return Cause(Level.FINE, why)


def _succeeded(sight: Sight, step: StepView) -> Cause:
    if not step.finished or not step.started:
        return Cause(Level.FINE, "")
    node = step.attempts[-1].node
    where = f" on node {node}" if node else ""
    return Cause(Level.FINE, f"in {span(step.finished - step.started)}{where}, {age(step.finished, sight.now)} ago")


def attempt_cause(sight: Sight, step: StepView, attempt: AttemptView) -> Cause:
    """Why an attempt ended as it did: by its pod while that exists, else by what the record kept of it."""
    pod, view = sight.pod_of(step, attempt)
    verdict = given_up(pod, attempt.reason, attempt.message, sight.around_of(attempt.pod))
    if verdict is not None:
        return verdict
    if view is not None and view.status in (attempt.state.value, StepState.STOPPED.value):
        return pod_cause(pod, view, sight.around_of(attempt.pod))[1]
    return _recorded(sight, pod, attempt)


def _recorded(sight: Sight, pod: Json, attempt: AttemptView) -> Cause:
    around = sight.around_of(attempt.pod)
    if attempt.state is StepState.EVICTED:
        return disrupted(pod, attempt.reason, attempt.message, attempt.node, around)
    told = _EXIT.fullmatch(attempt.message)
    if attempt.message and told is None:
        return raised(pod, attempt.message.partition(":")[0], attempt.message)
    code = int(told["code"]) if told else attempt.exit_code
    reason = (told["reason"] if told else attempt.reason) or ""
    message = (told["message"] if told else "") or ""
    return ended(pod, STEP_CONTAINER, code=code, reason=reason, message=message, report=None, around=around)


def _listed(some: list[str]) -> str:
    if len(some) > _NAMED + 1:
        return f"{', '.join(some[:_NAMED])} and {len(some) - _NAMED} more"
    return " and ".join(filter(None, (", ".join(some[:-1]), some[-1])))
