"""What a newcomer should know: five keys, until each was pressed once or nobody wants to hear of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from k8stui.model.errors import K8stuiError
from k8stui_tui.actions.action import Action
from k8stui_tui.config.memory import Memory
from k8stui_tui.keys import shown_key
from k8stui_tui.widgets.bar import Fact, key_fact

HINTS = ("show_screen", "next_pane", "why", "command", "help")
"""The actions that are told of, by their ids, in this order."""


class Hints:
    """The hints that are left; without a lasting memory there are none, as they would come back at each start.

    Attributes:
        left: Ids of the actions to tell of.
    """

    def __init__(self, memory: Memory) -> None:
        """Begin with those that no earlier session has seen used.

        Args:
            memory: Where it is kept which were.
        """
        self._memory = memory
        known = memory.learned if memory.lasting else frozenset(HINTS)
        self.left: tuple[str, ...] = tuple(hint for hint in HINTS if hint not in known)

    def used(self, call: str) -> bool:
        """An action was called by its key: who has found it need not be told of it.

        Args:
            call: As Textual's bindings spell it.

        Returns:
            Whether it was told of until now; then that is to be kept.
        """
        name = call.rpartition(".")[2].partition("(")[0]
        before = self.left
        self.left = tuple(hint for hint in before if hint != name)
        return self.left != before

    def dismiss(self) -> bool:
        """Tell of none any more.

        Returns:
            Whether one was told of until now; then that is to be kept.
        """
        had, self.left = bool(self.left), ()
        return had

    def keep(self) -> None:
        """Remember which are not needed any more; waits for the disk."""
        with suppress(K8stuiError):  # Nobody has asked for it: what cannot be kept is told of once more.
            self._memory.learn(set(HINTS) - set(self.left))

    def facts(self, at_hand: Iterable[Action]) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """What the line of hints says; nothing when none is left.

        Args:
            at_hand: What can be done now, nearest first.
        """
        actions = list(at_hand)
        told = [fact._replace(text=f" {fact.text}", tight=True) for fact in self._told(actions)]
        goes = [key_fact(one, 0)._replace(more=((" hide ", "dim"),)) for one in actions if one.name == "app.back"]
        return ([Fact(" New here?", "strong", len(HINTS) + 1), *told], goes) if told else ((), ())

    def _told(self, at_hand: Sequence[Action]) -> Iterator[Fact]:
        for rank, hint in enumerate(self.left, start=1):
            meant = [one for one in at_hand if one.id == hint and one.keys]
            if hint == "show_screen" and meant:
                first, last = (shown_key(one.keys[0]) for one in (meant[0], meant[-1]))
                yield Fact(f" {first}-{last}", "accent", rank, more=((" screens", "dim"),))
            elif meant:
                yield key_fact(meant[0], rank)
