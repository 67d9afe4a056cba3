"""`container_step`: an image and a command as a step, run unchanged and with nothing of ours in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from k8stui.authoring import places, tracing
from k8stui.authoring.branches import told_apart
from k8stui.authoring.retry import StepRetry, retry_of
from k8stui.authoring.settings import cache_switch, settings_of
from k8stui.incluster.contract.protocol import KIND_CONTAINER
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec
from k8stui.model.rules import image_problem

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ContainerStep:
    """A container that runs in a pod of its own when a pipeline calls it."""

    def __init__(self, template: StepSpec, inputs: Mapping[str, Any]) -> None:
        self.name = template.name
        self._template = template
        self._inputs = dict(inputs)

    def __repr__(self) -> str:
        return f"<container step {self.name!r} in {self._template.image}>"

    def __call__(self, *, after: Any = None, when: Any = None, id: str | None = None, **inputs: Any) -> Any:  # noqa: A002  (as for @step)
        """Record the step in the pipeline being traced.

        Args:
            after: Steps to wait for.
            when: What must hold for it to run.
            id: The name of this call.
            inputs: Values and handles, which the container finds in `INPUT_<NAME>` environment variables.

        Returns:
            A handle for `after=` of later steps.

        Raises:
            InvalidInputError: There is no pipeline, or an input cannot travel to a pod.
        """
        trace, where = self._trace()
        arguments = checked_inputs(self._inputs | inputs, where=where)
        return trace.record(self._template, arguments=arguments, after=after, name=id, when=when)

    def map(self, *, after: Any = None, when: Any = None, id: str | None = None, **inputs: Any) -> Any:  # noqa: A002  (as for @step)
        """Record the step once for each thing in a list that an earlier step returns, as `Step.map` does.

        Args:
            after: Steps to wait for.
            when: What must hold for it to run.
            id: The name of this call.
            inputs: Values, which are the same for every item, and outputs, of which each gets one part.

        Returns:
            A handle for `after=` of later steps, which wait for all items.

        Raises:
            InvalidInputError: There is no pipeline, or no input is an output of a step.
        """
        trace, where = self._trace()
        arguments, mapped = told_apart(checked_inputs(self._inputs | inputs, where=where), where=where)
        return trace.record(self._template, arguments=arguments, after=after, name=id, when=when, mapped=mapped)

    def _trace(self) -> tuple[tracing.Trace, str]:
        where = f"{places.caller()}: container step {self.name!r}"
        trace = tracing.current()
        if trace is None:
            raise InvalidInputError(
                f"{where} is called outside of a pipeline function, and a container runs only in a cluster"
            )
        return trace, where


def container_step(
    *,
    name: str,
    image: str,
    command: Sequence[str] = (),
    args: Sequence[str] = (),
    env: Mapping[str, str | int | float] | None = None,
    inputs: Mapping[str, Any] | None = None,
    settings: Any = None,
    retry: StepRetry | Mapping[str, Any] | None = None,
    enable_cache: bool | None = None,
) -> ContainerStep:
    """A step that runs an image.

    Args:
        name: Name of the step; further calls get `_2`, `_3` …
        image: The image.
        command: The entry point; empty for the image's own.
        args: Its arguments.
        env: Environment variables.
        inputs: Values for `INPUT_<NAME>` environment variables; calls can add to them.
        settings: As for `step`.
        retry: As for `step`.
        enable_cache: Whether it may be left out when an earlier run has done the same; only where this says so, since a
            container returns nothing and is run for what it does besides.

    Returns:
        What a pipeline function calls, with `after=`, `id=` and further inputs.

    Raises:
        InvalidInputError: A value is of the wrong type.
    """
    where = f"{places.caller()}: container step {name!r}"
    template = StepSpec(
        name=tracing.checked_name(name, where=where),
        kind=KIND_CONTAINER,
        image=checked_image(image, where=where),
        command=texts(command, where=f"{where}: command"),
        args=texts(args, where=f"{where}: args"),
        env=environment(env or {}, where=where),
        settings=settings_of(settings, where=where),
        retry=retry_of(retry, where=where),
        enable_cache=cache_switch(enable_cache, where=where),
    )
    return ContainerStep(template, inputs or {})


def checked_image(image: Any, *, where: str) -> str:
    """The image's name.

    Raises:
        InvalidInputError: No registry could have an image of this name.
    """
    problem = image_problem(image) if isinstance(image, str) else "it must be text"
    if problem:
        raise InvalidInputError(f"{where}: image={image!r} is not the name of an image: {problem}")
    return str(image)


def texts(values: Any, *, where: str) -> tuple[str, ...]:
    """A list of texts.

    Raises:
        InvalidInputError: It is something else, a single text for instance.
    """
    if isinstance(values, str) or not isinstance(values, Sequence) or not all(isinstance(v, str) for v in values):
        raise InvalidInputError(f"{where}={values!r} is not a list of texts", hint='Write it as ["echo", "hello"].')
    return tuple(values)


def environment(env: Mapping[str, Any], *, where: str) -> dict[str, str]:
    """Environment variables, numbers as text.

    Raises:
        InvalidInputError: A name cannot be a variable's, or a value is neither text nor a number.
    """
    for key, value in env.items():
        if not isinstance(key, str) or not _VARIABLE.match(key):
            raise InvalidInputError(f"{where}: env has {key!r}, which cannot be the name of a variable")
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise InvalidInputError(f"{where}: env {key}={value!r} must be text", hint=f'Write it as "{value}".')
    return {key: str(value) for key, value in env.items()}


def checked_inputs(inputs: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Inputs whose names can be environment variables.

    Raises:
        InvalidInputError: A name cannot be, or two are the same variable.
    """
    variables: dict[str, str] = {}
    for key in inputs:
        if not isinstance(key, str) or not _VARIABLE.match(key):
            raise InvalidInputError(f"{where}: input {key!r} cannot be an environment variable INPUT_<NAME>")
        other = variables.setdefault(key.upper(), key)
        if other != key:
            raise InvalidInputError(f"{where}: inputs {other!r} and {key!r} are both INPUT_{key.upper()}")
    return dict(inputs)
