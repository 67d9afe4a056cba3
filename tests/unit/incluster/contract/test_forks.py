"""The pure rules of lists and branches: which items there are, what a condition says, where a status is kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.branching import Condition, UndecidedError, why_not
from k8stui.incluster.contract.inputs import Input, Results, resolve
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.shards import Shards
from k8stui.incluster.contract.unfolding import gathered, item_name, item_place, unfold
from tests.unit.incluster.samples import plan, step

LIST = Input(step="a", output="x")
OTHER = Input(step="b", output="x")


def mapped(**fields: Any) -> Any:
    return step("m", "a", "b", inputs={"item": LIST, "all": OTHER}, **{"mapped": ("item",), **fields})


class TestUnfolding:
    @given(st.lists(st.integers(), max_size=20))
    def test_each_item_gets_its_part_and_all_of_the_rest(self, values: list[int]) -> None:
        results: Results = {"a": {"x": values}, "b": {"x": "same"}}
        items = unfold(mapped(outputs=("y",)), results)
        assert [item.name for item in items] == [f"m[{index}]" for index in range(len(values))]
        assert [resolve(item.inputs["item"], results) for item in items] == values
        assert {resolve(item.inputs["all"], results) for item in items} <= {"same"}
        told: Results = {item.name: {"y": index} for index, item in enumerate(items)}
        assert gathered(mapped(outputs=("y",)), len(items), told) == {"y": list(range(len(values)))}

    def test_values_and_lists_of_outputs_are_taken_apart_as_well(self) -> None:
        parts = Input(items=(LIST, Input(value=3)))
        items = unfold(step("m", inputs={"v": Input(value=[1, 2]), "p": parts}, mapped=("v", "p")), {"a": {"x": 7}})
        assert [resolve(item.inputs["v"], {}) for item in items] == [1, 2]
        assert [resolve(item.inputs["p"], {"a": {"x": 7}}) for item in items] == [7, 3]

    @pytest.mark.parametrize(
        ("value", "kind"),
        [(None, "None"), (True, "True"), ("ab", "a text"), (3, "a number"), ({"a": 1}, "a dict")],
    )
    def test_what_is_no_list_is_named(self, value: Any, kind: str) -> None:
        with pytest.raises(UndecidedError, match=f"mapped over a.x, which is {kind} and not a list"):
            unfold(mapped(), {"a": {"x": value}, "b": {"x": 1}})

    def test_a_list_that_is_too_long_is_refused(self) -> None:
        with pytest.raises(UndecidedError, match="has 3 items, more than the 2 that max_map_items allows"):
            unfold(mapped(max_items=2), {"a": {"x": [1, 2, 3]}, "b": {"x": 1}})

    def test_lists_that_are_gone_through_side_by_side_are_equally_long(self) -> None:
        with pytest.raises(UndecidedError, match=r"not equally long: a\.x has 2, b\.x has 1 items"):
            unfold(mapped(mapped=("item", "all")), {"a": {"x": [1, 2]}, "b": {"x": [1]}})

    @given(st.text(min_size=1), st.integers(0, 99_999))
    def test_the_name_of_an_item_tells_its_place(self, name: str, index: int) -> None:
        assert item_place(item_name(name, index)) == (name, index)

    @pytest.mark.parametrize("name", ["score", "score[]", "score[01]", "train[lr=1]", "[1]", "score[1] "])
    def test_other_names_tell_none(self, name: str) -> None:
        assert item_place(name) is None


class TestConditions:
    @pytest.mark.parametrize(
        ("found", "operator", "value", "holds"),
        [
            (True, "is true", None, True),
            (False, "is true", None, False),
            (1, "==", 1.0, True),
            (True, "==", 1, False),
            ([1, {"a": [True]}], "==", [1, {"a": [True]}], True),
            ([1, {"a": [True]}], "!=", [1, {"a": [1]}], True),
            (None, "==", None, True),
            ("b", ">", "a", True),
            (0.9, ">=", 0.9, True),
            (0.9, "<", 0.9, False),
        ],
    )
    def test_json_is_compared(self, found: Any, operator: str, value: Any, holds: bool) -> None:
        assert (why_not(Condition(LIST, operator, value), {"a": {"x": found}}) == "") is holds

    @pytest.mark.parametrize(
        ("found", "operator", "value", "told"),
        [
            (1, "is true", None, "asks whether a.x is true, and it is 1"),
            (None, "is true", None, "asks whether a.x is true, and it is null"),
            ("3", ">", 2, "compares a text with a number"),
            (True, "<", 2, "compares True with a number"),
            ([1], "<", 2, "compares a list with a number"),
        ],
    )
    def test_nothing_is_guessed(self, found: Any, operator: str, value: Any, told: str) -> None:
        with pytest.raises(UndecidedError, match=told):
            why_not(Condition(LIST, operator, value), {"a": {"x": found}})

    def test_a_value_that_is_not_there_is_no_answer(self) -> None:
        with pytest.raises(UndecidedError, match="asks for a value that is not there"):
            why_not(Condition(LIST), {"a": {}})

    def test_why_tells_the_value(self) -> None:
        output = Input(step="check", output="output")
        assert why_not(Condition(output, ">", 0.9), {"check": {"output": 0.5}}) == ("not met: check > 0.9 (it is 0.5)")
        assert why_not(Condition(output), {"check": {"output": False}}) == "not met: check"


class TestShards:
    def test_every_step_and_item_has_one_shard_and_stands_in_it(self) -> None:
        made: Plan = plan(*(step(f"s{n}") for n in range(600)), mapped(max_items=501), step("n", mapped=("i",)))
        shards = Shards(made)
        names = [one.name for one in made.steps] + [item_name("m", n) for n in (0, 499, 500)] + [item_name("n", 0)]
        assert shards.count == 2 + 2 + 2
        assert [shards.of(name) for name in ("s0", "s599", "m", "m[0]", "m[499]", "m[500]", "n[0]")] == [
            0,
            1,
            1,
            2,
            2,
            3,
            4,
        ]
        found = [name for shard in range(shards.count) for name in shards.names(shard, dict.fromkeys(names))]
        assert sorted(found) == sorted(names)
        assert all(name in shards.names(shards.of(name), dict.fromkeys(names)) for name in names)

    def test_a_stranger_has_none(self) -> None:
        with pytest.raises(KeyError):
            Shards(plan(step("a"))).of("a[0]")
