"""A part of a screen: a title line that says what is in it, and a view below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from k8stui_tui.widgets.bar import Bar, Fact, Note
from k8stui_tui.widgets.lines import LineView


class Pane(Vertical):
    """A titled view. Its title stands out while the view has the focus.

    Attributes:
        view: What is shown in it.
    """

    def __init__(
        self,
        name: str,
        view: LineView,
        *others: tuple[str, LineView],
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make a pane.

        Args:
            name: In capitals; what the pane is for.
            view: What is in it; it takes the focus.
            others: Views that may take its place, each with a name of its own.
            id: For queries.
        """
        super().__init__(id=id)
        self._heading = name
        self.view = view
        self._views = ((name, view), *others)
        self.bar = Bar(classes="pane-title")
        self.note = Note()
        self._facts: tuple[tuple[Fact, ...], tuple[Fact, ...]] = ((), ())

    def compose(self) -> ComposeResult:
        """The title, a sentence where there is one, and the view."""
        yield self.bar
        yield self.note
        for _, view in self._views:
            view.display = view is self.view
            yield view

    def on_mount(self) -> None:
        """Show the name at once."""
        self.tell()

    def turn_to(self, view: LineView) -> None:
        """Show another of its views; the focus goes along."""
        focused = self.view.has_focus
        self._heading = next(name for name, known in self._views if known is view)
        self.view = view
        for _, known in self._views:
            known.display = known is view
        if focused:
            self.screen.set_focus(view)
        self._show()

    def tell(self, left: Sequence[Fact] = (), right: Sequence[Fact] = ()) -> None:
        """Say what is in the pane, after its name."""
        self._facts = (tuple(left), tuple(right))
        self._show()

    def say(self, text: str, role: str = "") -> None:
        """A sentence above the view: what a person should read first. Empty takes it away."""
        self.note.say(text, role)

    def on_descendant_focus(self) -> None:
        """The title stands out."""
        self._show()

    def on_descendant_blur(self) -> None:
        """The title steps back."""
        self._show()

    def _show(self) -> None:
        left, right = self._facts
        focused = self.view.has_focus
        glyphs = self.view.glyphs
        name = Fact(f"{glyphs.cursor if focused else ' '} {self._heading}", "accent" if focused else "title")
        self.bar.show([name, *left], right)
