"""The pipelines that can be picked, as rows of a table, and which of them a filter leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from k8stui.authoring.creating import Offer
from k8stui.authoring.places import shown
from k8stui.control.words.spans import age
from k8stui_tui.screens.wordfilter import has_words
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, Shown, by_text

NO_FILE = "no file here"


def key_of(offer: Offer) -> str:
    """What names an offer for good."""
    return offer.found.target if offer.found else f"run of {offer.name}"


def matching(offers: Iterable[Offer], words: str) -> list[Offer]:
    """Those that hold every word, in whatever case, in their name, file or doc."""
    return [offer for offer in offers if has_words(_text(offer), words)]


def _text(offer: Offer) -> str:
    found = offer.found
    return f"{offer.name} {found.target} {found.doc}" if found else f"{offer.name} {NO_FILE}"


def _file(offer: Offer, _now: float) -> Shown:
    return by_text(shown(offer.found.file)) if offer.found else by_text(NO_FILE, "dim")


def _last(offer: Offer, _now: float) -> Shown:
    return by_text(state := offer.last.state.value, role_of(state)) if offer.last else by_text("never", "dim")


def _age(offer: Offer, now: float) -> Shown:
    last = offer.last
    return (Cell(age(last.created, now)), -(last.created or 0)) if last else (Cell(""), None)


SHEET: Sheet[Offer] = Sheet(
    key_of,
    (
        Column("pipeline", "PIPELINE", least=8, flex=2),
        lambda one, _: by_text(one.name, "strong" if one.found else "dim"),
    ),
    (Column("file", "FILE", least=8, flex=2), _file),
    (Column("last", "LAST RUN", drop=1, wants=9), _last),
    (Column("age", "AGE", right=True, drop=1, wants=6), _age),
    (
        Column("about", "ABOUT", least=12, flex=4, drop=2),
        lambda one, _: by_text(one.found.doc if one.found else "", "dim"),
    ),
)
