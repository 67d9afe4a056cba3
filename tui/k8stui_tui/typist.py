"""Keys one after the other: the next is looked at when all that the one before has caused is done.

Textual hands a key to the widget that has the focus and looks at the next key at once. Over a slow line, or while the
screen is busy, several keys arrive together: `/churn`, enter and `j` would all be typed into a filter that enter has
closed, and a key could be meant for a screen that another has just left.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from textual import events
    from textual.app import App

ROUNDS = 3
"""How often a message follows a key on its way up: what a key causes is told by a message, which may cause another."""

HASTE = 0.1
"""Seconds after which nobody hurries for a key any more: it may have changed nothing on the screen."""

PATIENCE = 0.2
"""Seconds until a message counts as lost, with the widget that should have passed it on."""

LOOKS = 10
"""In so many parts these seconds pass: while the program itself gets no processor, no more than one of them does."""


class Passed(Message, namespace="typist"):
    """Everything that was before it on its way from a widget up to the app has been done."""

    def __init__(self, number: int) -> None:
        """Make one.

        Args:
            number: Tells it from one that counts as lost and arrives after all.
        """
        super().__init__()
        self.number = number


class Typist:
    """Hands keys on, one at a time.

    Attributes:
        pressed: When the last one came.
    """

    def __init__(
        self,
        app: App[Any],
        deliver: Callable[[events.Event], Awaitable[None]],
        drawn: Callable[[], int] = int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make one without keys.

        Args:
            app: Where messages of widgets arrive.
            deliver: Hands one key to what it is meant for.
            drawn: How often something was sent to the terminal.
            now: A clock, in seconds.
        """
        self._app, self._deliver, self._drawn, self._now = app, deliver, drawn, now
        self.pressed, self._drawn_before = float("-inf"), 0
        self._typed: deque[events.Event] = deque()
        self._rounds = 0
        self._number = 0
        self._lost: asyncio.TimerHandle | None = None

    @property
    def busy(self) -> bool:
        """Whether there are keys of which not all is done yet."""
        return bool(self._rounds)

    @property
    def hurried(self) -> bool:
        """Whether a key is on its way to the screen, so that all else had better wait."""
        return self._now() < self.pressed + HASTE and (self.busy or self._drawn() == self._drawn_before)

    async def take(self, event: events.Event) -> None:
        """A key was pressed, or a text was pasted."""
        self.pressed, self._drawn_before = self._now(), self._drawn()
        self._typed.append(event)
        if not self.busy:
            await self._next()

    async def passed(self, number: int) -> None:
        """A message has come up the way that the key took."""
        # One that counted as lost can arrive after all, also when nothing is waited for any more.
        if number != self._number or not self.busy:
            return
        self._rounds -= 1
        if self.busy:
            self._follow()
        else:
            self._stop_waiting()
            await self._next()

    async def _next(self) -> None:
        if self._typed:
            self._rounds = ROUNDS
            await self._deliver(self._typed.popleft())
            self._follow()

    def _follow(self) -> None:
        self._stop_waiting()
        self._number += 1
        if not self._app.is_running or not self._app.screen_stack:
            return
        (self._app.focused or self._app.screen).post_message(Passed(self._number))
        self._wait(Passed(self._number), LOOKS)

    def _wait(self, passed: Passed, looks: int) -> None:
        """Take a message for lost after so many looks."""
        loop = asyncio.get_running_loop()
        if looks:
            self._lost = loop.call_later(PATIENCE / LOOKS, self._wait, passed, looks - 1)
        else:
            self._app.post_message(passed)

    def _stop_waiting(self) -> None:
        if self._lost:
            self._lost.cancel()
            self._lost = None
