"""Expressions in the values of a YAML pipeline.

`${{ parameters.NAME }}`, `${{ steps.NAME.OUTPUT }}`, and `${{ one_of(steps.A.OUTPUT, steps.B.OUTPUT) }}` in inputs; in
`when` an output by itself, or compared with a constant or a parameter: `${{ steps.check.score > 0.9 }}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from k8stui.authoring.conditions import comparison
from k8stui.authoring.inputs import json_value
from k8stui.incluster.contract.branching import OPERATORS, Condition
from k8stui.incluster.contract.inputs import Input

PLACEHOLDER = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_PARAMETER = re.compile(r"parameters\.([A-Za-z_]\w*)\Z")
_OUTPUT = re.compile(r"steps\.([A-Za-z0-9_-]+)\.([A-Za-z_]\w*)\Z")

_ONE_OF = re.compile(r"one_of\((.*)\)\Z", re.DOTALL)
_COMPARISON = re.compile(rf"(.+?)\s*({'|'.join(sorted(OPERATORS, key=len, reverse=True))})\s*(.+)\Z", re.DOTALL)

FORMS = "${{ parameters.NAME }}, ${{ steps.NAME.OUTPUT }} and ${{ one_of(steps.NAME.OUTPUT, steps.NAME.OUTPUT) }}"
CONDITIONS = "${{ steps.NAME.OUTPUT }} and ${{ steps.NAME.OUTPUT > 0.9 }}, with any of " + " ".join(OPERATORS)


class ExpressionError(ValueError):
    """An expression is not understood, or stands where it cannot be filled in."""


@dataclass(frozen=True)
class Reference:
    """One expression.

    Attributes:
        parameter: The parameter it takes; empty for an output.
        step: The step whose output it takes.
        output: The output.
        branches: The outputs that `one_of` chooses from.
    """

    parameter: str = ""
    step: str = ""
    output: str = ""
    branches: tuple[Reference, ...] = ()

    @property
    def outputs(self) -> tuple[tuple[str, str], ...]:
        """The outputs it takes, as (step, output)."""
        if self.branches:
            return tuple(output for branch in self.branches for output in branch.outputs)
        return ((self.step, self.output),) if self.step else ()


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
                if reference.outputs:
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
    found = [reference for reference in references(value) if reference.outputs]
    if found and isinstance(value, list):
        return Input(items=tuple(input_of(item, parameters) for item in value))
    if found:
        return _taken(found[0])
    return Input(value=json_value(fill(value, parameters)))


def _taken(reference: Reference) -> Input:
    if reference.branches:
        return Input(one_of=tuple(map(_taken, reference.branches)))
    return Input(step=reference.step, output=reference.output)


def condition_of(value: str, parameters: Mapping[str, Any], *, where: str) -> Condition:
    """The condition that one text of `when` gives, with its parameters filled in.

    Raises:
        ExpressionError: It is not understood.
        InvalidInputError: It compares with something that nothing can be more or less than.
    """
    source, operator, constant = asked(value)
    if not operator:
        return Condition(_taken(source))
    if found := _PARAMETER.match(constant):
        return comparison(_taken(source), operator, parameters.get(found[1]), where=where)
    return comparison(_taken(source), operator, json.loads(constant), where=where)


def asked(value: str) -> tuple[Reference, str, str]:
    """The output that a text of `when` asks for, the operator and the constant, as JSON or as `parameters.NAME`.

    Raises:
        ExpressionError: It is not understood.
    """
    whole = PLACEHOLDER.fullmatch(value.strip())
    if whole is None:
        raise ExpressionError(f"{value!r} is no condition; there are {CONDITIONS}")
    found = _COMPARISON.match(whole[1])
    text, operator, constant = (found[1], found[2], found[3].strip()) if found else (whole[1], "", "")
    output = _OUTPUT.match(text.strip())
    if output is None:
        raise ExpressionError(f"{whole[0]} does not ask for an output of a step; there are {CONDITIONS}")
    if constant and not _PARAMETER.match(constant):
        constant = _constant(constant, whole[0])
    return Reference(step=output[1], output=output[2]), operator, constant


def _constant(text: str, whole: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return json.dumps(text[1:-1])
    try:
        json.loads(text)
    except ValueError as error:
        raise ExpressionError(
            f"{whole} compares with {text}, which is neither a number, 'a text', true, false, null nor a parameter"
        ) from error
    return text


def _in_text(value: str) -> Iterator[Reference]:
    for match in PLACEHOLDER.finditer(value):
        if found := _PARAMETER.match(match[1]):
            yield Reference(parameter=found[1])
        elif found := _OUTPUT.match(match[1]):
            if match[0] != value.strip():
                raise ExpressionError(f"{match[0]} stands inside a longer text; it can only be a whole value")
            yield Reference(step=found[1], output=found[2])
        elif found := _ONE_OF.match(match[1]):
            if match[0] != value.strip():
                raise ExpressionError(f"{match[0]} stands inside a longer text; it can only be a whole value")
            yield Reference(branches=_branches(found[1], match[0]))
        else:
            raise ExpressionError(f"{match[0]} is not understood; there are {FORMS}")


def _branches(texts: str, whole: str) -> tuple[Reference, ...]:
    found = [_OUTPUT.match(text.strip()) for text in texts.split(",")]
    outputs = tuple(Reference(step=one[1], output=one[2]) for one in found if one is not None)
    if len(outputs) < len(found) or len({one.step for one in outputs}) < 2:
        raise ExpressionError(f"{whole} must name outputs of two steps or more: one_of(steps.NAME.OUTPUT, …)")
    return outputs


def _filled_text(match: re.Match[str], parameters: Mapping[str, Any]) -> str:
    found = _PARAMETER.match(match[1])
    return text(parameters[found[1]]) if found else match[0]
