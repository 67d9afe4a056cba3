"""Which lines a tree shows: folding, groups of many siblings, and the branches drawn before each line. Pure.

A fan-out of hundreds would bury everything else. So of many siblings only those that matter most stay, and one line
says how many more there are and in which states; what is in trouble is never among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from k8stui_tui.theme.glyphs import Glyphs
from k8stui_tui.widgets.cells import EMPTY, Cell

GROUP_PREFIX = "\0more:"
"""Before the parent's key it is the key of the line that stands for the rest; no name holds a NUL."""


class Node(NamedTuple):
    """One line of a tree.

    Attributes:
        key: Names it for good.
        depth: 0 for a root; a list of nodes is in the order they are drawn, children after their parent.
        label: What stands beside the branches.
        cells: One for each further column.
        status: The word that is counted when the node is hidden.
        weight: How much it matters; of many siblings those with the least are hidden first, above 1 never.
    """

    key: str
    depth: int
    label: Cell
    cells: tuple[Cell, ...] = ()
    status: str = ""
    weight: int = 0


class Branch(NamedTuple):
    """One line as it is shown.

    Attributes:
        key: Of its node, or of the group.
        parent: Key of its parent, empty for a root.
        prefix: The branches before it.
        label: What stands beside them.
        cells: One for each further column.
        tally: What is hidden below it, by status, what matters most first; empty for nothing.
        hidden: How many lines are hidden below it.
        can_fold: Whether there is anything below it.
        folded: Whether that is hidden.
    """

    key: str
    parent: str
    prefix: str
    label: Cell
    cells: tuple[Cell, ...] = ()
    tally: tuple[tuple[str, int], ...] = ()
    hidden: int = 0
    can_fold: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Folding:
    """What a person folded.

    Attributes:
        folded: Keys of nodes whose children are hidden.
        opened: Keys of groups that are shown whole.
        keep: Keys that stay whatever their weight: the one under the cursor, marked ones.
        most: So many siblings are shown before some are put into a group.
    """

    folded: Collection[str] = ()
    opened: Collection[str] = ()
    keep: Collection[str] = ()
    most: int = 12


def branches(nodes: Sequence[Node], folding: Folding, drawn: Glyphs) -> list[Branch]:
    """The lines to show, in their order."""
    forest = _Forest(nodes)
    lines: list[Branch] = []
    # A stack instead of recursion: a chain of 1,000 steps is 1,000 levels deep.
    stack = _entries(forest, -1, "", folding)
    while stack:
        place, parent, indent, is_last, rest = stack.pop()
        depth = nodes[place].depth if place >= 0 else nodes[rest[0]].depth
        mark = "" if depth == 0 else (drawn.last if is_last else drawn.branch)
        if place < 0:
            lines.append(_group(forest, parent, rest, indent + mark, folding))
            continue
        node = nodes[place]
        children = forest.children[place]
        folded = bool(children) and node.key in folding.folded
        hidden = forest.below(place) if folded else range(0)
        lines.append(
            Branch(
                node.key,
                parent,
                indent + mark,
                node.label,
                node.cells,
                _tally(nodes, hidden),
                len(hidden),
                bool(children),
                folded,
            )
        )
        if children and not folded:
            below = indent + ("" if depth == 0 else (drawn.blank if is_last else drawn.bar))
            stack.extend(_entries(forest, place, below, folding))
    return lines


class _Forest:
    """Who is whose child, and how far each subtree goes."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.roots: list[int] = []
        self.children: list[list[int]] = [[] for _ in nodes]
        self._ends = [len(nodes)] * len(nodes)
        path: list[int] = []
        for place, node in enumerate(nodes):
            while path and nodes[path[-1]].depth >= node.depth:
                self._ends[path.pop()] = place
            (self.children[path[-1]] if path else self.roots).append(place)
            path.append(place)

    def below(self, place: int) -> range:
        """Places of all descendants."""
        return range(place + 1, self._ends[place])

    def whole(self, place: int) -> range:
        """Places of a node and all its descendants."""
        return range(place, self._ends[place])


_Entry = tuple[int, str, str, bool, tuple[int, ...]]
"""Place (below 0 for a group), parent's key, indent, whether it is the last, and the members of a group."""


def _entries(forest: _Forest, parent: int, indent: str, folding: Folding) -> list[_Entry]:
    """The lines right below a node, last first, as a stack takes them."""
    siblings = forest.children[parent] if parent >= 0 else forest.roots
    key = forest.nodes[parent].key if parent >= 0 else ""
    opened = GROUP_PREFIX + key in folding.opened
    # In an opened group everything is in sight, and what the cursor passes mustn't move.
    keep = () if opened else folding.keep
    rest = _rest(forest, siblings, keep, folding.most) if len(siblings) > folding.most else ()
    hidden = set(rest)
    entries: list[_Entry] = [(place, key, indent, False, ()) for place in siblings if place not in hidden]
    if rest:
        entries.append((-1, key, indent, False, rest))
        if opened:
            entries.extend((place, key, indent, False, ()) for place in rest)
    if entries:
        place, key, indent, _, members = entries[-1]
        entries[-1] = (place, key, indent, True, members)
    entries.reverse()
    return entries


def _rest(forest: _Forest, siblings: Sequence[int], keep: Collection[str], most: int) -> tuple[int, ...]:
    """The siblings that go into the group: the lightest, later ones first."""
    weights = {place: max(forest.nodes[one].weight for one in forest.whole(place)) for place in siblings}
    light = [
        place
        for place in siblings
        if weights[place] <= 1 and not any(forest.nodes[one].key in keep for one in forest.whole(place))
    ]
    light.sort(key=lambda place: (weights[place], -place))
    # One line is the group's own; a group of one would hide nothing.
    rest = light[: len(siblings) - most + 1]
    return tuple(sorted(rest)) if len(rest) > 1 else ()


def _group(forest: _Forest, parent: str, rest: tuple[int, ...], prefix: str, folding: Folding) -> Branch:
    key = GROUP_PREFIX + parent
    folded = key not in folding.opened
    hidden = [one for place in rest for one in forest.whole(place)]
    return Branch(
        key,
        parent,
        prefix,
        Cell(f"{len(hidden)} more", "dim"),
        (EMPTY,) * len(forest.nodes[rest[0]].cells),
        _tally(forest.nodes, hidden),
        len(hidden),
        can_fold=True,
        folded=folded,
    )


def _tally(nodes: Sequence[Node], places: Collection[int]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    weights: dict[str, int] = {}
    for place in places:
        node = nodes[place]
        if node.status:
            counts[node.status] += 1
            weights[node.status] = max(node.weight, weights.get(node.status, 0))
    return tuple(sorted(counts.items(), key=lambda item: (-weights[item[0]], -item[1])))
