"""Events and troubles as rows of tables. Pure; an event that was not said again is not made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui_tui.screens.liverows import LiveRows, coarse_age
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, by_text

if TYPE_CHECKING:
    from k8stui.control.events.lines import EventLine
    from k8stui.control.troubles.trouble import Trouble

LEVEL_ROLES = {"failed": "failed", "stuck": "caution", "waiting": "dim"}


def _plain(line: EventLine) -> str:
    """How most of a line looks: warnings stand out."""
    return "" if line.warns else "dim"


_HERE: Sheet[EventLine] = Sheet(
    lambda line: line.key,
    (
        Column("seen", "LAST", right=True, least=4, wants=5),
        lambda line, now: (Cell(coarse_age(line.event.time, now), _plain(line)), -(line.event.time or 0.0)),
    ),
    (Column("type", "TYPE", least=7), lambda line, _: by_text(line.event.type, "caution" if line.warns else "dim")),
    (Column("reason", "REASON", least=10, most=24), lambda line, _: by_text(line.event.reason, _plain(line))),
    (
        Column("object", "OBJECT", least=16, most=48, flex=2, tail=8),
        lambda line, _: by_text(line.object, _plain(line)),
    ),
    (
        Column("count", "COUNT", right=True, least=5, drop=3),
        lambda line, _: (Cell(str(line.event.count) if line.event.count > 1 else "", _plain(line)), line.event.count),
    ),
    (
        Column("message", "MESSAGE", least=16, flex=4, prose=28),
        lambda line, _: by_text(line.event.message, _plain(line)),
    ),
)
_EVERYWHERE = _HERE.with_namespace(3, lambda line: line.namespace)

WRONG: Sheet[Trouble] = Sheet(
    lambda one: one.key,
    (Column("level", "LEVEL", least=7), lambda one, _: by_text(one.level.value, LEVEL_ROLES.get(one.level.value, ""))),
    (Column("what", "WHAT", least=12, most=40, flex=1, tail=8), lambda one, _: by_text(one.subject)),
    (
        Column("since", "SINCE", right=True, least=5, wants=5),
        lambda one, now: (Cell(coarse_age(one.since, now), "dim"), -(one.since or 0.0)),
    ),
    (Column("cause", "STATE AND CAUSE", least=20, flex=4, prose=40), lambda one, _: by_text(one.sentence)),
)
"""Of what is wrong now."""


def sheet(*, everywhere: bool = False) -> Sheet[EventLine]:
    """The columns of events for one namespace, or for all of them."""
    return _EVERYWHERE if everywhere else _HERE


def event_rows(*, everywhere: bool) -> LiveRows[EventLine]:
    """What makes the rows of events."""
    return LiveRows(sheet(everywhere=everywhere).row, lambda line: line.key, lambda _: False)
