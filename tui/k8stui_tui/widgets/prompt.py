"""The line at the bottom for what is typed: commands after `:`, filters and searches after `/`.

What is typed after `/` works with every key; what is typed after `:` works with enter, and `tab` completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from k8stui_tui.widgets.bar import Bar, Fact

COMMAND, FIND = ":", "/"


class PromptInput(Input, inherit_bindings=True):
    """A text field of one line whose tab, escape and arrows belong to the prompt."""

    class Pressed(Message):
        """One of the prompt's own keys.

        Attributes:
            key: `tab`, `escape`, `up` or `down`.
        """

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    async def _on_key(self, event: events.Key) -> None:
        leaves = event.key == "backspace" and not self.value
        if event.key in ("tab", "escape", "up", "down") or leaves:
            event.stop()
            event.prevent_default()
            self.post_message(self.Pressed("escape" if leaves else event.key))
            return
        await super()._on_key(event)


class Prompt(Vertical):
    """The line, and above it what could be meant or what is wrong with it."""

    class Typed(Message):
        """The text changed.

        Attributes:
            kind: `:` or `/`.
            text: What stands there.
        """

        def __init__(self, kind: str, text: str) -> None:
            super().__init__()
            self.kind, self.text = kind, text

    class Done(Typed):
        """Enter."""

    class Left(Typed):
        """Escape: never mind."""

    def __init__(self, completions: Callable[[str], Sequence[str]], *, id: str | None = None) -> None:  # noqa: A002
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
        self._hint = Bar(classes="prompt-hint")
        self._sign = Bar(classes="prompt-sign")
        self._input = PromptInput(compact=True, select_on_focus=False)

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

    def open(self, kind: str, text: str = "") -> None:
        """Begin to type."""
        self.kind, self._past = kind, len(self._history)
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
        self._hint.show([Fact(text, "trouble")])

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.kind:
            self._tell(event.value)
            self.post_message(self.Typed(self.kind, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip() if self.kind == COMMAND else event.value
        if self.kind == COMMAND and text and self._history[-1:] != [text]:
            self._history.append(text)
        self.post_message(self.Done(self.kind, text))

    @on(PromptInput.Pressed)
    def _pressed(self, event: PromptInput.Pressed) -> None:
        event.stop()
        if event.key == "escape":
            self.post_message(self.Left(self.kind, self._input.value))
        elif event.key == "tab":
            self._complete()
        elif self.kind == COMMAND:
            self._recall(-1 if event.key == "up" else 1)

    def _complete(self) -> None:
        if self.kind != COMMAND:
            return
        found = list(self._completions(self._input.value))
        if not found:
            return
        begin = _common(found)
        text = found[0] + " " if len(found) == 1 else begin
        if len(text) > len(self._input.value):
            self._input.value = text
            self._input.cursor_position = len(text)

    def _recall(self, step: int) -> None:
        self._past = max(0, min(len(self._history), self._past + step))
        text = self._history[self._past] if self._past < len(self._history) else ""
        self._input.value = text
        self._input.cursor_position = len(text)

    def _tell(self, text: str) -> None:
        if self.kind == COMMAND:
            found = self._completions(text)
            self._hint.show([Fact("  ".join(found), "dim")] if found else [])
        else:
            self._hint.show([])


def _common(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    size = next((place for place, one in enumerate(first) if last[place : place + 1] != one), len(first))
    return first[:size]
