"""An app that sends its terminal only what differs, and no frame before the last one has left: others are dropped.

Over a slow line a key is answered by the next frame, not behind all that was drawn before it; and nothing that is drawn
makes the event loop wait for the line.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App

from k8stui_tui.canvas import Canvas

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from textual.screen import Screen

_LOOK = 0.005
"""Seconds between two looks whether the line has taken the last frame."""


_AT_REST = 16
"""Ticks that have changed nothing, after which the app is at rest."""


class _Ready(CompositorUpdate):
    """What is sent in place of a frame."""

    def __init__(self, text: str) -> None:
        self._text = text

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - it is rendered already
        return self._text


class SparingApp(App[None], inherit_bindings=False):
    """Base of an app that may run over a slow line."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """Make one of whose terminal nothing is known.

        Args:
            ansi_color: As Textual takes it.
        """
        super().__init__(ansi_color=ansi_color)
        self._sent = self._seen = self._quiet = 0
        self._canvas = Canvas()
        self._looking: asyncio.TimerHandle | None = None

    def on_mount(self) -> None:
        """Whatever had the terminal for a while has written to it."""
        self.app_resume_signal.subscribe(self, lambda _: self._draw_again(), immediate=True)

    def _draw_again(self) -> None:
        self._canvas.forget()
        self._send()

    def on_resize(self, _event: events.Resize) -> None:
        """A terminal may move its lines about when it is resized."""
        self._canvas.forget()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if self.is_headless or not isinstance(renderable, (ChopsUpdate, LayoutUpdate)):
            self._sent += 1
            super()._display(screen, renderable)
            return
        self._canvas.draw(renderable)
        self._send()

    def _send(self) -> None:
        """Send what differs, as soon as the line takes it."""
        if self._looking:
            self._looking.cancel()
            self._looking = None
        if self._batch_count or not self._running or self._closed or self._driver is None:
            return
        if self._line_is_full():
            self._looking = asyncio.get_running_loop().call_later(_LOOK, self._send)
            return
        if text := self._canvas.changes(self.console):
            self._sent += 1
            super()._display(self.screen, cast("RenderableType", _Ready(text)))
        else:
            self.post_display_hook()

    def send(self, code: str) -> None:
        """Have the terminal do something that Textual does not know of; an empty code does nothing."""
        if code and self._driver is not None:
            self._driver.write(code)

    def rests(self) -> bool:
        """Whether this tick can be left out: two of three, where many have changed nothing on the screen."""
        self._quiet = self._quiet + 1 if self._sent == self._seen else 0
        self._seen = self._sent
        return self._quiet > _AT_REST and self._quiet % 3 > 0

    def _line_is_full(self) -> bool:
        """Whether what was sent before still waits to be written."""
        queued = getattr(getattr(self._driver, "_writer_thread", None), "_queue", None)
        return queued is not None and not queued.empty()
