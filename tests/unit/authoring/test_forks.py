"""Lists and branches in Python: what a pipeline function says of them, and every mistake a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k8stui import container_step, one_of, step, unmapped
from k8stui.incluster.contract.branching import Condition
from k8stui.incluster.contract.inputs import Input
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec
from tests.unit.authoring.calls import fit, load, pick, split, takes_after, tell, traced

count = container_step(name="count", image="busybox:1.36")


@step
def asks_when(when: str) -> None:
    """Has a parameter called like our own argument."""


def refused(function: Callable[[], Any]) -> str:
    with pytest.raises(InvalidInputError, match=r"test_forks\.py:\d+: ") as caught:
        traced(function)
    return str(caught.value)


def last(function: Callable[[], Any]) -> StepSpec:
    return traced(function)[-1]


class TestMapping:
    def test_outputs_are_mapped_over_and_all_else_is_the_same_for_every_item(self) -> None:
        found = last(lambda: fit.map(load(), rate=0.5, other=unmapped(load())))
        assert found.mapped == ("data",)
        assert found.inputs["rate"] == Input(value=0.5)
        assert found.inputs["other"] == Input(step="load_2", output="output")
        assert found.after == ("load", "load_2")

    def test_several_outputs_are_gone_through_side_by_side(self) -> None:
        assert last(lambda: fit.map(data=load(), rate=load())).mapped == ("data", "rate")

    def test_what_it_returns_is_passed_on_and_mapped_over_again(self) -> None:
        steps = traced(lambda: pick(fit.map(data=fit.map(data=load()))))
        assert [one.mapped for one in steps] == [(), ("data",), ("data",), ()]
        assert steps[-1].inputs["scores"] == Input(step="fit_2", output="output")

    def test_each_output_of_several_is_a_list_of_its_own(self) -> None:
        left, right = [], []

        def call() -> None:
            one, other = split.map(data=load())
            left.append(one.output_name)
            right.append(other.output_name)

        traced(call)
        assert (left, right) == (["left"], ["right"])

    def test_containers_are_mapped_as_well(self) -> None:
        found = last(lambda: count.map(part=load(), after=tell(), id="counting"))
        assert (found.name, found.mapped, found.after) == ("counting", ("part",), ("load", "tell"))

    def test_branches_that_meet_are_mapped_over_too(self) -> None:
        found = last(lambda: fit.map(data=one_of(load(), load())))
        assert (found.mapped, found.alternatives) == (("data",), (("load", "load_2"),))

    def test_without_an_output_there_is_nothing_to_map_over(self) -> None:
        assert "none of the arguments of map() is an output of a step" in refused(lambda: fit.map(data=[1, 2]))

    def test_outputs_in_a_list_are_known_to_be_as_many_as_they_are(self) -> None:
        assert "Call the step for each of them" in refused(lambda: fit.map(data=[load(), load()]))

    def test_outside_of_a_pipeline_there_is_no_map(self) -> None:
        with pytest.raises(InvalidInputError, match=r"map\(\) is for pipeline functions"):
            fit.map(data=[1])

    def test_unmapped_is_for_map_alone(self) -> None:
        assert "only has a meaning in .map()" in refused(lambda: fit(unmapped(load())))


class TestConditions:
    def test_an_output_or_its_comparison_with_a_constant(self) -> None:
        rows = Input(step="load", output="output")
        assert last(lambda: tell(when=load())).when == (Condition(rows),)
        for made, operator in (
            (lambda: load() == "a", "=="),
            (lambda: load() != "a", "!="),
            (lambda: load() < "a", "<"),
            (lambda: load() <= "a", "<="),
            (lambda: load() > "a", ">"),
            (lambda: load() >= "a", ">="),
        ):
            found = last(lambda made=made: tell(when=made()))  # type: ignore[misc]  # bound now
            assert (found.when, found.after) == ((Condition(rows, operator, "a"),), ("load",))

    def test_the_constant_may_stand_on_the_left(self) -> None:
        assert last(lambda: tell(when=load() > 3)).when[0].operator == ">"

    def test_all_of_several_must_hold(self) -> None:
        found = last(lambda: tell.with_options(when=load() != 1)(when=[load(), load() > 2]))
        assert [str(one) for one in found.when] == ["load_2", "load_3 > 2", "load != 1"]

    def test_a_parameter_of_that_name_is_the_functions_own(self) -> None:
        assert last(lambda: asks_when(when="now")).inputs == {"when": Input(value="now")}
        assert last(lambda: asks_when.with_options(when=load())(when="now")).after == ("load",)

    @pytest.mark.parametrize(
        ("when", "expected"),
        [
            (True, "Use `if` in the pipeline function"),
            ("load", "is no output of a step"),
            (tell, "is no output of a step"),
            (lambda: load() > True, "only numbers and texts are more or less than others"),
            (lambda: load() == object(), "is of type object, which is not JSON"),
        ],
    )
    def test_anything_else_is_refused(self, when: Any, expected: str) -> None:
        assert expected in refused(lambda: tell(when=when() if callable(when) else when))

    def test_a_comparison_is_no_value(self) -> None:
        assert "goes into when=" in refused(lambda: tell(what=load() > 3))


class TestJoins:
    def test_the_step_can_do_without_branches_that_were_not_taken(self) -> None:
        found = last(
            lambda: tell(what=[one_of(load(), fit(1)), 3], after=[one_of(tell(), count()), takes_after("a", 1)])
        )
        assert found.alternatives == (("tell", "count"), ("load", "fit"))
        assert found.after == ("load", "fit", "takes_after", "tell", "count")
        branches = (Input(step="load", output="output"), Input(step="fit", output="output"))
        assert found.inputs["what"] == Input(items=(Input(one_of=branches), Input(value=3)))

    def test_they_are_two_steps_or_more(self) -> None:
        assert "needs the outputs of two steps or more" in refused(lambda: tell(what=one_of(load())))
        assert "is no output of a step" in refused(lambda: tell(what=one_of(load(), 3)))

    def test_a_branch_that_is_waited_for_anyway_is_none(self) -> None:
        def call() -> None:
            rows = load()
            tell(what=one_of(rows, fit(1)), after=rows)

        assert "waits for 'load' in any case" in refused(call)

    def test_a_branch_without_a_value_is_for_after(self) -> None:
        assert "returns nothing that could be passed on" in refused(lambda: tell(what=one_of(load(), tell())))
