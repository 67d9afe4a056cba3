"""A Python argument as an `Input` of the plan: JSON values, handles of earlier steps, and lists of both."""

from __future__ import annotations

import math
from typing import Any

from k8stui.authoring.branches import OneOf, Unmapped
from k8stui.authoring.conditions import Comparison
from k8stui.authoring.handles import StepHandle, StepOutput
from k8stui.incluster.contract.inputs import Input
from k8stui.model.errors import InvalidInputError


class NotJsonError(ValueError):
    """A value that cannot travel as JSON; the text says where in it and why."""


def input_of(value: Any, *, where: str) -> Input:
    """The input that carries `value` to a step.

    Args:
        value: A JSON value, a handle, or a list (of lists) of these.
        where: The place, the step and the parameter, for the error.

    Raises:
        InvalidInputError: It holds something that is not JSON, or a handle inside a dict.
    """
    if isinstance(value, StepOutput):
        return Input(step=value.step_name, output=value.output_name)
    if isinstance(value, StepHandle):
        raise InvalidInputError(
            f"{where}: step {value.step_name!r} returns nothing that could be passed on",
            hint=f"To run after it, write after={value.step_name}; to pass a value, let it return one.",
        )
    if isinstance(value, OneOf):
        return Input(one_of=tuple(input_of(branch, where=where) for branch in value.branches))
    if isinstance(value, Unmapped | Comparison):
        use = "goes into when=" if isinstance(value, Comparison) else "only has a meaning in .map()"
        raise InvalidInputError(f"{where}: {value!r} {use} and cannot be an argument of a step's call")
    if isinstance(value, (list, tuple)) and _holds_handle(value):
        return Input(items=tuple(input_of(item, where=where) for item in value))
    if _holds_handle(value):
        raise InvalidInputError(
            f"{where}: an output of a step stands inside a dict or set, where it cannot be filled in at run time",
            hint="Pass each output as an argument of its own, or as an item of a list.",
        )
    try:
        return Input(value=json_value(value))
    except NotJsonError as error:
        raise InvalidInputError(
            f"{where}: {error}",
            hint="Values written into a pipeline travel as JSON: text, numbers, true, false, None, lists and dicts. "
            "Make anything else inside a step.",
        ) from error


def json_value(value: Any, path: str = "the value") -> Any:
    """The value in plain JSON types: tuples as lists, subclasses of text and numbers as these.

    Raises:
        NotJsonError: Something in it is not JSON.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotJsonError(f"{path} is {value!r}, a number that JSON does not know")
        return float.__float__(value)
    if isinstance(value, (list, tuple)):
        return [json_value(item, f"{path}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise NotJsonError(f"{path} has the key {key!r}, and keys must be text")
        return {str(key): json_value(item, f"{path}[{key!r}]") for key, item in value.items()}
    raise NotJsonError(f"{path} is of type {type(value).__qualname__}, which is not JSON")


def _holds_handle(value: Any) -> bool:
    if isinstance(value, StepHandle | OneOf):
        return True
    if isinstance(value, dict):
        return any(_holds_handle(item) for item in value.values())
    return isinstance(value, (list, tuple, set, frozenset)) and any(_holds_handle(item) for item in value)
