"""Which lines of a tree are shown: nothing is lost, and what is in trouble never hides."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from k8stui_tui.theme.glyphs import ASCII, UNICODE
from k8stui_tui.widgets.branches import GROUP_PREFIX, Branch, Folding, Node, branches
from k8stui_tui.widgets.cells import Cell


def node(key: str, depth: int, status: str = "succeeded", weight: int = 0) -> Node:
    return Node(key, depth, Cell(key), (Cell(status),), status, weight)


@st.composite
def trees(draw: st.DrawFn) -> list[Node]:
    """Trees of up to 40 nodes, in the order they are drawn."""
    nodes: list[Node] = []
    depth = -1
    for number in range(draw(st.integers(1, 40))):
        depth = draw(st.integers(0, depth + 1))
        status = draw(st.sampled_from(["succeeded", "running", "failed"]))
        nodes.append(node(str(number), depth, status, ["succeeded", "running", "failed"].index(status)))
    return nodes


KEYS = st.sets(st.integers(0, 39).map(str), max_size=6)


def drawn(lines: list[Branch]) -> list[str]:
    return [line.prefix + line.label.text for line in lines]


def below(nodes: list[Node], place: int) -> list[Node]:
    """A node and its descendants."""
    end = next((n for n in range(place + 1, len(nodes)) if nodes[n].depth <= nodes[place].depth), len(nodes))
    return nodes[place:end]


@given(trees(), KEYS, KEYS, KEYS, st.integers(2, 12))
def test_every_node_is_shown_or_counted_where_it_hides(
    nodes: list[Node], folded: set[str], opened: set[str], keep: set[str], most: int
) -> None:
    lines = branches(nodes, Folding(folded, {GROUP_PREFIX + key for key in opened}, keep, most), UNICODE)
    shown = [line.key for line in lines if not line.key.startswith(GROUP_PREFIX)]
    hidden = [line for line in lines if line.folded]
    assert len(set(shown)) == len(shown)
    assert len(shown) + sum(line.hidden for line in hidden) == len(nodes)
    visible = Counter(one.status for one in nodes if one.key in set(shown))
    for line in hidden:
        visible.update(dict(line.tally))
    assert visible == Counter(one.status for one in nodes)


@given(trees(), KEYS, st.integers(2, 12))
def test_trouble_and_what_is_kept_never_hide_in_a_group(nodes: list[Node], keep: set[str], most: int) -> None:
    shown = {line.key for line in branches(nodes, Folding(keep=keep, most=most), UNICODE)}
    assert {one.key for one in nodes if one.weight > 1 or one.key in keep} <= shown


@given(trees(), KEYS, st.integers(2, 12))
def test_an_opened_group_hides_nothing_and_moves_nothing(nodes: list[Node], keep: set[str], most: int) -> None:
    everything = {GROUP_PREFIX, *(GROUP_PREFIX + one.key for one in nodes)}
    lines = branches(nodes, Folding(opened=everything, most=most), UNICODE)
    assert {one.key for one in nodes} <= {line.key for line in lines}
    assert branches(nodes, Folding(opened=everything, keep=keep, most=most), UNICODE) == lines


@given(trees(), st.integers(2, 12))
def test_no_more_lines_below_a_node_than_allowed_unless_they_matter(nodes: list[Node], most: int) -> None:
    lines = branches(nodes, Folding(most=most), UNICODE)
    for parent, count in Counter(line.parent for line in lines).items():
        matters = 0
        for place, one in enumerate(nodes):
            if any(line.key == one.key and line.parent == parent for line in lines):
                matters += any(other.weight > 1 for other in below(nodes, place))
        assert count <= max(most, matters + 2)


@given(trees())
def test_unfolded_and_without_groups_it_is_the_list_itself(nodes: list[Node]) -> None:
    lines = branches(nodes, Folding(most=100), UNICODE)
    assert [line.key for line in lines] == [one.key for one in nodes]
    assert [len(line.prefix) for line in lines] == [2 * one.depth for one in nodes]


@given(trees(), st.integers(2, 12))
def test_ascii_branches_are_ascii_and_as_wide(nodes: list[Node], most: int) -> None:
    plain, other = (branches(nodes, Folding(most=most), glyphs) for glyphs in (ASCII, UNICODE))
    assert [len(line.prefix) for line in plain] == [len(line.prefix) for line in other]
    assert all(line.prefix.isascii() for line in plain)


def test_branches_join_siblings_and_end_with_the_last() -> None:
    nodes = [node("load", 0), node("clean", 1), node("train", 2), node("test", 2), node("report", 1), node("other", 0)]
    assert drawn(branches(nodes, Folding(), UNICODE)) == [
        "load", "├ clean", "│ ├ train", "│ └ test", "└ report", "other",
    ]  # fmt: skip


def test_of_many_siblings_the_quiet_ones_become_one_line() -> None:
    nodes = [node("load", 0), *(node(f"train-{n}", 1) for n in range(11)), node("late", 1, "running", 1)]
    lines = branches(nodes, Folding(most=4), UNICODE)
    assert drawn(lines) == ["load", "├ train-0", "├ train-1", "├ late", "└ 9 more"]
    assert (lines[-1].tally, lines[-1].folded, lines[-1].parent) == ((("succeeded", 9),), True, "load")


def test_a_thousand_levels_are_not_too_deep() -> None:
    nodes = [node(str(depth), depth) for depth in range(1000)]
    assert len(branches(nodes, Folding(), UNICODE)) == 1000
    assert len(branches(nodes, Folding(folded={"10"}), UNICODE)) == 11


def test_nothing_gives_nothing() -> None:
    assert branches([], Folding(), UNICODE) == []
