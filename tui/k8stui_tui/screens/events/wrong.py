"""The pane of what is wrong now: what it shows, and what the line under its cursor is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui_tui.screens.events import rows
from k8stui_tui.screens.saying import AGAIN, Said, lost, told, where_of, why_empty
from k8stui_tui.screens.wordfilter import counted, has_words
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.control.troubles.trouble import Trouble

NOTHING = "Nothing is wrong, as far as can be seen."


class WrongPane(Pane):
    """What is wrong now, the worst first.

    Attributes:
        needle: Words that a line must have to be shown.
    """

    def __init__(self, store: Store) -> None:
        """Make an empty one.

        Args:
            store: What it draws from.
        """
        self.table = LineTable(rows.WRONG.columns, id="wrong")
        super().__init__("WRONG NOW", self.table, id="wrong-pane")
        self.needle = ""
        self._store = store
        self._drawn: tuple[object, ...] = ()

    @property
    def troubles(self) -> Sequence[Trouble]:
        """All that is wrong."""
        feed = self._store.troubles.current
        return (feed.troubles or ()) if feed else ()

    @property
    def trouble(self) -> Trouble | None:
        """The one under the cursor."""
        return next((one for one in self.troubles if one.key == self.table.cursor_key), None)

    def filter(self, words: str) -> None:
        """Show only what has all these words."""
        self.needle, self._drawn = words, ()

    def draw(self, now: float) -> None:
        """Show the state of the store.

        Args:
            now: Seconds since the epoch.
        """
        troubles = self.troubles
        said = self._why_empty(len(troubles))
        key = (id(troubles), len(troubles), int(now) // 60, said, self.needle)
        if key == self._drawn:
            return
        self._drawn = key
        kept = [one for one in troubles if has_words(f"{one.subject} {one.sentence}", self.needle)]
        self.table.set_empty(*said)
        self.table.update_rows(rows.WRONG.rows(kept, now))
        feed = self._store.troubles.current
        failed = Fact(f"not looked again: {feed.error.message}" if feed and feed.error else "", "caution", 1)
        self.tell([*counted(len(kept), len(troubles), self.needle), failed])
        self.say(" ".join(feed.left_out) if feed and troubles else "", "dim")

    def _why_empty(self, total: int) -> Said:
        store = self._store
        error = store.troubles.error
        feed = store.troubles.current
        if error is None and feed is not None and feed.troubles is None:
            error = feed.error
        if error is not None and store.board is not None:
            return told(f"It cannot be told what is wrong in {where_of(store)}.", error, AGAIN)
        if store.error is not None or store.board is None or (total and self.needle):
            return why_empty(store, "troubles", None, total=total, filtered=self.needle, create="")
        if feed is None or feed.troubles is None:
            if gone := lost(store):
                return told(f"It cannot be told now what is wrong in {where_of(store)}.", gone, AGAIN)
            return f"Looking for what is wrong in {where_of(store)} ...", "dim"
        return "\n".join([NOTHING, *feed.left_out]), "good"
