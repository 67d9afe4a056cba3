"""The order of the steps, and sentences for graphs that have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.inputs import Input
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec
from k8stui.plan.dag import in_order, parents


def names(steps: list[StepSpec]) -> list[str]:
    return [step.name for step in steps]


def fail(*steps: StepSpec) -> str:
    with pytest.raises(InvalidInputError) as caught:
        in_order(steps)
    return caught.value.message


@st.composite
def graphs(draw: st.DrawFn) -> list[StepSpec]:
    size = draw(st.integers(0, 12))
    steps = [
        StepSpec(f"s{number}", after=tuple(f"s{parent}" for parent in draw(st.sets(st.integers(0, number - 1)))))
        if number
        else StepSpec("s0")
        for number in range(size)
    ]
    return draw(st.permutations(steps))


@given(graphs())
def test_parents_come_first_and_every_step_once(steps: list[StepSpec]) -> None:
    ordered = in_order(steps)
    assert sorted(names(ordered)) == sorted(names(steps))
    done: set[str] = set()
    for step in ordered:
        assert set(step.after) <= done
        done.add(step.name)


def test_the_authors_order_stays_where_it_is_one() -> None:
    steps = [StepSpec("b"), StepSpec("a"), StepSpec("d", after=("b",)), StepSpec("c", after=("a",))]
    assert names(in_order(steps)) == ["b", "a", "d", "c"]


def test_the_steps_of_inputs_are_parents_also_inside_lists() -> None:
    values = {"x": Input(items=(Input(step="a", output="o"), Input(value=1))), "y": Input(step="b", output="o")}
    assert parents(StepSpec("c", after=("b",), inputs=values)) == ("b", "a")


def test_a_cycle_is_named_in_the_order_of_execution() -> None:
    steps = (
        StepSpec("start"),
        StepSpec("a", after=("start", "c")),
        StepSpec("b", after=("a",)),
        StepSpec("c", after=("b",)),
        StepSpec("end", after=("c",)),
    )
    said = fail(*steps)
    assert said.startswith("steps wait for each other: ")
    ring = said.partition(": ")[2].split(" -> ")
    assert ring[0] == ring[-1]
    assert "".join(ring[:-1]) in "abcabc"


def test_a_step_that_waits_for_itself_is_a_cycle() -> None:
    assert fail(StepSpec("a", after=("a",))) == "steps wait for each other: a -> a"


def test_a_cycle_is_found_from_a_step_that_only_hangs_on_it() -> None:
    steps = (StepSpec("end", after=("a",)), StepSpec("a", after=("b",)), StepSpec("b", after=("a",)))
    assert fail(*steps) in {"steps wait for each other: a -> b -> a", "steps wait for each other: b -> a -> b"}


def test_two_steps_of_one_name_are_refused() -> None:
    assert fail(StepSpec("a"), StepSpec("a")) == "two steps have the name 'a'"


def test_an_unknown_parent_is_named() -> None:
    assert fail(StepSpec("a", after=("x",))) == "step 'a' comes after 'x', but there is no such step"
