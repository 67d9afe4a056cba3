"""A DAG as a drawing: every box once, every edge followable, nothing over anything else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.graph.boxes import Box, boxes
from k8stui.control.graph.drawing import Drawing, draw
from k8stui.incluster.contract.states import StepState
from tests.unit.control.timeline.samples import RUNNING, WAITING, attempt, run, step


def box(name: str, *after: str) -> Box:
    return Box(name, name, after)


def test_a_diamond() -> None:
    made = draw([box("load"), box("a", "load"), box("b", "load"), box("join", "a", "b")])
    assert list(made.lines) == [
        "[load]",
        "   ├────┐",
        "  [a]  [b]",
        "   └──┐ │",
        "      ├─┘",
        "   [join]",
    ]
    assert [made.places[name].line for name in ("load", "a", "b", "join")] == [0, 2, 2, 5]


def test_an_edge_over_several_layers_goes_past_the_boxes_between() -> None:
    made = draw([box("a"), box("b", "a"), box("c", "b"), box("d", "a", "c")])
    assert [line.count("│") >= 1 for line in made.lines[2:5]] == [True, True, True]


def test_ascii_terminals_get_ascii() -> None:
    assert all(line.isascii() for line in draw([box("a"), box("b", "a"), box("c", "a")], ascii_only=True).lines)


@st.composite
def dags(draw_: st.DrawFn) -> list[Box]:
    made: list[Box] = []
    for number in range(draw_(st.integers(1, 14))):
        parents = [one.name for one in made if draw_(st.integers(0, 3)) == 0]
        made.append(Box(f"s{number}", f"s{number}" * draw_(st.integers(1, 4)), tuple(parents)))
    return made


@given(dags())
def test_every_box_stands_where_the_drawing_says_below_all_that_it_comes_after(dag: list[Box]) -> None:
    made = draw(dag)
    for one in dag:
        place = made.places[one.name]
        assert made.lines[place.line][place.x : place.x + place.width] == f"[{one.label}]"
        assert all(made.places[name].line < place.line for name in one.after)
        assert bool(one.after) == _touched(made, one.name, above=True)
    parents = {name for one in dag for name in one.after}
    assert all(_touched(made, one.name, above=False) == (one.name in parents) for one in dag)


def _touched(made: Drawing, name: str, *, above: bool) -> bool:
    """Whether a line comes out of a box to that side."""
    place = made.places[name]
    row = place.line + (-1 if above else 1)
    if not 0 <= row < len(made.lines):
        return False
    ending = "│┌┐├┤┬┼" if above else "│└┘├┤┴┼"
    return any(character in ending for character in made.lines[row][place.x : place.x + place.width])


def test_items_and_steps_alike_share_a_box_with_counts() -> None:
    view = run(
        step("load", attempt(1, 2, 3)),
        step("map", after=["load"], mapped_over=["load"], state=RUNNING),
        *(step(f"map[{n}]", after=["map"], item_of="map", state=RUNNING if n else StepState.FAILED) for n in range(3)),
        *(step(f"fit_{n}", after=["load"], state=RUNNING if n else StepState.SUCCEEDED) for n in range(6)),
        step("join", after=["map", *(f"fit_{n}" for n in range(6))], state=WAITING),
        step("hook", hook="on_success", state=WAITING),
    )
    found = {one.name: one for one in boxes(view)}
    assert list(found) == ["load", "map", "fit_0", "join", "hook"]
    assert found["load"].label == "✓ load"
    assert found["map"].label == "map x3: 2 running, 1 failed"
    assert found["map"].state == "failed"
    assert found["fit_0"].label == "6 steps: fit_0 to fit_5: 5 running, 1 succeeded"
    assert found["join"].after == ("map", "fit_0")
    assert found["hook"].after == ("join",)
    assert "map[1]" in found["map"].steps


def test_a_graph_of_hundreds_of_boxes_is_drawn() -> None:
    dag = [Box(f"s{n}", f"s{n}", tuple(f"s{n - back}" for back in (1, 7, 20) if n >= back)) for n in range(200)]
    assert len(draw(dag).places) == 200
