"""One step of a YAML pipeline: checked against its function, its parents and the pipeline's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from k8stui.authoring import containers, expressions, reading
from k8stui.authoring.expressions import ExpressionError
from k8stui.authoring.inputs import NotJsonError, json_value
from k8stui.authoring.outputs import named
from k8stui.authoring.retry import retry_of
from k8stui.authoring.settings import settings_of
from k8stui.authoring.sources import Source
from k8stui.authoring.yaml_document import StepDocument
from k8stui.authoring.yaml_forks import forks_of
from k8stui.authoring.yaml_text import YamlText
from k8stui.incluster.contract.protocol import KIND_CONTAINER, KIND_PYTHON
from k8stui.model import requirements
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec


@dataclass(frozen=True)
class YamlStep:
    """A step whose parameters are not filled in yet.

    Attributes:
        place: Its place in the file.
        template: The step without inputs, with expressions in its texts.
        inputs: Values with expressions, by name.
        when: Conditions with expressions.
        taken: The outputs it takes, as (step, output).
        source: The module of its function; None for a container step.
    """

    place: str
    template: StepSpec
    inputs: Mapping[str, Any]
    when: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]
    source: Source | None

    @property
    def parents(self) -> tuple[str, ...]:
        """All steps it waits for."""
        return self.template.after

    def check_parents(self, steps: Mapping[str, YamlStep]) -> None:
        """Make sure that its parents and their outputs exist.

        Raises:
            InvalidInputError: One does not.
        """
        where = f"{self.place}: step {self.template.name!r}"
        for parent in self.parents:
            if parent not in steps:
                raise InvalidInputError(
                    f"{where} waits for {parent!r}, and there is no such step",
                    hint=f"The steps are {', '.join(steps)}.",
                )
        for parent, output in self.taken:
            outputs = steps[parent].template.outputs
            if output not in outputs:
                has = f"Its outputs are {', '.join(outputs)}." if outputs else "It returns nothing."
                raise InvalidInputError(
                    f"{where} takes {output!r} of step {parent!r}, which has no such output", hint=has
                )

    def spec(self, parameters: Mapping[str, Any]) -> StepSpec:
        """The step with the parameters filled in."""
        plain = json_value(dict(parameters))
        fill = self.template
        return replace(
            fill,
            image=_text(fill.image, plain),
            command=tuple(_text(part, plain) for part in fill.command),
            args=tuple(_text(part, plain) for part in fill.args),
            env={key: _text(value, plain) for key, value in fill.env.items()},
            inputs={key: expressions.input_of(value, plain) for key, value in self.inputs.items()},
            when=tuple(
                expressions.condition_of(one, plain, where=f"{self.place}: step {fill.name!r}") for one in self.when
            ),
        )


def yaml_step(step: StepDocument, text: YamlText, index: int, *, parameters: set[str]) -> YamlStep:
    """A step of the file, checked as far as it can be by itself.

    Args:
        step: Its fields.
        text: The file.
        index: Which of the steps it is.
        parameters: Names of the pipeline's parameters.

    Raises:
        InvalidInputError: A field is wrong; the message names the line, the step and the field.
    """
    location = ("steps", index)
    where = f"{text.place(location)}: step {step.name!r}"
    for field in ("image", "command", "args", "env"):
        for reference in _references(getattr(step, field), text, (*location, field), step.name, parameters):
            raise InvalidInputError(
                f"{text.place((*location, field))}: step {step.name!r}, field {field}: "
                f"the output {reference[1]!r} of step {reference[0]!r} is not known before the step starts",
                hint=f"Take it as an input, and use the variable $INPUT_{reference[1].upper()} in the container.",
            )
    taken = []
    for name, value in step.inputs.items():
        at = (*location, "inputs", name)
        taken += _references(value, text, at, step.name, parameters)
        try:
            json_value(value)
        except NotJsonError as error:
            raise InvalidInputError(
                f"{text.place(at)}: step {step.name!r}, input {name!r}: {error}", hint="Write it in quotes."
            ) from error
    forks = forks_of(step, text, location, parameters)
    function = _function(step, text, index, where) if step.python else None
    if function is None:
        _check_container(step, where)
    taken += forks.asked
    parents = tuple(dict.fromkeys([*(parent for parent, _ in taken), *forks.after]))
    return YamlStep(
        place=text.place(location),
        template=StepSpec(
            name=step.name,
            kind=KIND_PYTHON if function else KIND_CONTAINER,
            module=function.source.module if function else "",
            function=function.name if function else "",
            outputs=_outputs(step, function, where),
            image=step.image,
            command=tuple(step.command),
            args=tuple(step.args),
            env=containers.environment(step.env, where=where),
            settings=settings_of(step.settings, where=where),
            retry=retry_of(step.retry, where=where),
            after=parents,
            enable_cache=step.enable_cache,
            requirements=requirements.checked(step.requirements, where=where),
            mapped=tuple(dict.fromkeys(step.map)),
            alternatives=forks.alternatives,
        ),
        inputs=step.inputs,
        when=tuple(step.when),
        taken=tuple(taken),
        source=function.source if function else None,
    )


def _references(
    value: Any, text: YamlText, location: tuple[int | str, ...], step: str, parameters: set[str]
) -> list[tuple[str, str]]:
    """The outputs that a value takes; its parameters are checked."""
    where = f"{text.place(location)}: step {step!r}, field {'.'.join(map(str, location[2:]))}"
    try:
        found = list(expressions.references(value))
    except ExpressionError as error:
        raise InvalidInputError(f"{where}: {error}") from error
    for reference in found:
        if reference.parameter and reference.parameter not in parameters:
            has = f"Its parameters are {', '.join(sorted(parameters))}." if parameters else "It has no parameters."
            raise InvalidInputError(f"{where}: the pipeline has no parameter {reference.parameter!r}", hint=has)
    return [output for reference in found for output in reference.outputs]


def _function(step: StepDocument, text: YamlText, index: int, where: str) -> reading.FoundFunction:
    for field in ("command", "args"):
        if getattr(step, field):
            raise InvalidInputError(
                f"{text.place(('steps', index, field))}: step {step.name!r} has both python and {field}; "
                "a step is either a function or a command"
            )
    at = text.place(("steps", index, "python"))
    found = reading.find(step.python, root=text.path.resolve().parent, where=f"{at}: step {step.name!r}, field python")
    takes = f"{found.name} takes {', '.join(found.parameters) or 'nothing'}."
    for name in step.inputs:
        if name not in found.parameters and not found.open:
            raise InvalidInputError(
                f"{text.place(('steps', index, 'inputs', name))}: step {step.name!r}: "
                f"{step.python} has no parameter {name!r}",
                hint=takes,
            )
    missing = [name for name in found.required if name not in step.inputs]
    if missing:
        raise InvalidInputError(f"{where}: {step.python} needs the input {missing[0]!r}", hint=takes)
    return found


def _check_container(step: StepDocument, where: str) -> None:
    if not step.image:
        raise InvalidInputError(
            f"{where} has neither image nor python", hint="Give an image with a command, or python: module:function."
        )
    if step.outputs:
        raise InvalidInputError(f"{where} has outputs, and a container step has none")
    if step.requirements:
        raise InvalidInputError(
            f"{where} has requirements, which are for Python steps",
            hint="What a container needs has to be in its image.",
        )
    containers.checked_image(expressions.PLACEHOLDER.sub("x", step.image), where=where)
    containers.checked_inputs(step.inputs, where=where)


def _outputs(step: StepDocument, function: reading.FoundFunction | None, where: str) -> tuple[str, ...]:
    if function is None:
        return ()
    if step.outputs is None:
        return function.outputs
    try:
        return named(step.outputs)
    except InvalidInputError as error:
        raise InvalidInputError(f"{where}: {error.message}") from error


def _text(value: str, parameters: Mapping[str, Any]) -> str:
    return expressions.text(expressions.fill(value, parameters))
