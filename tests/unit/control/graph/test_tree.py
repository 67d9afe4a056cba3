"""A DAG becomes a tree in which every step stands once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.graph.tree import TreeLine, tree_lines


def test_a_join_stands_under_its_last_parent_and_names_the_others() -> None:
    lines = tree_lines([("load", ()), ("a", ("load",)), ("b", ("load",)), ("join", ("a", "b")), ("end", ("join",))])
    assert [line.prefix + line.name for line in lines] == ["load", "├ a", "└ b", "  └ join", "    └ end"]
    assert lines[3].also_after == ("a",)


def test_branches_go_on_beside_deeper_levels() -> None:
    lines = tree_lines([("r", ()), ("a", ("r",)), ("a1", ("a",)), ("b", ("r",)), ("s", ())])
    assert [line.prefix + line.name for line in lines] == ["r", "├ a", "│ └ a1", "└ b", "s"]


def test_ascii_is_enough_where_asked_for() -> None:
    lines = tree_lines([("r", ()), ("a", ("r",)), ("b", ("r",))], ascii_only=True)
    assert [line.prefix + line.name for line in lines] == ["r", "|-a", "`-b"]


def test_an_unknown_parent_is_left_out() -> None:
    assert tree_lines([("a", ("gone",))]) == [TreeLine("a", "", 0)]


def test_a_chain_of_two_thousand_does_not_overflow() -> None:
    steps = [(str(i), (str(i - 1),) if i else ()) for i in range(2000)]
    assert len(tree_lines(steps)) == 2000


@given(st.lists(st.lists(st.integers(0, 20), max_size=4), max_size=20))
def test_every_step_stands_once_below_a_parent_of_its_own(shape: list[list[int]]) -> None:
    steps = [(str(i), [str(p) for p in parents if p < i]) for i, parents in enumerate(shape)]
    lines = tree_lines(steps)
    assert sorted(line.name for line in lines) == sorted(name for name, _ in steps)
    above: list[str] = []
    for line in lines:
        del above[line.depth :]
        parents = set(dict(steps)[line.name])
        assert parents == {*line.also_after, *above[-1:]} if parents else not above
        above.append(line.name)
