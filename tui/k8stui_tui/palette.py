"""The palette (`ctrl+p`): every action at hand, found by any letters of its title."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from k8stui_tui.actions.action import Action
from k8stui_tui.keys import shown_key
from k8stui_tui.reach import at_hand, nodes_at_hand, perform, refusal

if TYPE_CHECKING:
    from k8stui_tui.app import ControlCenter


class ActionProvider(Provider):
    """Offers what the screen below offers."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for title, run, text in self._offers():
            yield DiscoveryHit(title, run, help=text)

    async def search(self, query: str) -> Hits:
        """What fits the letters."""
        matcher = self.matcher(query)
        for title, run, text in self._offers():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), run, help=text)

    def _offers(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]], str]]:
        """Title, deed and sentence of each."""
        nodes = nodes_at_hand(self.screen, self.focused)
        seen: set[tuple[str, str]] = set()
        for action in at_hand(nodes):
            key = (action.id, action.target)
            # Moving is for keys; what needs an argument is typed after `:`.
            typed = action.argument and not action.argument.startswith("[")
            if key in seen or action.group == "Move" or typed or action.id == "command_palette":
                continue
            seen.add(key)
            said = refusal(action, nodes)
            title = f"{_title(action)}  not allowed" if said else _title(action)
            yield title, partial(self._run, action, nodes), said or action.help

    async def _run(self, action: Action, nodes: Sequence[DOMNode]) -> None:
        center = cast("ControlCenter", self.app)
        await center.run_guarded(perform(action, nodes))


def _title(action: Action) -> str:
    key = f"  ({shown_key(action.keys[0])})" if action.keys else ""
    return f"{action.title[:1].upper()}{action.title[1:]}{key}"
