"""Hooks: a step that runs when all others have ended, given as `on_success=` or `on_failure=` of a pipeline."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

from k8stui.authoring.steps import Step
from k8stui.authoring.tracing import Trace
from k8stui.incluster.contract.protocol import END_FACTS
from k8stui.model.errors import InvalidInputError


def checked_hook(value: Any, option: str, *, where: str) -> Step | None:
    """The step of an `on_success=` or `on_failure=` argument; None for none.

    Raises:
        InvalidInputError: It is no step, or wants to be told what no hook is told.
    """
    if value is None:
        return None
    if not isinstance(value, Step):
        raise InvalidInputError(
            f"{where}: {option}={value!r} is not a step", hint=f"Give a function with @step: {option}=notify."
        )
    for name, parameter in value.parameters.items():
        if name not in END_FACTS and parameter.default is inspect.Parameter.empty:
            raise InvalidInputError(
                f"{where}: {option}={value.name}: nothing gives a value to its parameter {name!r}",
                hint=f"A hook is told {', '.join(END_FACTS)}; give any other parameter a default.",
            )
    return value


def add_hook(trace: Trace, hook: Step | None, option: str) -> None:
    """Record a hook after the steps of a pipeline."""
    if hook is None:
        return
    takes = tuple(name for name in END_FACTS if name in hook.parameters)
    hook.record(trace, lambda template: replace(template, hook=option, takes=takes))
