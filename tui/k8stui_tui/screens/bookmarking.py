"""Bookmarks: filters of a screen by name, those of the config file and those that were kept by keys."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui_tui.keys import way_to
from k8stui_tui.screens.asking import AskScreen
from k8stui_tui.screens.choose import ChooseScreen

if TYPE_CHECKING:
    from k8stui_tui.screens.frame import FrameScreen

KEEP, REMOVE = "+ keep", "- remove"
"""The lines below the bookmarks; no bookmark is called like them."""


class Bookmarking:
    """What one screen does with its bookmarks."""

    def __init__(self, screen: FrameScreen, name: str) -> None:
        """Prepare.

        Args:
            screen: Whose first table is filtered.
            name: The screen's, as the table of screens has it.
        """
        self._screen, self._name = screen, name

    @property
    def known(self) -> Mapping[str, str]:
        """All filters by name; one that was kept by keys goes before one of the config file."""
        center = self._screen.center
        return {**center.config.bookmarks.get(self._name, {}), **center.memory.bookmarks(self._name)}

    def go(self, name: str) -> None:
        """Filter by a bookmark; without a name, choose one.

        Raises:
            NotFoundError: None is called so.
        """
        known = self.known
        if not name:
            self._choose(known)
        elif name in known:
            self._screen.filtered(self._screen.panes[0].view, known[name])
        else:
            hint = f"There are {', '.join(known)}." if known else "There are none yet."
            raise NotFoundError(f"No bookmark of this screen is called {name}.", hint=hint)

    def _choose(self, known: Mapping[str, str]) -> None:
        now = self._screen.filter_of(self._screen.panes[0].view)
        names = dict(known)
        if now:
            names[KEEP] = f"the filter of now: {now}"
        if self._own:
            names[REMOVE] = "one of those that were kept by keys"
        if not names:
            self._screen.center.tell(
                f"There are no bookmarks yet: filter by {way_to('app.find')}, then keep that here."
            )
            return

        def chosen(name: str | None) -> None:
            if name == KEEP:
                self._ask(now)
            elif name == REMOVE:
                self._screen.center.push_screen(
                    ChooseScreen("Remove which bookmark?", self._own, title="bookmark"), self._remove
                )
            elif name:
                self.go(name)

        question = f"Filter {self._name} by which bookmark?"
        self._screen.center.push_screen(ChooseScreen(question, names, title="bookmark"), chosen)

    @property
    def _own(self) -> Mapping[str, str]:
        return self._screen.center.memory.bookmarks(self._name)

    def _ask(self, text: str) -> None:
        def answered(name: str | None) -> None:
            if name:
                self._screen.center.act(self._keep(name, text))

        hint = f"A name of letters, digits, '-' and '_' for {text}"
        self._screen.center.push_screen(
            AskScreen("Keep this filter under which name?", "", hint=hint, check=_named), answered
        )

    async def _keep(self, name: str, text: str) -> None:
        await asyncio.to_thread(self._screen.center.memory.keep, self._name, name, text)
        self._screen.center.tell(f"Bookmark {name} was kept: {text}")

    def _remove(self, name: str | None) -> None:
        if name:
            self._screen.center.act(self._forget(name))

    async def _forget(self, name: str) -> None:
        await asyncio.to_thread(self._screen.center.memory.forget, self._name, name)
        self._screen.center.tell(f"Bookmark {name} was removed.")


def _named(text: str) -> None:
    if not re.fullmatch(r"[\w-]+", text):
        raise InvalidInputError(f"A name of letters, digits, '-' and '_', not {text!r}.")
