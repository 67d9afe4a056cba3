"""The line at the bottom for what is typed: commands after `:`, filters and searches after `/`, what to keep after `&`.

What is typed after `/` and `&` works with every key; what is typed after `:` works with enter, and `tab` completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Self

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input

from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import of_scopes
from k8stui_tui.keys import bindings
from k8stui_tui.widgets.bar import Bar, Fact

COMMAND, FIND, KEEP = ":", "/", "&"


class PromptInput(Input, inherit_bindings=True):
    """A text field of one line that is left by deleting more than there is."""

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False  # A blinking cursor keeps a slow line busy.

    class Emptied(Message):
        """Backspace was pressed where nothing stands."""

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw it again; what is typed moves nothing on the screen, which Textual would lay out for each letter."""
        return super().refresh(*regions, repaint=repaint or layout, recompose=recompose)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and not self.value:
            event.stop()
            event.prevent_default()
            self.post_message(self.Emptied())
            return
        await super()._on_key(event)


class Prompt(Vertical):
    """The line, and above it what could be meant or what is wrong with it."""

    SCOPES: ClassVar[tuple[str, ...]] = ("prompt",)
    BINDINGS = bindings("prompt")

    class Told(Message):
        """Base of what a prompt tells.

        Attributes:
            kind: `:`, `/` or `&`.
            text: What stands there.
        """

        def __init__(self, kind: str, text: str) -> None:
            super().__init__()
            self.kind, self.text = kind, text

    class Typed(Told):
        """The text changed."""

    class Done(Told):
        """Enter."""

    class Left(Told):
        """Escape: never mind."""

    def __init__(
        self,
        completions: Callable[[str], Sequence[str]],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make a closed prompt.

        Args:
            completions: Whole command lines that a beginning could mean.
            id: For queries.
        """
        super().__init__(id=id)
        self.kind = ""
        self._completions = completions
        self._history: list[str] = []
        self._past = 0
        self._usage = ""
        self._hint = Bar(classes="prompt-hint")
        self._sign = Bar(classes="prompt-sign")
        self._input = PromptInput()

    def compose(self) -> ComposeResult:
        """What could be meant, and the line."""
        yield self._hint
        with Horizontal(classes="prompt-line"):
            yield self._sign
            yield self._input

    @property
    def is_open(self) -> bool:
        """Whether something can be typed now."""
        return bool(self.kind)

    @property
    def offered(self) -> list[Action]:
        """What its keys do now: only commands are completed and remembered."""
        every = list(of_scopes(self.SCOPES))
        return every if self.kind == COMMAND else [one for one in every if one.id in ("done", "leave")]

    def open(self, kind: str, text: str = "", hint: str = "") -> None:
        """Begin to type.

        Args:
            kind: `:`, `/` or `&`.
            text: What stands there already.
            hint: What can be typed, said as long as nothing is.
        """
        self.kind, self._past, self._usage = kind, len(self._history), hint
        self.add_class("open")
        self._sign.show([Fact(kind, "accent")])
        with self.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self.screen.set_focus(self._input)
        self._tell(text)

    def close(self) -> None:
        """Nothing is typed any more."""
        self.kind = ""
        self.remove_class("open")

    def complain(self, text: str) -> None:
        """Say what is wrong with what was typed; it stays there to be mended."""
        self._hint.show([Fact(f"  {text}", "trouble")])

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.kind:
            self._tell(event.value)
            self.post_message(self.Typed(self.kind, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_done()

    @on(PromptInput.Emptied)
    def _emptied(self, event: PromptInput.Emptied) -> None:
        event.stop()
        self.action_leave()

    # Actions, see actions/.

    def action_done(self) -> None:
        """Enter."""
        text = self._input.value
        if self.kind == COMMAND:
            text = text.strip()
            if text and self._history[-1:] != [text]:
                self._history.append(text)
        self.post_message(self.Done(self.kind, text))

    def action_leave(self) -> None:
        """Never mind."""
        self.post_message(self.Left(self.kind, self._input.value))

    def action_complete(self) -> None:
        """Complete a command as far as it is clear."""
        found = list(self._completions(self._input.value)) if self.kind == COMMAND else []
        if not found:
            return
        begin = _common(found)
        text = found[0] + " " if len(found) == 1 else begin
        if len(text) > len(self._input.value):
            self._put(text)

    def action_older(self) -> None:
        """The command before."""
        self._recall(-1)

    def action_newer(self) -> None:
        """The command after."""
        self._recall(1)

    def _recall(self, step: int) -> None:
        if self.kind == COMMAND:
            self._past = max(0, min(len(self._history), self._past + step))
            self._put(self._history[self._past] if self._past < len(self._history) else "")

    def _put(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)

    def _tell(self, text: str) -> None:
        if self.kind == COMMAND:
            found = self._completions(text)
            self._say("  ".join(found))
        else:
            self._say("" if text else self._usage)

    def _say(self, text: str) -> None:
        self._hint.show([Fact(f"  {text}", "dim")] if text else [])


def _common(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    size = next((place for place, one in enumerate(first) if last[place : place + 1] != one), len(first))
    return first[:size]
