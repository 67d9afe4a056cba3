"""Short ways into the JSON that `k8stui runs show -o json` documents."""

from __future__ import annotations

from typing import Any

View = dict[str, Any]


def step_of(view: View, name: str) -> View:
    """One step of a run."""
    return next(step for step in view["steps"] if step["name"] == name)


def states(view: View) -> dict[str, str]:
    """The state of every step."""
    return {step["name"]: step["state"] for step in view["steps"]}


def output(view: View, step: str, name: str = "output") -> Any:
    """What a step returned."""
    return step_of(view, step)["results"][name]


def attempts(view: View) -> dict[str, int]:
    """How many attempts every step took."""
    return {step["name"]: len(step["attempts"]) for step in view["steps"]}
