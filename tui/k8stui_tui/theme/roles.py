"""The roles a text can have on screen; `roles.tcss` alone says how each looks.

Widgets name a role and never a colour, so that themes, sixteen colours and NO_COLOR need no code of their own. Every
state of runs and steps is a role by its own word: colour only repeats what the word says.
"""

from __future__ import annotations

from k8stui.incluster.contract.states import RunState, StepState

PREFIX = "role--"

PLAIN_ROLES = (
    "dim",  # what is there but seldom read
    "strong",  # names
    "title",  # heads of columns and panes
    "accent",  # the place that has the focus
    "trouble",  # red: something failed
    "caution",  # yellow: something needs a look
    "good",  # said about an end without trouble
    "match",  # what a search found
    "here",  # the match that the search stands on
    "cursor",  # the line under the cursor, where the keys go
    "cursor-blurred",  # the same in a pane without focus
    "marked",  # lines marked with space
)

SOURCE_ROLES = tuple(f"source-{number}" for number in range(6))
"""Colours that tell sources of log lines apart; none of them is red or yellow."""

ALIASES = {"stopping": "stopping", "terminating": "stopping", "unknown": "caution", "ready": "good"}

ROLES = frozenset(
    {*PLAIN_ROLES, *SOURCE_ROLES, *(state.value for state in RunState), *(state.value for state in StepState)}
)


def role_of(status: str) -> str:
    """The role of a status word, also of words such as `evicted 2`; plain (empty) for one that is not known."""
    word = status.partition(" ")[0].lower()
    word = ALIASES.get(word, word)
    return word if word in ROLES else ""


def component(role: str) -> str:
    """The component class that styles a role."""
    return PREFIX + role


COMPONENTS = frozenset(map(component, ROLES))
