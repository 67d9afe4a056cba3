"""Pods as rows of a table. Pure; a pod that nothing happened to is not made anew."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from k8stui.control.spans import age
from k8stui_tui.screens.liverows import LiveRows, coarse_age
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

if TYPE_CHECKING:
    from k8stui.control.cleanup.plan import Candidate
    from k8stui.model.views import PodView

COLUMNS = (
    Column("status", "STATUS", least=9),
    Column("pod", "POD", least=20, flex=3, wants=24, tail=8),
    Column("run", "RUN", least=10, flex=2, wants=14, tail=6, drop=4),
    Column("step", "STEP", least=8, flex=1, drop=3),
    Column("node", "NODE", least=6, most=24, drop=5),
    Column("restarts", "RESTARTS", right=True, least=8, drop=6),
    Column("age", "AGE", right=True, least=5, wants=6),
    Column("reason", "REASON", least=10, flex=2, drop=1),
)
NAMESPACE = Column("namespace", "NAMESPACE", least=9, most=24, flex=1)


_cell = lru_cache(4096)(Cell)
"""Cells that many pods have alike are the same ones: less memory, and less that Python looks through for garbage."""


def columns(*, everywhere: bool) -> tuple[Column, ...]:
    """The columns for one namespace, or for all of them."""
    return (COLUMNS[0], NAMESPACE, *COLUMNS[1:]) if everywhere else COLUMNS


def key_of(one: Candidate) -> str:
    """The key of a pod's row: another pod of its name has another, so that no mark goes over to it."""
    return f"{one.pod.namespace}/{one.pod.name}/{one.pod.uid}"


def pod_rows(*, everywhere: bool) -> LiveRows[Candidate]:
    """What makes the rows."""
    return LiveRows(partial(_row, everywhere=everywhere), key_of, lambda one: not one.ended)


def _row(one: Candidate, now: float, *, everywhere: bool) -> Row:
    pod, role = one.pod, "dim" if one.ended else ""
    old = coarse_age(pod.created, now) if one.ended else age(pod.created, now)
    reason = _reason(pod)
    restarts = _cell(str(pod.restarts), "caution" if pod.restarts else "dim")
    cells = [_cell(pod.status, role_of(pod.status)), Cell(pod.name), _cell(pod.run, "dim")]
    cells += [_cell(pod.step or pod.component, "dim"), _cell(pod.node, "dim"), restarts, _cell(old, role)]
    cells.append(_cell(reason, ""))
    order: list[object] = [pod.status, pod.name, pod.run, pod.step, pod.node, pod.restarts, -(pod.created or 0), reason]
    if everywhere:
        cells.insert(1, _cell(pod.namespace, "dim"))
        order.insert(1, pod.namespace)
    return Row(key_of(one), tuple(cells), tuple(order))


def _reason(pod: PodView) -> str:
    """Why it is in trouble, in the words that say most."""
    if pod.status in ("succeeded", "running"):
        return ""
    if pod.status == "failed":
        return " ".join(filter(None, (f"exit {pod.exit_code}" if pod.exit_code else "", pod.reason or pod.message)))
    return pod.message or pod.reason
