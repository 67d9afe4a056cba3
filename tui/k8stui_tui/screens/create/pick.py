"""The first step: a list of pipelines, and a line above it that filters the list while it is typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from k8stui.authoring.creating import Offer, Offers
from k8stui.authoring.discover import FoundPipeline
from k8stui_tui.keys import bindings
from k8stui_tui.screens.create.rows import SHEET, key_of, matching
from k8stui_tui.screens.create.said import Keys, Said
from k8stui_tui.widgets.controls import Changed, Confirmed, TextControl
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable

LOOKING = "Looking for pipelines in files and runs ..."


class PickPane(Vertical):
    """Filter, list, notes."""

    SCOPES: ClassVar[tuple[str, ...]] = ("create",)
    BINDINGS = bindings("create")

    DEFAULT_CSS = """
    PickPane { height: 1fr; }
    PickPane #create-filter { margin: 0 1; background: $panel; }
    PickPane #create-filter:focus { background: $selection; }
    PickPane LineTable { height: 1fr; }
    """

    class Chosen(Message):
        """A pipeline was chosen.

        Attributes:
            found: Where it is defined.
        """

        def __init__(self, found: FoundPipeline) -> None:
            super().__init__()
            self.found = found

    class Cancelled(Message):
        """Never mind."""

    class Again(Message):
        """Look for pipelines once more."""

    def __init__(self, folder: str) -> None:
        """Make an empty list.

        Args:
            folder: Below which files are looked for, as a person knows it.
        """
        super().__init__()
        self._folder = folder
        self._offers: tuple[Offer, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._now = 0.0
        self.filter = TextControl("", placeholder="type to filter by name, file or what it is about")
        self.filter.id = "create-filter"
        self.table = LineTable(SHEET.columns, empty=LOOKING)
        self.table.arriving = True  # with each letter that is typed
        self.said = Said()

    def compose(self) -> ComposeResult:
        """Filter, list, notes, keys."""
        yield self.filter
        yield self.table
        yield self.said
        yield Keys("create")

    def begin(self) -> None:
        """The focus to the filter: arrows move in the list all the same."""
        self.filter.focus()

    def looking(self) -> None:
        """Pipelines are being looked for."""
        self.table.set_empty(LOOKING)

    def show(self, offers: Offers, now: float) -> None:
        """Show what can be chosen.

        Args:
            offers: What there is.
            now: Seconds since the epoch.
        """
        self._offers, self._notes, self._now = offers.pipelines, offers.notes, now
        self.quiet()
        self._fill()

    def quiet(self) -> None:
        """Only the notes on what was found."""
        shown = self._notes[:3]
        more = len(self._notes) - len(shown)
        self.said.note([*shown, *([f"and {more} more"] if more else [])])

    def _fill(self) -> None:
        words = self.filter.text
        rows = SHEET.rows(matching(self._offers, words), self._now)
        if self._offers:
            self.table.set_empty(f"None of {len(self._offers)} pipelines has {words!r}.")
        else:
            self.table.set_empty(
                f"There are no pipelines below {self._folder}, and none ran here.\n"
                "A pipeline is a function with @pipeline in a .py file, or a YAML file with steps."
            )
        self.table.update_rows(rows)

    @on(Changed)
    def _typed(self, event: Changed) -> None:
        event.stop()
        self._fill()

    @on(Confirmed)
    def _entered(self, event: Confirmed) -> None:
        event.stop()
        self.action_choose()

    @on(PickView.Selected)
    def _opened(self, event: PickView.Selected) -> None:
        event.stop()
        self.action_choose()

    # Actions, see actions/.

    def action_choose(self) -> None:
        """Take the one under the cursor."""
        key = self.table.cursor_key
        offer = next((one for one in self._offers if key_of(one) == key), None)
        if offer is None:
            return
        if offer.found is None:
            last = f" ({offer.last.run})" if offer.last else ""
            self.said.error(
                [
                    f"{offer.name} ran here{last}, but no file below {self._folder} defines it",
                    "Start k8stui in the folder of its file.",
                ]
            )
            return
        self.post_message(self.Chosen(offer.found))

    def action_line_up(self) -> None:
        """One line up, wherever the focus is."""
        self.table.action_cursor_up()

    def action_line_down(self) -> None:
        """One line down."""
        self.table.action_cursor_down()

    def action_other_part(self) -> None:
        """To the list, or back to the filter."""
        (self.table if self.filter.has_focus else self.filter).focus()

    def action_again(self) -> None:
        """Look once more."""
        self.post_message(self.Again())

    def action_cancel(self) -> None:
        """Never mind."""
        self.post_message(self.Cancelled())
