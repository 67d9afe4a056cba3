"""`${{ parameters.NAME }}` and `${{ steps.NAME.OUTPUT }}` in the values of a YAML pipeline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from k8stui.authoring.inputs import json_value
from k8stui.incluster.inputs import Input

PLACEHOLDER = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_PARAMETER = re.compile(r"parameters\.([A-Za-z_]\w*)\Z")
_OUTPUT = re.compile(r"steps\.([A-Za-z0-9_-]+)\.([A-Za-z_]\w*)\Z")

FORMS = "${{ parameters.NAME }} and ${{ steps.NAME.OUTPUT }}"


class ExpressionError(ValueError):
    """An expression is not understood, or stands where it cannot be filled in."""


@dataclass(frozen=True)
class Reference:
    """One expression.

    Attributes:
        parameter: The parameter it takes; empty for an output.
        step: The step whose output it takes.
        output: The output.
    """

    parameter: str = ""
    step: str = ""
    output: str = ""


def references(value: Any) -> Iterator[Reference]:
    """All expressions in a value, at any depth.

    Raises:
        ExpressionError: One is not understood, or an output stands inside a longer text or a mapping.
    """
    if isinstance(value, str):
        yield from _in_text(value)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for item in value.values():
            for reference in references(item):
                if reference.step:
                    raise ExpressionError("an output of a step stands inside a mapping; give it an input of its own")
                yield reference


def fill(value: Any, parameters: Mapping[str, Any]) -> Any:
    """The value with its parameters filled in; inside a longer text as text, else with their type."""
    if isinstance(value, str):
        whole = PLACEHOLDER.fullmatch(value)
        if whole and (found := _PARAMETER.match(whole[1])):
            return parameters[found[1]]
        return PLACEHOLDER.sub(lambda match: _filled_text(match, parameters), value)
    if isinstance(value, list):
        return [fill(item, parameters) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, parameters) for key, item in value.items()}
    return value


def text(value: Any) -> str:
    """A parameter's value inside a text: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def input_of(value: Any, parameters: Mapping[str, Any]) -> Input:
    """The input that carries a YAML value to a step."""
    found = [reference for reference in references(value) if reference.step]
    if found and isinstance(value, list):
        return Input(items=tuple(input_of(item, parameters) for item in value))
    if found:
        return Input(step=found[0].step, output=found[0].output)
    return Input(value=json_value(fill(value, parameters)))


def _in_text(value: str) -> Iterator[Reference]:
    for match in PLACEHOLDER.finditer(value):
        if found := _PARAMETER.match(match[1]):
            yield Reference(parameter=found[1])
        elif found := _OUTPUT.match(match[1]):
            if match[0] != value.strip():
                raise ExpressionError(f"{match[0]} stands inside a longer text; it can only be a whole value")
            yield Reference(step=found[1], output=found[2])
        else:
            raise ExpressionError(f"{match[0]} is not understood; there are {FORMS}")


def _filled_text(match: re.Match[str], parameters: Mapping[str, Any]) -> str:
    found = _PARAMETER.match(match[1])
    return text(parameters[found[1]]) if found else match[0]
