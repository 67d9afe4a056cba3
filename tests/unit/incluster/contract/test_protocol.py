"""Plan and record survive their journey as JSON, and say so when they did not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import SCHEMA, Plan, PlanError, Retry, Startup, StepPlan
from k8stui.incluster.contract.record import Attempt, StepStatus, Summary
from k8stui.incluster.contract.states import ENDED_STEPS, RunState, StepState
from tests.unit.incluster.samples import plan, step

names = st.text(min_size=1, max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
inputs: st.SearchStrategy[Input] = st.recursive(
    st.builds(Input, value=values) | st.builds(Input, value=st.none(), step=names, output=names),
    lambda inner: st.builds(Input, items=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=4,
)
steps = st.builds(
    StepPlan,
    name=names,
    slug=names,
    kind=st.sampled_from(["python", "container"]),
    template=st.integers(0, 3),
    after=st.lists(names, max_size=3).map(tuple),
    module=names,
    function=names,
    inputs=st.dictionaries(names, inputs, max_size=3),
    outputs=st.lists(names, max_size=2).map(tuple),
    retry=st.builds(Retry, st.integers(0, 5), st.floats(0, 100), st.floats(1, 3)),
    disruption_budget=st.integers(0, 9),
    startup=st.builds(Startup, st.floats(1, 900), st.integers(0, 5), st.floats(0, 100), st.floats(1, 3)),
    timeout=st.floats(0, 900),
    hook=st.sampled_from(["", "on_failure"]),
    hopeless=st.lists(names, max_size=2).map(tuple),
    env=st.dictionaries(names, names, max_size=2),
)
times = st.none() | st.floats(1, 2e9)
attempts = st.builds(
    Attempt,
    st.integers(1, 9),
    names,
    st.sampled_from(StepState),
    uid=names,
    node=st.text(max_size=3),
    created=times,
    started=times,
    finished=times,
    exit_code=st.none() | st.integers(0, 255),
    reason=st.text(max_size=3),
    message=st.text(max_size=9),
    silent=st.booleans(),
    deadline=times,
)
statuses = st.builds(
    StepStatus,
    st.sampled_from(StepState),
    st.lists(attempts, max_size=3),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.text(max_size=9),
    times,
)
summaries = st.builds(
    Summary,
    st.sampled_from(RunState),
    st.dictionaries(names, st.integers(0, 99), max_size=3),
    st.integers(0, 99),
    times,
    times,
    times,
    names,
    names,
    st.booleans(),
)


class TestPlan:
    @given(st.lists(steps, max_size=3), values)
    def test_is_the_same_after_its_journey(self, some: list[StepPlan], value: Any) -> None:
        sent = plan(*some, parameters={"p": value}, max_parallelism=3, startup_pause=0.5, timeout=9, created=1.5)
        assert Plan.from_text(sent.to_text()) == sent

    def test_a_newer_schema_says_to_use_a_newer_program(self) -> None:
        data = json.loads(plan(step("a")).to_text())
        with pytest.raises(PlanError, match="use a newer one"):
            Plan.from_text(json.dumps({**data, "schema": SCHEMA + 1}))

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "5", "null", "{}", '{"schema": 1}', '{"schema": "x", "steps": []}']
    )
    def test_a_damaged_one_says_so(self, text: str) -> None:
        with pytest.raises(PlanError):
            Plan.from_text(text)

    def test_what_equals_its_default_takes_no_room(self) -> None:
        assert step("a").to_json() == {"name": "a", "slug": "a", "kind": "python", "template": 0}

    def test_children_stand_in_the_order_of_the_plan(self) -> None:
        assert plan(step("a"), step("b", "a"), step("c", "a", "b")).children() == {"a": ["b", "c"], "b": ["c"], "c": []}

    def test_an_input_names_its_sources_those_of_its_items_included(self) -> None:
        one = Input(items=(Input(1), Input(None, "a", "x"), Input(items=(Input(None, "b", "y"),))))
        assert one.sources() == [("a", "x"), ("b", "y")]


class TestRecord:
    @given(statuses)
    def test_a_status_is_the_same_after_its_journey(self, status: StepStatus) -> None:
        assert StepStatus.from_json(json.loads(json.dumps(status.to_json()))) == status

    @given(summaries)
    def test_a_summary_is_the_same_after_its_journey(self, summary: Summary) -> None:
        assert Summary.from_text(summary.to_text()) == summary

    def test_fields_of_a_newer_schema_are_left_out(self) -> None:
        attempt = {"attempt": 1, "pod": "p", "state": "running", "colour": "red"}
        status = StepStatus.from_json({"state": "running", "attempts": [attempt], "mood": "good"})
        assert status == StepStatus(StepState.RUNNING, [Attempt(1, "p", StepState.RUNNING)])
        text = json.dumps({**json.loads(Summary().to_text()), "colour": "red"})
        assert Summary.from_text(text) == Summary()

    def test_a_step_that_waits_takes_no_room(self) -> None:
        assert StepStatus().to_json() == {"state": "waiting"}


class TestStates:
    def test_only_a_success_lets_the_steps_after_it_start(self) -> None:
        assert {state for state in StepState if state.done} == {StepState.SUCCEEDED, StepState.CACHED}

    def test_a_step_between_two_attempts_has_not_ended(self) -> None:
        assert not {StepState.RETRYING, StepState.EVICTED} & ENDED_STEPS
        assert all(state.ended == (state in ENDED_STEPS) for state in StepState)
