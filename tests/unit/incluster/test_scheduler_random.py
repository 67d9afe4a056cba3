"""The scheduler in a world where everything happens in any order; the promises are checked in `world`."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8stui.incluster.judging import CANNOT_START, STARTUP_TIMEOUT, VERDICTS
from k8stui.incluster.modes import CONTINUE_ON_FAILURE, FAIL_FAST, STOP_ON_FAILURE
from k8stui.incluster.outcome import counts
from k8stui.incluster.protocol import ON_FAILURE, ON_SUCCESS, Plan, Startup, StepPlan
from k8stui.incluster.states import RunState, StepState

from .samples import plan, retries, step
from .world import World

QUICK = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A DAG of up to seven steps, with retries, budgets, outputs and a limit of its own."""
    steps: list[StepPlan] = []
    for number in range(draw(st.integers(1, 7))):
        after = draw(st.lists(st.sampled_from(steps), unique_by=id, max_size=3)) if steps else []
        steps.append(
            step(
                f"s{number}",
                *(parent.name for parent in after),
                outputs=draw(st.sampled_from([(), ("x",)])),
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


def world(made: Plan, data: st.DataObject) -> World:
    def choose(below: int) -> int:
        return data.draw(st.integers(0, below - 1)) if below > 1 else 0

    return World(made, choose, data.draw(st.sampled_from([None, None, 1, 2])))


def check_the_end(made: World) -> None:
    steps = made.master.steps
    assert made.master.over
    assert sum(counts(made.master.steps).values()) == len(steps)
    for name, status in steps.items():
        parents = [steps[parent].state for parent in made.by_name[name].after]
        if status.state is StepState.SUCCEEDED:
            assert name in made.succeeded
            assert all(parent is StepState.SUCCEEDED for parent in parents)
        elif status.state is StepState.SKIPPED:
            assert made.by_name[name].hook or made.master.halt or any(one.ended and not one.done for one in parents)
        elif status.state is StepState.FAILED:
            step = made.by_name[name]
            hopeless = status.attempts and status.attempts[-1].reason == CANNOT_START
            assert (
                made.master.halt
                or status.failures > step.retry.max_retries
                or status.disruptions > step.disruption_budget
                or status.startups > step.startup.max_retries
                or hopeless
            )
        assert status.state.ended
    check_the_outcome(made)


def check_the_outcome(made: World) -> None:
    steps, halt = made.master.steps, made.master.halt
    states = {steps[name].state for name in made.plan.ordinary()}
    state, why = made.master.outcome()
    if states == {StepState.SUCCEEDED}:
        assert state is RunState.SUCCEEDED
    else:
        assert (state, bool(why)) == (RunState.FAILED, True)
        assert halt or made.plan.failure_mode == CONTINUE_ON_FAILURE
    for hook, wanted in ((ON_SUCCESS, RunState.SUCCEEDED), (ON_FAILURE, RunState.FAILED)):
        if hook in steps:
            assert (steps[hook].state is StepState.SKIPPED) == (state is not wanted)


@QUICK
@given(plans(), st.integers(0, 80), st.data())
def test_a_run_keeps_its_promises_and_ends_whatever_happens(made: Plan, moves: int, data: st.DataObject) -> None:
    one = world(made, data)
    for _ in range(moves):
        one.move()
    one.settle()
    check_the_end(one)


@QUICK
@given(plans(), st.integers(0, 60), st.data())
def test_under_one_master_each_failure_is_paid_once_and_from_its_own_budget(
    made: Plan, moves: int, data: st.DataObject
) -> None:
    one = world(made, data)
    one.immortal = True
    for _ in range(moves):
        one.move()
    one.settle()
    for name, status in one.master.steps.items():
        verdicts = [attempt.reason for attempt in status.attempts if attempt.reason in VERDICTS]
        late = verdicts.count(STARTUP_TIMEOUT)
        assert status.failures <= one.own_failures[name] + len(verdicts) - late
        assert status.failures <= one.by_name[name].retry.max_retries + 1
        assert status.startups <= late + one.passing[name]
        assert status.failures + status.disruptions + status.startups <= len(status.attempts) + one.passing[name]


@QUICK
@given(plans(), st.integers(0, 60), st.integers(0, 60), st.data())
def test_a_stopped_run_ends_and_starts_nothing_more(made: Plan, before: int, after: int, data: st.DataObject) -> None:
    one = world(made, data)
    one.immortal = True
    for _ in range(before):
        one.move()
    one.master.stop()
    one.decide()
    known = set(one.made) | {pod.facts.name for pod in one.under_way}
    for _ in range(after):
        one.move()
    one.settle()
    assert one.made <= known
    assert one.master.over
    done = all(one.master.steps[name].state.done for name in made.ordinary())
    assert (one.master.outcome()[0] is RunState.SUCCEEDED) == done
