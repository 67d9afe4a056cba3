"""A text over the screen: a description, YAML, events, why, messages. It is fetched while it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from k8stui_tui.keys import bindings, footer_actions
from k8stui_tui.reach import at_hand, nodes_at_hand
from k8stui_tui.sanitize import log_line
from k8stui_tui.widgets.bar import Bar, Fact, key_fact
from k8stui_tui.widgets.prompt import FIND, Prompt
from k8stui_tui.widgets.rowview import INDENT
from k8stui_tui.widgets.textview import TextView
from k8stui_tui.wording import error_lines

Fetch = Callable[[], Awaitable[str]]


class ViewerScreen(ModalScreen[None], inherit_bindings=False):
    """Shows one text; `/` searches it, `y` copies it."""

    SCOPES: ClassVar[tuple[str, ...]] = ("text", "viewer")
    BINDINGS = bindings("text", "viewer")

    def __init__(self, title: str, fetch: Fetch, *, wrap: bool = False) -> None:
        """Make the view.

        Args:
            title: What it is of.
            fetch: Gives the text.
            wrap: Whether long lines are broken at first.
        """
        super().__init__()
        self._title, self._fetch = title, fetch
        self.text = TextView(empty="Loading ...", wrap=wrap)
        self._head = Bar(classes="pane-title")
        self._foot = Bar(classes="dialog-footer")
        self.prompt = Prompt(lambda _: (), id="prompt")

    @staticmethod
    def columns_in(width: int) -> int:
        """Columns a text has in a terminal of that width: indentation and scrollbar take some."""
        return max(20, width - INDENT - 1)

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(id="viewer"):
            yield self._head
            yield self.text
            yield self.prompt
            yield self._foot

    def on_mount(self) -> None:
        """Fetch the text."""
        self.set_focus(self.text)
        self._tell()
        self.action_reload()

    def action_reload(self) -> None:
        """Fetch the text again."""
        self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            text = await self._fetch()
        except Exception as error:
            # Also a defect of ours is told where the text would be, instead of the end of the program.
            text = "\n".join(error_lines(error))
        self.text.set_empty("Nothing to show.")
        self.text.set_text(text)
        self._tell()

    def on_read_view_info(self) -> None:
        """What there is to say about the text changed."""
        self._tell()

    def _tell(self) -> None:
        info = Fact(self.text.info, "dim", 1)
        self._head.show([Fact(f" {self._title}", "accent")], [info, Fact(" ", tight=True)])
        actions = self.prompt.offered if self.prompt.is_open else at_hand(nodes_at_hand(self, self.text))
        here, everywhere = footer_actions(actions)
        self._foot.show([key_fact(action, place) for place, action in enumerate([*here, *everywhere], start=1)])

    # The prompt: searches only.

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """Search while typing."""
        self.text.find(event.text)

    def on_prompt_done(self, event: Prompt.Done) -> None:
        """Keep the search."""
        self.text.find(event.text)
        self._close_prompt()

    def on_prompt_left(self) -> None:
        """No search."""
        self.text.find("")
        self._close_prompt()

    def _close_prompt(self) -> None:
        self.prompt.close()
        self.set_focus(self.text)
        self._tell()

    # Actions, see actions/.

    def action_close(self) -> None:
        """Back to the screen."""
        self.dismiss()

    def action_copy(self) -> None:
        """Copy the whole text."""
        self.app.copy_to_clipboard("\n".join(map(log_line, self.text.text.split("\n"))))
        self.notify("Copied, if your terminal allows it (OSC 52).", markup=False)

    def action_leave(self) -> None:
        """One step back: out of the search, then out of the view."""
        if self.text.needle:
            self.text.find("")
        else:
            self.dismiss()

    def action_find(self) -> None:
        """Begin to type a search."""
        self.prompt.open(FIND, self.text.needle)
        self._tell()
