"""Runs that a person wants to hear of when they end, whichever screen is shown then. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k8stui.control.runs.board import RunBoard
    from k8stui.model.views import RunSummaryView


class Watched:
    """Them, and what became of them; each end is told once.

    Attributes:
        version: Grows when others are watched.

    A run is found on the board of runs, so one of another namespace is told of when that is looked at again.
    """

    def __init__(self) -> None:
        self.version = 0
        self._keys: set[str] = set()
        self._last: tuple[object, int] = (None, -1)

    def has(self, run: RunSummaryView) -> bool:
        """Whether its end will be told."""
        return _key(run) in self._keys

    def add(self, runs: Iterable[RunSummaryView]) -> None:
        """Tell of their ends."""
        self._keys.update(map(_key, runs))
        self.version += 1
        self._last = (None, -1)  # One may have ended by now.

    def remove(self, runs: Iterable[RunSummaryView]) -> None:
        """Tell nothing of them."""
        self._keys.difference_update(map(_key, runs))
        self.version += 1

    def ended(self, board: RunBoard | None) -> list[RunSummaryView]:
        """Those that have ended since the last look; from now on they are not watched. Costs nothing without news."""
        if board is None or not self._keys or self._last == (id(board), board.version):
            return []
        self._last = (id(board), board.version)
        found = [run for run in board.runs if run.state.ended and self.has(run)]
        if found:
            self.remove(found)
        return found


def _key(run: RunSummaryView) -> str:
    return f"{run.namespace}/{run.run}"
