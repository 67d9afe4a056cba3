"""A run and a step of it in words: what it is made of, how far it is, and where its objects are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from k8stui.control.describing.containers import container_block
from k8stui.control.describing.events import event_lines
from k8stui.control.describing.fired import fired_text
from k8stui.control.describing.pods import why_block
from k8stui.control.diagnosis.around import one_line
from k8stui.control.diagnosis.finding import Diagnosis
from k8stui.control.events.reading import Event
from k8stui.control.selectors import of_run
from k8stui.control.truth.forks import fork_text, items_by_step, planned
from k8stui.control.words.layout import Block, block_lines, cut, moment, table_lines
from k8stui.control.words.spans import span
from k8stui.incluster.contract import names
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import Plan, StepPlan
from k8stui.model.views import AttemptView, RunView, StepView
from k8stui.model.zenmllabels import RUN_ID

_LONGEST = 200


def run_lines(
    run: RunView, plan: Plan | None, diagnoses: Sequence[Diagnosis], events: Sequence[Event], now: float
) -> list[str]:
    """The description of a run.

    Args:
        run: As it really is.
        plan: None when it cannot be read.
        diagnoses: What is the matter with it, the one on how far it is among them.
        events: Of its Job.
        now: Seconds since the epoch.
    """
    own = next((one for one in diagnoses if one.subject == f"run {run.run}"), None)
    head: Block = [
        ("Run", run.run),
        ("Pipeline", run.pipeline),
        ("Namespace", run.namespace),
        ("Status", own.sentence if own else run.state.value),
        ("Trouble", [f"{one.subject}: {one.sentence}" for one in diagnoses if one is not own]),
        ("Advice", diagnoses[0].advice if diagnoses else ""),
        ("Steps", _counts(run)),
        ("Submitted", moment(run.created, now) + (f" by {run.submitted_by}" if run.submitted_by else "")),
        ("Started", moment(run.started, now)),
        ("Finished", moment(run.finished, now)),
        ("Took", span(run.duration(now))),
        ("Rerun of", run.rerun_of),
        ("Schedule", run.schedule),
        ("Fired", fired_text(run)),
        ("Source", run.source.target),
        ("Parameters", [f"{name} = {_short(value)}" for name, value in run.parameters.items()]),
        ("Image", run.image),
        ("k8stui", run.version),
        ("Settings", _settings(plan)),
        ("Objects", _objects(run)),
    ]
    items = items_by_step(run.steps)
    rows = [
        (
            step.name,
            step.state.value,
            str(len(step.attempts)),
            span(_took(step, now)),
            step.attempts[-1].node if step.attempts else "",
            one_line(step.why) or fork_text(step, items.get(step.name, ())),
        )
        for step in run.steps
    ]
    table = table_lines(("STEP", "STATUS", "TRIES", "TIME", "NODE", "WHY"), rows)
    return [*block_lines(head), "Steps:", *table, *event_lines(events, now)]


def step_lines(
    run: RunView, plan: Plan | None, step: StepView, diagnoses: Sequence[Diagnosis], now: float
) -> list[str]:
    """The description of a step; that of its newest pod follows where the caller has one."""
    shape = planned(plan, step.name) if plan else None
    head: Block = [
        ("Step", step.name),
        ("Run", run.run),
        ("Namespace", run.namespace),
        *why_block(diagnoses),
        ("Recorded", "" if step.attempts and step.attempts[-1].message == step.why else step.why),
        ("Kind", step.kind),
        ("After", ", ".join(step.after)),
        ("Item of", step.item_of),
        ("Forks", fork_text(step, items_by_step(run.steps).get(step.name, ()))),
        ("Runs when", list(step.conditions)),
        *(_planned(shape) if shape else []),
        ("Failures", str(step.failures) if step.failures else ""),
        ("Disruptions", str(step.disruptions) if step.disruptions else ""),
        ("Next attempt", moment_to_come(step.not_before, now)),
        ("Cache", step.cache),
        ("Results", [f"{name} = {_short(value)}" for name, value in step.results.items()]),
        ("Attempts", [(f"attempt {one.attempt}", _attempt(one, now)) for one in step.attempts]),
    ]
    lines = block_lines(head)
    if plan is not None and shape is not None:
        containers = (plan.templates[shape.template].get("spec") or {}).get("containers") or ()
        main = next((one for one in containers if one.get("name") == names.STEP_CONTAINER), None)
        lines += block_lines([("Container", container_block(main, {}, now))]) if main else []
    return lines


def attempt_lines(run: RunView, step: StepView, attempt: AttemptView, now: float) -> list[str]:
    """The description of an attempt whose pod is gone: what the record tells of it."""
    head: Block = [("Attempt", str(attempt.attempt)), ("Step", step.name), ("Run", run.run)]
    return block_lines([*head, *_attempt(attempt, now), ("Note", "Its pod is gone; this is what the record tells.")])


def moment_to_come(then: float | None, now: float) -> str:
    """When something is due: `in 25s`; empty for no time."""
    if then is None:
        return ""
    return f"in {span(then - now)}" if then > now else "now"


def _counts(run: RunView) -> str:
    others = ", ".join(f"{count} {state}" for state, count in run.counts.items() if state != "succeeded")
    return f"{run.done} of {run.total} done" + (f", {others}" if others else "")


def _settings(plan: Plan | None) -> list[str]:
    if plan is None:
        return []
    return [
        f"max_parallelism {plan.max_parallelism or 'unlimited'}",
        f"stream_step_logs {'on' if plan.stream_step_logs else 'off'}",
    ]


def _objects(run: RunView) -> list[str]:
    """Where the run's objects are, for kubectl."""
    if run.origin != "k8stui":
        pods = f"{len(run.pods)} pods: kubectl get pods -l {RUN_ID}={run.zenml_id}" if run.zenml_id else ""
        return [f"orchestrator job/{run.job}, made by {run.origin}", *([pods] if pods else [])]
    masters = [pod.name for pod in run.pods if pod.component == names.COMPONENT_ORCHESTRATOR]
    steps = sum(pod.component == names.COMPONENT_STEP for pod in run.pods)
    return [
        f"record configmap/{names.record_name(run.run)}",
        f"orchestrator job/{run.job}",
        *(f"orchestrator pod/{name}" for name in masters),
        f"{steps} step pods: kubectl get pods -l {of_run(run.run)}",
    ]


def _planned(step: StepPlan) -> Block:
    retry = step.retry
    often = f"{retry.max_retries}, {retry.delay:g} s apart" if retry.max_retries else "0"
    growing = f", each {retry.backoff:g} times longer" if retry.max_retries and retry.backoff != 1 else ""
    return [
        ("Function", f"{step.module}:{step.function}" if step.module else ""),
        ("Inputs", [f"{name} = {_input(value)}" for name, value in step.inputs.items()]),
        ("Outputs", ", ".join(step.outputs)),
        ("Retries", often + growing),
        ("Disruptions allowed", str(step.disruption_budget)),
    ]


def _input(value: Input) -> str:
    if value.items is not None:
        return f"[{', '.join(map(_input, value.items))}]"[:_LONGEST]
    if value.one_of is not None:
        return f"one of {', '.join(map(_input, value.one_of))}"[:_LONGEST]
    part = "" if value.index is None else f"[{value.index}]"
    return _short(value.value) if value.step is None else f"{value.output}{part} of {value.step}"


def _attempt(attempt: AttemptView, now: float) -> Block:
    begin = attempt.started or attempt.created
    took = (attempt.finished or now) - begin if begin and (attempt.finished or not attempt.state.ended) else None
    code = "" if attempt.exit_code is None else str(attempt.exit_code)
    progress = "" if attempt.progress is None else f"{attempt.progress:.0%}"
    return [
        ("State", attempt.state.value),
        ("Pod", attempt.pod),
        ("Node", attempt.node),
        ("Created", moment(attempt.created, now)),
        ("Started", moment(attempt.started, now)),
        ("Finished", moment(attempt.finished, now)),
        ("Took", span(took)),
        ("Progress", progress),
        ("Metrics", [f"{name} = {value}" for name, value in attempt.metrics.items()]),
        ("Exit Code", code),
        ("Reason", attempt.reason),
        ("Message", one_line(attempt.message)),
    ]


def _took(step: StepView, now: float) -> float | None:
    if step.started is None:
        return None
    end = step.finished if step.state.ended else now
    return None if end is None else max(0.0, end - step.started)


def _short(value: Any) -> str:
    return cut(json.dumps(value, ensure_ascii=False), _LONGEST)
