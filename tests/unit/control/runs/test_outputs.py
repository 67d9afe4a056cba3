"""What steps returned, looked at without executing anything."""

from __future__ import annotations

import pickle
from base64 import b64encode
from pathlib import Path

import pytest

from k8stui.control.runs.outputs import kind_of, output_lines, outputs_of, pickle_text, short_value
from k8stui.incluster.contract.protocol import KIND_PYTHON, Plan, StepPlan
from k8stui.incluster.contract.states import StepState
from tests.unit.control.timeline.samples import run, step


class Trap:
    """Something whose pickle would make a file if it were opened."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, (f"open({str(TRAP)!r}, 'w')",)


TRAP = Path("/tmp/k8stui-a-pickle-was-opened")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([1, 2], "list of 2"),
        ({"a": 1}, "object of 1 key"),
        ("abc", "text of 3 characters"),
        (True, "boolean"),
        (3, "whole number"),
        (0.5, "number"),
        (None, "null"),
    ],
)
def test_each_value_has_a_type_in_words(value: object, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_is_told_by_what_it_would_import_and_never_opened(protocol: int) -> None:
    told = pickle_text(b64encode(pickle.dumps(Trap(), protocol)).decode())
    assert told.startswith(f"a pickle (protocol {protocol}, ")
    assert "would import" in told
    assert "eval" in told
    assert told.endswith("not opened")
    assert not TRAP.exists()


@pytest.mark.parametrize(
    "text", ["", "gAAAAAAA", "gA is no base64!", "hello, world", b64encode(b"\x80\x04rest").decode()]
)
def test_other_texts_are_no_pickles(text: str) -> None:
    assert pickle_text(text) == ""


def plan(**outputs: tuple[str, ...]) -> Plan:
    steps = tuple(StepPlan(name=n, slug=n, kind=KIND_PYTHON, template=0, outputs=given) for n, given in outputs.items())
    return Plan(run="r", pipeline="p", namespace="ml", pod_prefix="r", steps=steps, templates=({},))


def test_what_is_not_there_is_told_with_the_reason() -> None:
    view = run(step("a", results={"x": [1]}), step("b", state=StepState.RUNNING), step("c"))
    found = outputs_of(view, plan(a=("x",), b=("y",), c=()))
    assert [(one.step, one.name, one.kind, one.size, one.there) for one in found] == [
        ("a", "x", "list of 1", 3, True),
        ("b", "y", "not there: the step is running", None, False),
    ]
    assert output_lines(found) == [
        "a", "  x: list of 1, 3 bytes", "    [1]", "", "b", "  y: not there: the step is running",
    ]  # fmt: skip
    assert [one.step for one in outputs_of(view, None, "a")] == ["a"]


def test_long_values_are_cut_and_harmless() -> None:
    view = run(step("a", results={"x": list(range(200)), "evil\x1b[2J": "\x1b[31mred"}))
    lines = output_lines(outputs_of(view, None), most=10)
    assert any("more lines" in line for line in lines)
    assert not any("\x1b" in line for line in lines)
    assert len(short_value(outputs_of(view, None)[0])) <= 161


def test_a_mapped_step_shows_the_results_of_its_items() -> None:
    view = run(step("m"), step("m[0]", item_of="m", results={"x": 1}), step("other", results={"x": 2}))
    assert [one.step for one in outputs_of(view, None, "m")] == ["m[0]"]


def test_what_is_in_the_artifact_store_is_told_by_what_the_step_said_of_it() -> None:
    table = {"k8stui.artifact": 1, "type": "pandas", "uri": "s3://b/artifacts/r/t.parquet", "size": 12_345_678}
    table |= {"sha256": "ab" * 32, "kind": "table of 2 rows: a int64\x1b[2J"}
    numbers = {**table, "type": "json", "kind": "list of 9", "head": "[1, 2"}
    odd = {**table, "type": "pickle", "kind": "train.Odd"}
    view = run(step("make", results={"table": table, "numbers": numbers, "odd": odd}))
    outputs = outputs_of(view, None)
    assert [one.size for one in outputs] == [12_345_678] * 3
    assert [short_value(one) for one in outputs] == [table["uri"], "[1, 2", table["uri"]]
    text = "\n".join(output_lines(outputs))
    assert "table of 2 rows: a int64" in text
    assert "\x1b" not in text
    assert "odd: train.Odd, a pickle; not opened, in the artifact store, 12,345,678 bytes" in text
    assert "    s3://b/artifacts/r/t.parquet\n    sha256 abab" in text
