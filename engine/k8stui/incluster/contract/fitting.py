"""Status that must fit in its ConfigMap: what can be missed goes first, the states of the steps never.

A record that the API server refuses would end the run, so a shard that steps fill with long errors, many attempts or
metrics is told in fewer words. Nothing is lost that a master decides by: states, numbers and uids of the last attempts,
and how often a step failed and was disrupted.
"""

import json
from typing import Any, Dict

from .states import StepState

Json = Dict[str, Any]

MESSAGE_CHARACTERS = (400, 80)
"""How long sentences may be where they must be cut, and where that is not enough."""

LAST_ATTEMPTS = 2
"""How many attempts at each step are kept when all else is not enough."""


def fitting(status: Dict[str, Json], most: int) -> str:
    """The status of a shard's steps as JSON of about `most` characters or less.

    Args:
        status: JSON of each step's status, by name; what is left out is taken from it.
        most: Characters; all of them are ASCII.
    """
    text = _text(status)
    if len(text) > most:
        for step in status.values():
            if step["state"] != StepState.CACHED.value:
                step.pop("cache", None)
            for attempt in step.get("attempts", ()):
                attempt.pop("metrics", None)
        text = _text(status)
    for characters in MESSAGE_CHARACTERS:
        if len(text) > most:
            for step in status.values():
                _cut(step, "why", characters)
                for attempt in step.get("attempts", ()):
                    _cut(attempt, "message", characters)
            text = _text(status)
    if len(text) > most:
        for step in status.values():
            if "attempts" in step:
                step["attempts"] = step["attempts"][-LAST_ATTEMPTS:]
        text = _text(status)
    return text


def _cut(data: Json, key: str, characters: int) -> None:
    if len(data.get(key, "")) > characters:
        data[key] = data[key][: characters - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _text(status: Dict[str, Json]) -> str:
    return json.dumps(status, separators=(",", ":"))
