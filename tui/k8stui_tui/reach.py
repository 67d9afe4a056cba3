"""What a person can do at this moment: the actions of everything from the focused widget out to the app.

Footer, help, `:` line and palette all ask here, so they offer the same, and what they offer is carried out by the very
node whose key would have done it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from k8stui.model.errors import ForbiddenError
from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import of_scopes

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen


def nodes_at_hand(screen: Screen[Any], focused: DOMNode | None = None) -> list[DOMNode]:
    """The focused widget and everything around it, the nearest first; the app last, which no dialog lets through."""
    nearest = focused or screen.focused or screen
    found: list[DOMNode] = [node for node in (nearest, *nearest.ancestors) if node is not screen.app]
    return found if screen.is_modal else [*found, screen.app]


def scopes_of(node: DOMNode) -> Sequence[str]:
    """The scopes whose actions this node carries out."""
    return tuple(getattr(node, "SCOPES", ()))


def at_hand(nodes: Sequence[DOMNode]) -> list[Action]:
    """All actions of these nodes that mean something there, the nearest scope first."""
    left_out = {(scope, one) for node in nodes for one in getattr(node, "left_out", ()) for scope in scopes_of(node)}
    found = of_scopes(scope for node in nodes for scope in scopes_of(node))
    return [action for action in found if (action.scope, action.id) not in left_out]


def refusal(action: Action, nodes: Iterable[DOMNode]) -> str:
    """Why an action may not be done, in a sentence; empty when it may, as far as is known.

    Args:
        action: One of those at hand.
        nodes: From the focused widget outwards.
    """
    node = next((node for node in nodes if action.scope in scopes_of(node)), None)
    ask = getattr(node, "refusal", None)
    return str(ask(action)) if ask else ""


def refuse(action: Action, nodes: Iterable[DOMNode]) -> None:
    """Raise where an action may not be done.

    Raises:
        ForbiddenError: It may not; the sentence says which right is missing.
    """
    if said := refusal(action, nodes):
        raise ForbiddenError(said)


async def perform(action: Action, nodes: Sequence[DOMNode], argument: str = "") -> None:
    """Carry out an action on the nearest node that serves its scope.

    Args:
        action: One of those at hand.
        nodes: From the focused widget outwards.
        argument: What was typed after its name; for actions that take one.

    Raises:
        K8stuiError: It may not be done, or its argument can't be used; the sentence says why.
    """
    node = next(node for node in nodes if action.scope in scopes_of(node))
    refuse(action, (node,))
    if meant := getattr(node, "meant", None):
        meant(action)
    given = [action.target] if action.target else [argument] if action.argument else []
    result = getattr(node, action.handler)(*given)
    if inspect.isawaitable(result):
        await result
