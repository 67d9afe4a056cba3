"""Any pipeline code that can be written makes a spec whose steps are in order, unique, and know all their parents."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k8stui import step
from k8stui.authoring.tracing import tracing
from k8stui.incluster.contract.inputs import Input
from k8stui.model.pipeline import StepSpec


@step
def make(value: Any = None) -> int:
    return 1


@step
def pair(value: Any = None) -> tuple[int, int]:
    return 1, 2


@step
def end(value: Any = None) -> None: ...


STEPS = (make, pair, end)

Call = tuple[int, list[int], list[int], bool]
"""Which step, the earlier calls it takes values of, those it waits for, and whether the values come in a list."""

CALLS = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.integers(0, 99), max_size=3), st.lists(st.integers(0, 99), max_size=3),
              st.booleans()),
    min_size=1,
    max_size=30,
)  # fmt: skip


def written(calls: list[Call]) -> tuple[list[StepSpec], list[set[int]], list[list[int]]]:
    """The traced steps, and for each what the code said: its parents, and the calls whose values it takes."""
    results: list[Any] = []
    parents: list[set[int]] = []
    takes: list[list[int]] = []
    with tracing("random") as trace:
        for kind, values, after, in_list in calls:
            earlier = len(results)
            sources = [index % earlier for index in values if earlier and calls[index % earlier][0] != 2]
            waits = [index % earlier for index in after] if earlier else []
            handles = [results[index][0] if isinstance(results[index], tuple) else results[index] for index in sources]
            argument: Any = handles if in_list else (handles or [None])[0]
            sources = sources if in_list else sources[:1]
            results.append(STEPS[kind](argument, after=[results[index] for index in waits]))
            parents.append({*sources, *waits})
            takes.append(sources)
    return trace.steps, parents, takes


@given(CALLS)
def test_the_trace_is_the_graph_that_was_written(calls: list[Call]) -> None:
    steps, parents, takes = written(calls)
    names = [found.name for found in steps]
    assert len(set(names)) == len(calls)
    for index, found in enumerate(steps):
        assert set(found.after) == {names[parent] for parent in parents[index]}
        assert len(found.after) == len(set(found.after))
        assert all(parent in names[:index] for parent in found.after), "parents stand before their children"
        taken = [step_name for value in found.inputs.values() for step_name, _ in value.sources()]
        assert taken == [names[source] for source in takes[index]]


@given(CALLS)
def test_inputs_survive_the_journey_as_json(calls: list[Call]) -> None:
    for found in written(calls)[0]:
        for value in found.inputs.values():
            assert Input.from_json(value.to_json()) == value
