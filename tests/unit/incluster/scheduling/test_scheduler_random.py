"""The scheduler in a world where everything happens in any order; the promises are checked in `world`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.branching import Condition
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.scheduling.judging import STARTUP_TIMEOUT, VERDICTS
from tests.chances import examples
from tests.unit.incluster.randomplans import check_the_end, plans
from tests.unit.incluster.samples import plan, step
from tests.unit.incluster.world import World

QUICK = examples(100)


def world(made: Plan, data: st.DataObject) -> World:
    def choose(below: int) -> int:
        return data.draw(st.integers(0, below - 1)) if below > 1 else 0

    return World(made, choose, data.draw(st.sampled_from([None, None, 1, 2])))


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
    ends = [one.master.steps[name] for name in one.master.shape.ordinary]
    fine = all(end.state.done or end.untaken for end in ends)
    assert (one.master.outcome()[0] is RunState.SUCCEEDED) == fine


@st.composite
def forked_plans(draw: st.DrawFn) -> Plan:
    """A list that is mapped over, and two branches that meet: what is rare among plans of any shape."""
    asked = Input(step="s1", output=draw(st.sampled_from(["yes", "no"])))
    return plan(
        step("s0", outputs=("few",)),
        step("s1", outputs=(asked.output,)),
        step("s2", "s0", inputs={"item": Input(step="s0", output="few")}, mapped=("item",), outputs=("x",)),
        step("s3", "s1", when=(Condition(asked),)),
        step("s4", "s1", "s2", when=(Condition(asked, "==", False),)),
        step("s5", "s3", "s4", alternatives=(("s3", "s4"),)),
        step("s6", "s2"),
        max_parallelism=draw(st.integers(0, 2)),
    )


@examples(300)
@given(forked_plans(), st.integers(0, 60), st.data())
def test_a_run_with_lists_and_branches_keeps_its_promises_too(made: Plan, moves: int, data: st.DataObject) -> None:
    one = world(made, data)
    for _ in range(moves):
        one.move()
    one.settle()
    check_the_end(one)
