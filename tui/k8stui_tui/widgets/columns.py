"""How wide the columns of a table are: pure arithmetic on what they hold and the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 2


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: Names it, for sorting.
        title: In capitals, as kubectl does.
        right: Align right, for numbers and times.
        least: Columns it never falls below.
        most: Columns it never exceeds; 0 for no limit.
        flex: Its share of room that is left over or missing; 0 keeps the width of its contents.
        drop: Columns with a higher number go first when the terminal is too narrow; 0 never goes.
        wants: Columns it keeps free even when its contents are narrower, so that nothing jumps when wider ones come.
        prose: Columns to which a text of any length gives way before any name is cut; 0 where it is a name itself.
        tail: Columns of its end that a text keeps when it has to be cut, for names that differ at their ends.
    """

    key: str
    title: str
    right: bool = False
    least: int = 4
    most: int = 0
    flex: int = 0
    drop: int = 0
    wants: int = 0
    prose: int = 0
    tail: int = 0


def natural(column: Column, contents: int) -> int:
    """The width a column would like, given the widest of its contents."""
    wide = max(len(column.title), contents, column.least, column.wants)
    return min(wide, column.most) if column.most else wide


def fit(columns: Sequence[Column], wide: Sequence[int], room: int) -> list[int]:
    """Widths that fit into the room; 0 for a column that is left out.

    First prose gives way, then the flexible columns do, the widest first, down to their least; then whole columns go,
    those with the highest `drop` first; where even that is not enough, the last ones are cut off. What is left over
    goes to the flexible columns by their shares, up to their most.

    Args:
        columns: What there is.
        wide: Their natural widths.
        room: Columns of the terminal.
    """
    kept = list(range(len(columns)))
    while True:
        missing = _total(kept, [_least(column, size) for column, size in zip(columns, wide, strict=True)]) - room
        droppable = [index for index in kept if columns[index].drop]
        if missing <= 0 or not droppable:
            break
        kept.remove(max(droppable, key=lambda index: (columns[index].drop, index)))
    widths = [wide[index] if index in kept else 0 for index in range(len(columns))]
    _shrink(columns, widths, kept, room)
    _cut(widths, kept, room)
    _grow(columns, widths, kept, room)
    return widths


def _least(column: Column, size: int) -> int:
    return min(size, column.least) if column.flex else size


def _total(kept: Sequence[int], widths: Sequence[int]) -> int:
    there = [widths[index] for index in kept if widths[index]]
    return sum(there) + GAP * max(0, len(there) - 1)


def _shrink(columns: Sequence[Column], widths: list[int], kept: Sequence[int], room: int) -> None:
    for index in kept:
        if columns[index].prose:
            excess = _total(kept, widths) - room
            widths[index] -= max(0, min(excess, widths[index] - columns[index].prose))
    flexible = [index for index in kept if columns[index].flex]
    while (excess := _total(kept, widths) - room) > 0:
        able = [index for index in flexible if widths[index] > columns[index].least]
        if not able:
            return
        widest = max(able, key=widths.__getitem__)
        others = [widths[index] for index in able if index != widest]
        # Down to the next widest at once, then evenly.
        widths[widest] -= max(1, min(excess, widths[widest] - max([columns[widest].least, *others])))


def _cut(widths: list[int], kept: Sequence[int], room: int) -> None:
    used = 0
    for index in kept:
        widths[index] = max(0, min(widths[index], room - used))
        used += widths[index] + GAP if widths[index] else 0


def _grow(columns: Sequence[Column], widths: list[int], kept: Sequence[int], room: int) -> None:
    while (rest := room - _total(kept, widths)) > 0:
        able = [index for index in kept if widths[index] and _can_grow(columns[index], widths[index])]
        shares = sum(columns[index].flex for index in able)
        if not able:
            return
        for index in able:
            more = max(1, rest * columns[index].flex // shares)
            if columns[index].most:
                more = min(more, columns[index].most - widths[index])
            more = min(more, room - _total(kept, widths))
            widths[index] += more


def _can_grow(column: Column, size: int) -> bool:
    return bool(column.flex) and (not column.most or size < column.most)
