"""An app that tells what was done and what went wrong, keeps that to be read again, and shows texts."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Coroutine
from typing import Any

from k8stui.control.words.spans import clock
from k8stui_tui.program import as_called
from k8stui_tui.sanitize import cell
from k8stui_tui.screens.viewer import Fetch, ViewerScreen
from k8stui_tui.sparing import SparingApp
from k8stui_tui.wording import error_lines

_MOST_MESSAGES = 200


class TellingApp(SparingApp, inherit_bindings=False):
    """Base of the control center.

    Attributes:
        under_way: How many acts that a person asked for are not done yet.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """Make an app that has nothing to tell yet.

        Args:
            ansi_color: As Textual takes it.
        """
        super().__init__(ansi_color=ansi_color)
        self.under_way = 0
        self._messages: list[str] = []

    async def run_guarded(self, work: Awaitable[Any]) -> None:
        """Await something a person asked for; an error becomes a message instead of a crash."""
        try:
            result = await work
            if inspect.isawaitable(result):
                await result
        except Exception as error:
            self.tell_error(error)

    def act(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in the background, errors told."""
        self.run_worker(self._acted(work), exit_on_error=False)

    async def _acted(self, work: Coroutine[Any, Any, None]) -> None:
        self.under_way += 1
        try:
            await work
        except Exception as error:
            self.tell_error(error)
        finally:
            self.under_way -= 1

    def tell(self, text: str, *, severity: Any = "information") -> None:
        """Say what was done, in our own words; `:messages` keeps it."""
        text = as_called(text)
        self._keep(text)
        title = "Warning" if severity == "warning" else ""
        self.notify(cell(text), title=title, severity=severity, markup=False)

    def tell_error(self, error: Exception) -> None:
        """Say what went wrong and what to do about it, a defect of ours included; `:messages` keeps it."""
        lines = error_lines(error)
        self._keep("Error: " + "\n  ".join(lines))
        self.notify("\n".join(map(cell, lines)), title="Error", severity="error", markup=False, timeout=10)

    def view(self, title: str, fetch: Fetch, *, wrap: bool = False) -> None:
        """Show a text over the screen."""
        self.push_screen(ViewerScreen(title, fetch, wrap=wrap))

    def _keep(self, text: str) -> None:
        self._messages.append(f"{clock(time.time())}  {text}")
        del self._messages[:-_MOST_MESSAGES]

    # An action, see actions/.

    def action_messages(self) -> None:
        """What was said lately."""
        text = "\n".join(reversed(self._messages)) or "Nothing was said yet."

        async def fetch() -> str:
            return text

        self.view("Messages, the newest first", fetch, wrap=True)
