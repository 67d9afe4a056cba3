"""What a step of creating a run has to say: where it stands, or what went wrong; and which keys do what."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widgets import Static

from k8stui_tui.actions.table import of_scopes
from k8stui_tui.keys import footer_actions
from k8stui_tui.sanitize import cell
from k8stui_tui.widgets.bar import Bar, key_fact


class Said(Static):
    """Lines in place: notes, the stage of what is going on, or an error, which begins with the word."""

    DEFAULT_CSS = """
    Said { height: auto; max-height: 6; color: $dim; text-style: $quiet-text-style; padding: 0 1; overflow-y: auto; }
    Said.wrong { color: $error; text-style: bold; }
    Said.busy { color: $live; text-style: none; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.lines: tuple[str, ...] = ()

    def note(self, lines: Iterable[str] = ()) -> None:
        """Say something, or nothing."""
        self._show(lines, "")

    def stage(self, text: str) -> None:
        """Say what is going on."""
        self._show([f"{text} ..."], "busy")

    def error(self, lines: Iterable[str]) -> None:
        """Say what went wrong."""
        first, *rest = lines
        self._show([f"Error: {first}", *rest], "wrong")

    def _show(self, lines: Iterable[str], kind: str) -> None:
        self.lines = tuple(cell(line) for line in lines)
        for known in ("wrong", "busy"):
            self.set_class(known == kind, known)
        self.update("\n".join(self.lines))
        self.display = bool(self.lines)


class Keys(Bar):
    """The keys that matter here, as the footer of a screen shows them."""

    DEFAULT_CSS = "Keys { height: 1; background: $panel; }"

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        here, _ = footer_actions(of_scopes(scopes))
        self.show([key_fact(one, rank) for rank, one in enumerate(here, start=1)])
