"""What master and scheduler make of values that are kept in the artifact store."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.incluster.contract.branching import Condition, UndecidedError, why_not
from k8stui.incluster.contract.inputs import Input, resolve
from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.unfolding import unfold
from k8stui.incluster.wire.references import MARK, content


def reference(**more: Any) -> dict[str, Any]:
    found = {MARK: 1, "type": "json", "uri": "file:///a/artifacts/r/x.json", "size": 9, "sha256": "ab", **more}
    return {"kind": "list of 3", **found}


def mapped_over(value: Any, **more: Any) -> list[StepPlan]:
    step = StepPlan("each", "each", "python", 0, inputs={"x": Input(step="a", output="o")}, mapped=("x",), **more)
    return unfold(step, {"a": {"o": value}})


def test_a_list_in_the_store_falls_into_references_to_its_things() -> None:
    items = mapped_over(reference(items=2))
    results = {"a": {"o": reference(items=2)}}
    assert [resolve(item.inputs["x"], results) for item in items] == [
        reference(items=2, item=0),
        reference(items=2, item=1),
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (reference(kind="table of 4 rows"), "which is in the artifact store (table of 4 rows) and not a list"),
        (reference(items=3, item=1), "and not a list"),
        (reference(items=2000), "which has 2000 items, more than the 1000 that max_map_items allows"),
    ],
)
def test_what_cannot_be_mapped_over_says_why(value: Any, told: str) -> None:
    with pytest.raises(UndecidedError) as caught:
        mapped_over(value)
    assert told in str(caught.value)


@pytest.mark.parametrize("operator", ["is true", "==", "!=", "<"])
def test_no_condition_is_decided_by_a_reference(operator: str) -> None:
    with pytest.raises(UndecidedError, match="in the artifact store"):
        why_not(Condition(Input(step="a", output="o"), operator, 1), {"a": {"o": reference()}})


def test_the_cache_knows_content_wherever_it_is_kept() -> None:
    one, other = reference(), reference(uri="file:///a/artifacts/s/y.json", kind="?")
    assert content([one, 1]) == content([other, 1])
    assert content(one) != content(reference(sha256="cd"))
    assert content(reference(item=0)) != content(reference(item=1))
    assert content(reference(**{"class": "m:A"})) != content(reference(**{"class": "m:B"}))
    assert content(reference(name="a.csv")) != content(reference(name="b.csv"))
    assert content({"a": 1}) == {"a": 1}
