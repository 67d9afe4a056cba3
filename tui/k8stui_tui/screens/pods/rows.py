"""Pods as rows of a table. Pure; a pod that nothing happened to is not made anew."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from k8stui.control.words.spans import age
from k8stui_tui.screens.liverows import LiveRows, coarse_age
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, Shown, by_text

if TYPE_CHECKING:
    from k8stui.control.pods.candidates import Candidate
    from k8stui.model.views import PodView


_cell = lru_cache(4096)(Cell)
"""Cells that many pods have alike are the same ones: less memory, and less that Python looks through for garbage."""

_alike = lru_cache(4096)(by_text)
"""Likewise with what they are sorted by."""


def key_of(one: Candidate) -> str:
    """The key of a pod's row: another pod of its name has another, so that no mark goes over to it."""
    return f"{one.pod.namespace}/{one.pod.name}/{one.pod.uid}"


def _restarts(one: Candidate, _now: float) -> Shown:
    restarts = one.pod.restarts
    return _cell(str(restarts), "caution" if restarts else "dim"), restarts


def _age(one: Candidate, now: float) -> Shown:
    created = one.pod.created
    told = coarse_age(created, now) if one.ended else age(created, now)
    return _cell(told, "dim" if one.ended else ""), -(created or 0)


def _reason(pod: PodView) -> str:
    """Why it is in trouble, in the words that say most."""
    if pod.status in ("succeeded", "running"):
        return ""
    if pod.status == "failed":
        return " ".join(filter(None, (f"exit {pod.exit_code}" if pod.exit_code else "", pod.reason or pod.message)))
    return pod.message or pod.reason


_HERE: Sheet[Candidate] = Sheet(
    key_of,
    (Column("status", "STATUS", least=9), lambda one, _: _alike(one.pod.status, role_of(one.pod.status))),
    (Column("pod", "POD", least=20, flex=3, wants=24, tail=8), lambda one, _: by_text(one.pod.name)),
    (Column("run", "RUN", least=10, flex=2, wants=14, tail=6, drop=4), lambda one, _: _alike(one.pod.run, "dim")),
    (
        Column("step", "STEP", least=8, flex=1, drop=3),
        lambda one, _: (_cell(one.pod.step or one.pod.component, "dim"), one.pod.step),
    ),
    (Column("node", "NODE", least=6, most=24, drop=5), lambda one, _: _alike(one.pod.node, "dim")),
    (Column("restarts", "RESTARTS", right=True, least=8, drop=6), _restarts),
    (Column("age", "AGE", right=True, least=5, wants=6), _age),
    (Column("reason", "REASON", least=10, flex=2, drop=1, prose=18), lambda one, _: _alike(_reason(one.pod))),
)
_EVERYWHERE = _HERE.with_namespace(1, lambda one: one.pod.namespace)


def sheet(*, everywhere: bool = False) -> Sheet[Candidate]:
    """The columns for one namespace, or for all of them."""
    return _EVERYWHERE if everywhere else _HERE


def pod_rows(*, everywhere: bool) -> LiveRows[Candidate]:
    """What makes the rows."""
    return LiveRows(sheet(everywhere=everywhere).row, key_of, lambda one: not one.ended)
