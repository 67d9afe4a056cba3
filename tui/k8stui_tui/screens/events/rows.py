"""Events and troubles as rows of tables. Pure; an event that was not said again is not made anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from k8stui_tui.screens.liverows import LiveRows, coarse_age
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

if TYPE_CHECKING:
    from k8stui.control.eventlines import EventLine
    from k8stui.control.troubles.trouble import Trouble

COLUMNS = (
    Column("seen", "LAST", right=True, least=4, wants=5),
    Column("type", "TYPE", least=7),
    Column("reason", "REASON", least=10, most=24),
    Column("object", "OBJECT", least=16, most=48, flex=2, tail=8),
    Column("count", "COUNT", right=True, least=5, drop=3),
    Column("message", "MESSAGE", least=16, flex=4),
)
NAMESPACE = Column("namespace", "NAMESPACE", least=9, most=24, flex=1)


def columns(*, everywhere: bool) -> tuple[Column, ...]:
    """The columns for one namespace, or for all of them."""
    return (*COLUMNS[:3], NAMESPACE, *COLUMNS[3:]) if everywhere else COLUMNS


def event_rows(*, everywhere: bool) -> LiveRows[EventLine]:
    """What makes the rows."""
    return LiveRows(partial(_row, everywhere=everywhere), lambda line: line.key, lambda _: False)


def _row(line: EventLine, now: float, *, everywhere: bool) -> Row:
    event, plain = line.event, "" if line.warns else "dim"
    cells = [
        Cell(coarse_age(event.time, now), plain),
        Cell(event.type, "caution" if line.warns else "dim"),
        Cell(event.reason, plain),
        Cell(line.object, plain),
        Cell(str(event.count) if event.count > 1 else "", plain),
        Cell(event.message, plain),
    ]
    order: list[object] = [-(event.time or 0.0), event.type, event.reason, line.object, event.count, event.message]
    if everywhere:
        cells.insert(3, Cell(line.namespace, "dim"))
        order.insert(3, line.namespace)
    return Row(line.key, tuple(cells), tuple(order))


WRONG_COLUMNS = (
    Column("level", "LEVEL", least=7),
    Column("what", "WHAT", least=12, most=40, flex=1, tail=8),
    Column("since", "SINCE", right=True, least=5, wants=5),
    Column("cause", "STATE AND CAUSE", least=20, flex=4),
)

LEVEL_ROLES = {"failed": "failed", "stuck": "caution", "waiting": "dim"}


def wrong_rows(troubles: Sequence[Trouble], now: float) -> list[Row]:
    """Troubles as rows.

    Args:
        troubles: The worst first.
        now: Seconds since the epoch.
    """
    return [_wrong(one, now) for one in troubles]


def _wrong(one: Trouble, now: float) -> Row:
    level = one.level.value
    cells = (
        Cell(level, LEVEL_ROLES.get(level, "")),
        Cell(one.subject),
        Cell(coarse_age(one.since, now), "dim"),
        Cell(one.sentence),
    )
    return Row(one.key, cells, (level, one.subject, -(one.since or 0.0), one.sentence))
