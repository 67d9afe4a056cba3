"""The one table of what a person can do.

An action of a scope is carried out by the method `action_<id>` of the class that serves this scope (`SCOPES` on the
class names them); nothing else binds a key. Tests hold both sides together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from textual._context import active_app

from k8stui_tui.actions.action import SCREENS, Action
from k8stui_tui.actions.clusters import CLUSTERS
from k8stui_tui.actions.dialogs import ASK, CHOICE, CHOOSE, COMPLETE, CONFIRM, CREATE, FORM, FORWARDS, PROMPT
from k8stui_tui.actions.events import EVENTS
from k8stui_tui.actions.everywhere import APP, FRAME
from k8stui_tui.actions.pods import CLEANUP, PODS
from k8stui_tui.actions.runs import RUNS
from k8stui_tui.actions.schedules import SCHEDULES
from k8stui_tui.actions.views import GRAPH, LIST, LOG, READ, TABLE, TEXT, TREE, VIEWER

ACTIONS: tuple[Action, ...] = (
    *(spec.action for spec in SCREENS),
    *APP,
    *FRAME,
    *LIST,
    *TABLE,
    *TREE,
    *GRAPH,
    *READ,
    *LOG,
    *TEXT,
    *RUNS,
    *SCHEDULES,
    *PODS,
    *CLEANUP,
    *EVENTS,
    *CLUSTERS,
    *VIEWER,
    *CONFIRM,
    *CHOOSE,
    *ASK,
    *FORWARDS,
    *PROMPT,
    *CREATE,
    *FORM,
    *CHOICE,
    *COMPLETE,
)


def with_keys(keys: Mapping[str, tuple[str, ...]]) -> tuple[Action, ...]:
    """The table with these keys instead of its own.

    Args:
        keys: By the actions' names; an empty tuple leaves one without a key.
    """
    return tuple(replace(one, keys=keys[one.name]) if one.name in keys else one for one in ACTIONS)


def in_force() -> tuple[Action, ...]:
    """The table with the keys that the person has chosen: the app that this is called in has it."""
    found: tuple[Action, ...] = getattr(active_app.get(None), "actions", ACTIONS)
    return found


def of_scopes(scopes: Iterable[str], actions: Iterable[Action] | None = None) -> Iterator[Action]:
    """The actions of these scopes, scope by scope in the order given; with the keys in force, where none are given."""
    known = in_force() if actions is None else tuple(actions)
    for scope in dict.fromkeys(scopes):
        yield from (action for action in known if action.scope == scope)
