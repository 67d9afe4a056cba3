"""The pipelines that can be picked, as rows of a table, and which of them a filter leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from k8stui.authoring.creating import Offer
from k8stui.authoring.places import shown
from k8stui.control.spans import age
from k8stui_tui.screens.wordfilter import has_words
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

COLUMNS = (
    Column("pipeline", "PIPELINE", least=8, flex=2),
    Column("file", "FILE", least=8, flex=2),
    Column("last", "LAST RUN", drop=1, wants=9),
    Column("age", "AGE", right=True, drop=1, wants=6),
    Column("about", "ABOUT", least=12, flex=4, drop=2),
)

NO_FILE = "no file here"


def key_of(offer: Offer) -> str:
    """What names an offer for good."""
    return offer.found.target if offer.found else f"run of {offer.name}"


def matching(offers: Iterable[Offer], words: str) -> list[Offer]:
    """Those that hold every word, in whatever case, in their name, file or doc."""
    return [offer for offer in offers if has_words(_text(offer), words)]


def rows_of(offers: Iterable[Offer], now: float) -> list[Row]:
    """A row for each.

    Args:
        offers: In their order.
        now: Seconds since the epoch.
    """
    return [_row(offer, now) for offer in offers]


def _text(offer: Offer) -> str:
    found = offer.found
    return f"{offer.name} {found.target} {found.doc}" if found else f"{offer.name} {NO_FILE}"


def _row(offer: Offer, now: float) -> Row:
    found, last = offer.found, offer.last
    state = last.state.value if last else "never"
    cells = (
        Cell(offer.name, "strong" if found else "dim"),
        Cell(shown(found.file)) if found else Cell(NO_FILE, "dim"),
        Cell(state, role_of(state) if last else "dim"),
        Cell(age(last.created, now) if last else ""),
        Cell(found.doc if found else "", "dim"),
    )
    created = -(last.created or 0) if last else None
    return Row(key_of(offer), cells, (*(cell.text for cell in cells[:3]), created, cells[4].text))
