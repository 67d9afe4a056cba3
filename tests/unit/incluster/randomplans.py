"""Plans that Hypothesis draws, and what holds of a run of any of them at its end."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from k8stui.incluster.contract.branching import Condition, UndecidedError, why_not
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.modes import CONTINUE_ON_FAILURE, FAIL_FAST, STOP_ON_FAILURE
from k8stui.incluster.contract.outcome import counts
from k8stui.incluster.contract.protocol import ON_FAILURE, ON_SUCCESS, Plan, Startup, StepPlan
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.contract.unfolding import unfold
from k8stui.incluster.scheduling.judging import CANNOT_START

from .samples import plan, retries, step
from .world import World

OUTPUTS = [(), ("x",), ("yes",), ("no",), ("half",), ("none",), ("few",), ("few",), ("odd",)]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A DAG of up to seven steps, with retries, budgets, outputs, forks and a limit of its own."""
    steps: list[StepPlan] = []
    for number in range(draw(st.integers(1, 7))):
        after = draw(st.lists(st.sampled_from(steps), unique_by=id, max_size=3)) if steps else []
        steps.append(
            step(
                f"s{number}",
                *(parent.name for parent in after),
                **draw(forks(after)),
                outputs=draw(st.sampled_from(OUTPUTS)),
                retry=retries(draw(st.integers(0, 2)), delay=draw(st.sampled_from([0.0, 5.0]))),
                disruption_budget=draw(st.integers(0, 3)),
                startup=Startup(draw(st.sampled_from([600, 3])), draw(st.integers(0, 2)), 1.0, 2.0),
                timeout=draw(st.sampled_from([0, 4])),
            )
        )
    steps += [step(hook, hook=hook) for hook in (ON_SUCCESS, ON_FAILURE) if draw(st.booleans())]
    return plan(
        *steps,
        max_parallelism=draw(st.integers(0, 3)),
        startup_pause=draw(st.sampled_from([0.0, 0.0, 2.0])),
        failure_mode=draw(st.sampled_from([CONTINUE_ON_FAILURE, STOP_ON_FAILURE, FAIL_FAST])),
        timeout=draw(st.sampled_from([0, 0, 9])),
    )


def check_the_end(made: World) -> None:
    steps = made.master.steps
    assert made.master.over
    assert sum(counts(made.master.steps).values()) == len(steps)
    for name, status in steps.items():
        assert status.state.ended
        step = made.by_name[name]
        needed = [steps[parent].state for parent in made.master.shape.needed(name)]
        assert bool(status.attempts) <= (not step.mapped)
        assert not status.untaken or (status.state is StepState.SKIPPED and is_untaken(made, step))
        if status.state is StepState.SUCCEEDED:
            items = made.master.shape.items.get(name)
            assert name in made.succeeded if items is None else all(steps[item].state.done for item in items)
            assert all(parent.done for parent in needed)
            assert all(any(steps[one].state.done for one in group) for group in step.alternatives)
        elif status.state is StepState.SKIPPED:
            failed = any(not (steps[parent].state.done or steps[parent].untaken) for parent in step.after)
            assert step.hook or made.master.halt or failed or status.untaken
        elif status.state is StepState.FAILED:
            hopeless = status.attempts and status.attempts[-1].reason == CANNOT_START
            assert (
                made.master.halt
                or status.failures > step.retry.max_retries
                or status.disruptions > step.disruption_budget
                or status.startups > step.startup.max_retries
                or hopeless
                or any(steps[item].state is StepState.FAILED for item in made.master.shape.items.get(name, ()))
                or is_undecided(made, step)
            )
    check_the_outcome(made)


@st.composite
def forks(draw: st.DrawFn, parents: list[StepPlan]) -> dict[str, Any]:
    """What a step with these parents does with them: takes their lists apart, asks whether it is to run, joins them."""
    sources = [Input(step=parent.name, output=parent.outputs[0]) for parent in parents if parent.outputs]
    fields: dict[str, Any] = {}
    if len(parents) > 1 and draw(st.booleans()):
        fields["alternatives"] = (tuple(parent.name for parent in parents),)
        if len(sources) == len(parents):
            fields["inputs"] = {"joined": Input(one_of=tuple(sources))}
        return fields
    if not sources:
        return fields
    if draw(st.booleans()):
        lists = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=2))
        fields["inputs"] = {f"item{number}": source for number, source in enumerate(lists)}
        fields["mapped"] = tuple(fields["inputs"])
        fields["max_items"] = draw(st.sampled_from([1, 1000, 1000]))
    if draw(st.booleans()):
        asked = draw(st.sampled_from(sources))
        fields["when"] = (
            draw(st.sampled_from([Condition(asked), Condition(asked, "<", 1), Condition(asked, "!=", False)])),
        )
    return fields


def is_untaken(made: World, step: StepPlan) -> bool:
    """Whether a step was skipped by a condition, its own or an earlier one's."""
    steps, results = made.master.steps, made.master.results
    if any(steps[parent].untaken for parent in made.master.shape.needed(step.name)):
        return True
    if not all(steps[parent].state.done or steps[parent].untaken for parent in step.after):
        return False
    if any(all(steps[one].untaken for one in group) for group in step.alternatives):
        return True
    return any(why_not(one, results) for one in step.when)


def is_undecided(made: World, step: StepPlan) -> bool:
    """Whether what a step's condition or list comes from is not what it must be."""
    try:
        return not any(why_not(one, made.master.results) for one in step.when) and not unfold(step, made.master.results)
    except UndecidedError:
        return True


def check_the_outcome(made: World) -> None:
    steps, halt = made.master.steps, made.master.halt
    fine = all(steps[name].state.done or steps[name].untaken for name in made.master.shape.ordinary)
    state, why = made.master.outcome()
    if fine:
        assert state is RunState.SUCCEEDED
    else:
        assert (state, bool(why)) == (RunState.FAILED, True)
        assert halt or made.plan.failure_mode == CONTINUE_ON_FAILURE
    for hook, wanted in ((ON_SUCCESS, RunState.SUCCEEDED), (ON_FAILURE, RunState.FAILED)):
        if hook in steps:
            assert (steps[hook].state is StepState.SKIPPED) == (state is not wanted)
