"""What a step of a YAML pipeline says of lists and branches: `map`, `when`, and `one_of` in inputs and in `after`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from k8stui.authoring import expressions
from k8stui.authoring.branches import check_alternatives
from k8stui.authoring.expressions import ExpressionError
from k8stui.authoring.yaml_document import StepDocument
from k8stui.authoring.yaml_text import Location, YamlText
from k8stui.model.errors import InvalidInputError

_BRANCHES = re.compile(r"one_of\((.*)\)")


@dataclass(frozen=True)
class Forks:
    """What was found.

    Attributes:
        asked: The outputs that conditions ask for, as (step, output).
        after: The steps that `after` names, branches included.
        alternatives: Groups of parents that are branches, of each of which one must be taken.
    """

    asked: tuple[tuple[str, str], ...]
    after: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]


def forks_of(step: StepDocument, text: YamlText, location: Location, parameters: set[str]) -> Forks:
    """Read and check the fields, once the inputs are known to be right.

    Args:
        step: The step's fields.
        text: The file.
        location: Of the step.
        parameters: Names of the pipeline's parameters.

    Raises:
        InvalidInputError: One of them is wrong; the message names the line, the step and the field.
    """

    def where(field: str) -> str:
        return f"{text.place((*location, field))}: step {step.name!r}, field {field}"

    for name in step.map:
        if name not in step.inputs:
            has = f"Its inputs are {', '.join(step.inputs)}." if step.inputs else "It has no inputs."
            raise InvalidInputError(f"{where('map')}: there is no input {name!r}", hint=has)
    asked = [output for one in step.when for output in _asked(one, parameters, where("when"))]
    found = [reference for value in step.inputs.values() for reference in expressions.references(value)]
    groups = [_distinct(branch.step for branch in one.branches) for one in found if one.branches]
    waits = []
    for one in step.after:
        branches = _BRANCHES.fullmatch(one)
        if branches is None:
            waits.append(one)
            continue
        groups.append(_distinct(part.strip() for part in branches[1].split(",")))
        if len(groups[-1]) < 2:
            raise InvalidInputError(f"{where('after')}: {one} must name two steps or more")
    needed = [*waits, *(parent for parent, _ in asked), *(one.step for one in found if one.step)]
    check_alternatives(groups, needed, where=f"{text.place(location)}: step {step.name!r}")
    return Forks(
        asked=tuple(asked),
        after=_distinct([*waits, *(name for group in groups for name in group)]),
        alternatives=_distinct(groups),
    )


def _asked(condition: str, parameters: set[str], where: str) -> tuple[tuple[str, str], ...]:
    """The outputs that a condition asks for."""
    try:
        source, _, constant = expressions.asked(condition)
        parameter = constant.partition("parameters.")[2] if constant.startswith("parameters.") else ""
        if not parameter:
            expressions.condition_of(condition, {}, where=where)
    except ExpressionError as error:
        raise InvalidInputError(f"{where}: {error}") from error
    if parameter and parameter not in parameters:
        has = f"Its parameters are {', '.join(sorted(parameters))}." if parameters else "It has no parameters."
        raise InvalidInputError(f"{where}: the pipeline has no parameter {parameter!r}", hint=has)
    return source.outputs


def _distinct(values: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
