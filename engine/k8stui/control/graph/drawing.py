"""Draws boxes in layers, from the top down, with every edge as lines of characters. Pure.

A box stands in the layer below the last one that it comes after; an edge over several layers goes through a place of
its own in each. Between two layers every box above has one net of lines to those below it, and a row to itself where it
would meet another. Lines that cross do not touch: the one that goes down is drawn through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from k8stui.control.graph.boxes import Box

GAP = 2
_SWEEPS = 4
_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_UNICODE = {3: "│", 12: "─", 9: "└", 5: "┘", 10: "┌", 6: "┐", 11: "├", 7: "┤", 14: "┬", 13: "┴", 15: "┼"}
_ASCII = dict.fromkeys(_UNICODE, "+") | {3: "|", 12: "-"}


@dataclass
class _Node:
    """A box in its layer, or the place where an edge goes through it.

    Attributes:
        text: What is drawn; empty for an edge.
        name: Of its box.
        above: Nodes of the layer above that it is joined to.
        x: Its first column.
    """

    text: str
    name: str = ""
    above: list[_Node] = field(default_factory=list)
    x: int = 0
    place: float = 0.0

    @property
    def width(self) -> int:
        return len(self.text) or 1

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Place:
    """Where a box stands.

    Attributes:
        line: Its line.
        x: Its first column.
        width: Its columns.
    """

    line: int
    x: int
    width: int


@dataclass(frozen=True)
class Drawing:
    """A drawing.

    Attributes:
        lines: Its lines, without spaces at their ends.
        places: Where the boxes stand, by their names, from the top down and from left to right.
    """

    lines: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)


def draw(boxes: Sequence[Box], *, ascii_only: bool = False) -> Drawing:
    """Draw boxes and the edges between them.

    Args:
        boxes: In topological order.
        ascii_only: For terminals that cannot show more.
    """
    layers = _layers(boxes)
    _order(layers)
    _place(layers)
    lines: list[str] = []
    places: dict[str, Place] = {}
    glyphs = _ASCII if ascii_only else _UNICODE
    for number, layer in enumerate(layers):
        if number:
            lines += _between(layer, glyphs)
        text = ""
        for node in layer:
            text += " " * (node.x - len(text)) + (node.text or glyphs[3])
            if node.name:
                places[node.name] = Place(len(lines), node.x, node.width)
        lines.append(text.rstrip())
    return Drawing(tuple(lines), places)


def _layers(boxes: Sequence[Box]) -> list[list[_Node]]:
    depth: dict[str, int] = {}
    made: dict[str, _Node] = {}
    layers: list[list[_Node]] = []
    for box in boxes:
        known = [name for name in box.after if name in depth]
        level = depth[box.name] = max((depth[name] + 1 for name in known), default=0)
        node = made[box.name] = _Node(f"[{box.label}]", box.name)
        while len(layers) <= level:
            layers.append([])
        layers[level].append(node)
    through: dict[tuple[str, int], _Node] = {}
    for box in boxes:
        for name in box.after:
            if name not in depth:
                continue
            below = made[box.name]
            for level in range(depth[box.name] - 1, depth[name], -1):
                # Edges from the same box share their way down.
                known_node = through.get((name, level))
                node = known_node or _Node("")
                if known_node is None:
                    through[name, level] = node
                    layers[level].append(node)
                _join(below, node)
                below = node
            _join(below, made[name])
    return layers


def _join(below: _Node, above: _Node) -> None:
    if not any(one is above for one in below.above):
        below.above.append(above)


def _order(layers: list[list[_Node]]) -> None:
    """Each layer in the order in which its nodes cross least, by where their neighbours are on the average."""
    for sweep in range(_SWEEPS):
        for layer in layers:
            for place, node in enumerate(layer):
                node.place = float(place)
        if sweep % 2 == 0:
            for layer in layers[1:]:
                _sort(layer, {id(node): node.above for node in layer})
        else:
            for number in range(len(layers) - 2, -1, -1):
                below: dict[int, list[_Node]] = {}
                for node in layers[number + 1]:
                    for above in node.above:
                        below.setdefault(id(above), []).append(node)
                _sort(layers[number], below)


def _sort(layer: list[_Node], neighbours: Mapping[int, Sequence[_Node]]) -> None:
    def wanted(node: _Node) -> float:
        some = neighbours.get(id(node)) or ()
        return sum(one.place for one in some) / len(some) if some else node.place

    layer.sort(key=wanted)
    for place, node in enumerate(layer):
        node.place = float(place)


def _place(layers: Sequence[list[_Node]]) -> None:
    """Columns: as close to below its parents as those to the left allow."""
    for layer in layers:
        free = 0
        for node in layer:
            middles = [one.middle for one in node.above]
            wish = round(sum(middles) / len(middles)) - node.width // 2 if middles else free
            node.x = max(free, wish)
            free = node.x + node.width + GAP
    least = min((node.x for layer in layers for node in layer), default=0)
    for layer in layers:
        for node in layer:
            node.x -= least


def _between(layer: Sequence[_Node], glyphs: Mapping[int, str]) -> list[str]:
    """The lines from the layer above to this one."""
    nets: dict[int, tuple[_Node, list[int]]] = {}
    tops = {above.middle: id(above) for node in layer for above in node.above}
    for node in layer:
        if node.above:
            entry = _entry(node, tops)
            for above in node.above:
                nets.setdefault(id(above), (above, []))[1].append(entry)
    bent = [(above.middle, ends) for above, ends in nets.values() if any(end != above.middle for end in ends)]
    tracks = _tracks([(min(top, *ends), max(top, *ends)) for top, ends in bent])
    rows = max(tracks, default=0) + 1
    canvas = _Canvas(rows)
    for (top, ends), track in zip(bent, tracks, strict=True):
        canvas.net(top, ends, track)
    for above, ends in nets.values():
        if all(end == above.middle for end in ends):
            canvas.down(above.middle)
    return canvas.lines(glyphs)


def _entry(node: _Node, tops: Mapping[int, int]) -> int:
    """Where lines come into a box from above: beside the way down of a box that it does not come after."""
    own = {id(above) for above in node.above}
    near = sorted(range(node.x, node.x + node.width), key=lambda x: (abs(x - node.middle), x))
    return next((x for x in near if tops.get(x) is None or tops[x] in own), node.middle)


def _tracks(spans: Sequence[tuple[int, int]]) -> list[int]:
    """A row for each span in which it meets no other."""
    ends: list[int] = []
    found = [0] * len(spans)
    for place in sorted(range(len(spans)), key=lambda place: spans[place]):
        begin, end = spans[place]
        row = next((row for row, last in enumerate(ends) if last < begin - 1), len(ends))
        if row == len(ends):
            ends.append(end)
        ends[row] = end
        found[place] = row
    return found


class _Canvas:
    """Cells that lines go through: by net, in which directions."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._cells: dict[tuple[int, int], dict[int, int]] = {}

    def net(self, top: int, ends: Iterable[int], track: int) -> None:
        """The lines from one box above to those below it, along a row of their own."""
        ends = list(ends)
        self._vertical(top, top, -1, track)
        for end in ends:
            self._vertical(top, end, track, self._rows)
        low, high = min(top, *ends), max(top, *ends)
        for x in range(low, high):
            self._add(top, track, x, _RIGHT)
            self._add(top, track, x + 1, _LEFT)

    def down(self, x: int) -> None:
        """A line straight down."""
        for row in range(self._rows):
            self._add(x, row, x, _UP | _DOWN)

    def lines(self, glyphs: Mapping[int, str]) -> list[str]:
        """The rows as text."""
        found: list[list[str]] = [[] for _ in range(self._rows)]
        for (row, x), nets in sorted(self._cells.items()):
            found[row] += " " * (x - len(found[row]))
            found[row].append(glyphs[_shown(nets.values())])
        return ["".join(text) for text in found]

    def _vertical(self, net: int, x: int, first: int, last: int) -> None:
        """Between the middles of two rows; -1 is the layer above, the number of rows the one below."""
        for row in range(max(first, 0), min(last, self._rows - 1) + 1):
            bits = (_UP if row > first else 0) | (_DOWN if row < last else 0)
            self._add(net, row, x, bits)

    def _add(self, net: int, row: int, x: int, bits: int) -> None:
        cell = self._cells.setdefault((row, x), {})
        cell[net] = cell.get(net, 0) | bits


def _shown(nets: Iterable[int]) -> int:
    """What a cell shows: the lines of one net joined; of two that cross the one that goes down."""
    some = list(nets)
    through = [bits for bits in some if bits & (_UP | _DOWN)]
    level = [bits for bits in some if not bits & (_UP | _DOWN)]
    if not through:
        return 12 if level else 3
    joined = 0
    for bits in through:
        joined |= bits
    return joined if joined in _UNICODE else 3 if joined & (_UP | _DOWN) == joined else 12
