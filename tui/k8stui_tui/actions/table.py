"""The one table of what a person can do.

An action of a scope is carried out by the method `action_<id>` of the class that serves this scope (`SCOPES` on the
class names them); nothing else binds a key. Tests hold both sides together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from k8stui_tui.actions.action import SCREENS, Action
from k8stui_tui.actions.dialogs import CHOICE, COMPLETE, CONFIRM, CREATE, FORM, PROMPT
from k8stui_tui.actions.events import EVENTS
from k8stui_tui.actions.everywhere import APP, FRAME
from k8stui_tui.actions.pods import CLEANUP, PODS
from k8stui_tui.actions.runs import RUNS
from k8stui_tui.actions.schedules import SCHEDULES
from k8stui_tui.actions.views import LIST, LOG, READ, TABLE, TEXT, TREE, VIEWER

ACTIONS: tuple[Action, ...] = (
    *(spec.action for spec in SCREENS),
    *APP,
    *FRAME,
    *LIST,
    *TABLE,
    *TREE,
    *READ,
    *LOG,
    *TEXT,
    *RUNS,
    *SCHEDULES,
    *PODS,
    *CLEANUP,
    *EVENTS,
    *VIEWER,
    *CONFIRM,
    *PROMPT,
    *CREATE,
    *FORM,
    *CHOICE,
    *COMPLETE,
)


def of_scopes(scopes: Iterable[str], actions: Iterable[Action] = ACTIONS) -> Iterator[Action]:
    """The actions of these scopes, scope by scope in the order given."""
    known = tuple(actions)
    for scope in dict.fromkeys(scopes):
        yield from (action for action in known if action.scope == scope)
