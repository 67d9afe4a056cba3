"""The trace: the steps that a pipeline function calls, recorded in order, with their values and parents.

A pipeline function is ordinary Python and runs once, at submit; loops and conditions over parameters are simply
executed. Calls of steps are recorded here instead of being executed, so the order of calls is a topological order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from k8stui.authoring import places
from k8stui.authoring.arguments import ArgumentTypes
from k8stui.authoring.branches import OneOf, check_alternatives, groups_of
from k8stui.authoring.conditions import conditions_of
from k8stui.authoring.handles import StepHandle, StepOutput
from k8stui.authoring.inputs import input_of
from k8stui.authoring.sources import Source
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec

LONGEST_NAME = 200

_current: ContextVar[Trace | None] = ContextVar("k8stui_trace", default=None)


class Trace:
    """The pipeline being traced.

    Attributes:
        pipeline: Its name.
        steps: What was recorded so far.
        sources: Where the functions of the Python steps live, for the code package.
    """

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline
        self.steps: list[StepSpec] = []
        self.sources: list[Source] = []
        self._places: dict[str, str] = {}
        self._functions: dict[str, tuple[str, str]] = {}
        self._numbers: dict[str, int] = {}  # the last one given to a call of each name

    def record(
        self,
        template: StepSpec,
        *,
        arguments: Mapping[str, Any],
        after: Any = None,
        name: str | None = None,
        types: ArgumentTypes | None = None,
        when: Any = None,
        mapped: tuple[str, ...] = (),
    ) -> Any:
        """Add a call of a step.

        Args:
            template: The step without inputs, parents and its final name.
            arguments: Values and handles by parameter name.
            after: Handles or names of steps to wait for, alone or in (nested) lists, and branches of `one_of`.
            name: The name the author gave this call; None to number the calls by the step's own name.
            types: What the values are checked against.
            when: What must hold for it to run.
            mapped: The arguments that are lists, of which each item of the step gets one part.

        Returns:
            What the call returns in the pipeline function: one handle, or a tuple of them for several outputs.

        Raises:
            InvalidInputError: The name is taken, a value is not JSON or of the wrong type, or `after` names no earlier
                step.
        """
        place = places.caller()
        final = self._name(template, name, place)
        where = f"{place}: step {final!r}"
        inputs = {key: input_of(value, where=f"{where}, parameter {key!r}") for key, value in arguments.items()}
        if types is not None:
            for key, value in inputs.items():
                types.check(key, value, where=where)
        conditions = conditions_of(when, where=where)
        taken = [*inputs.values(), *(condition.input for condition in conditions)]
        parents = [source for value in taken for source, _ in value.sources()]
        waits, groups = _waits(after, where=f"{where}, after=")
        groups += [group for value in taken for group in groups_of(value)]
        parents += [*waits, *(name for group in groups for name in group)]
        check_alternatives(groups, [*waits, *(name for value in taken for name in value.needed())], where=where)
        for parent in parents:
            if parent not in self._places:
                raise InvalidInputError(
                    f"{where} waits for {parent!r}, which is no step called before it in this pipeline"
                )
        self.steps.append(
            dataclasses.replace(
                template,
                name=final,
                inputs=inputs,
                after=tuple(dict.fromkeys(parents)),
                mapped=mapped,
                when=conditions,
                alternatives=tuple(dict.fromkeys(groups)),
            )
        )
        self._places[final], self._functions[final] = place, _function_of(template)
        outputs = tuple(StepOutput(final, output) for output in template.outputs)
        if len(outputs) == 1:
            return outputs[0]
        return outputs or StepHandle(final)

    def _name(self, template: StepSpec, given: str | None, place: str) -> str:
        name = checked_name(template.name if given is None else given, where=place)
        if name not in self._places:
            return name
        if given is not None:
            raise InvalidInputError(
                f"{place}: a step called {name!r} is there already, from {self._places[name]}",
                hint="Give each call its own name, or leave the name out to have them numbered.",
            )
        self._check_same_step(template, place)
        number = self._numbers.get(name, 1) + 1
        while f"{name}_{number}" in self._places:
            number += 1
        self._numbers[name] = number
        return f"{name}_{number}"

    def _check_same_step(self, template: StepSpec, place: str) -> None:
        """Further calls of a step are numbered, and so are namesakes of two modules; a name given twice is a slip."""
        name, here, there = template.name, _function_of(template), self._functions[template.name]
        if all((here[1], there[1])) and here != there and not here[1] == there[1] == name:
            raise InvalidInputError(
                f"{place}: another step called {name!r} is there already, from {self._places[name]}: "
                f"the functions {there[1]} and {here[1]} have the same name=",
                hint="Only calls of the same step are numbered: give one of them another name.",
            )


def checked_name(name: str, *, where: str) -> str:
    """A name of a step or pipeline, checked.

    Raises:
        InvalidInputError: It is no text, empty, too long, or holds line breaks or other control characters.
    """
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInputError(
            f"{where}: {name!r} cannot be a name: it must be text of 1 to {LONGEST_NAME} printable characters"
        )
    return name


def _function_of(template: StepSpec) -> tuple[str, str]:
    """Module and name of a Python step's function; empty for a container."""
    return template.module, template.function


def _waits(after: Any, *, where: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """The steps that `after=` names, and the groups of branches."""
    found = list(_flat(after, where=where))
    groups = [tuple(dict.fromkeys(b.step_name for b in one.branches)) for one in found if isinstance(one, OneOf)]
    return [one for one in found if isinstance(one, str)], groups


def _flat(after: Any, *, where: str) -> Iterator[str | OneOf]:
    if after is None:
        return
    if isinstance(after, StepHandle):
        yield after.step_name
    elif isinstance(after, str | OneOf):
        yield after
    elif isinstance(after, Iterable) and not isinstance(after, (bytes, Mapping)):
        for item in after:
            yield from _flat(item, where=where)
    else:
        raise InvalidInputError(
            f"{where}{after!r} is not a step of this pipeline",
            hint="Give what the call of a step returned or its name, or a list of such: after=[load, clean].",
        )


def current() -> Trace | None:
    """The pipeline being traced in this thread or task; None outside of a pipeline function."""
    return _current.get()


@contextmanager
def tracing(pipeline: str) -> Iterator[Trace]:
    """Record the steps called inside, in a fresh trace."""
    trace = Trace(pipeline)
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
