"""`@step`: a Python function as a step of a pipeline."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from k8stui.authoring import places, sources, tracing
from k8stui.authoring.arguments import ArgumentTypes
from k8stui.authoring.branches import told_apart
from k8stui.authoring.containers import checked_image
from k8stui.authoring.outputs import named, output_names
from k8stui.authoring.retry import StepRetry, retry_of
from k8stui.authoring.settings import cache_switch, merged, settings_of
from k8stui.model import requirements as requiring
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec


class Step:
    """A function that runs in a pod of its own when a pipeline calls it, and as usual when anything else does.

    Calls inside a pipeline function also take `after=` (steps to wait for whose values are not needed), `when=` (an
    output, or the comparison of one with a constant, that must hold for the step to run) and `id=` (the name of this
    call), unless the function has parameters of these names.
    """

    def __init__(self, function: Callable[..., Any], options: Mapping[str, Any]) -> None:
        where = f"{places.definition(function)}: step {function.__name__!r}"
        if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
            raise InvalidInputError(
                f"{where} is a coroutine or generator; a step is an ordinary function",
                hint="Use asyncio.run(...) inside it, or return a list.",
            )
        functools.update_wrapper(self, function)
        self._function = function
        self._options = dict(options)
        self._source = sources.source_of(function)
        self._parameters = _parameters(function, where=where)
        self._types = ArgumentTypes(function, self._parameters)
        given = options.get("outputs")
        try:
            outputs = output_names(function) if given is None else named(given)
        except InvalidInputError as error:
            raise InvalidInputError(f"{where}: {error.message}") from error
        self.name = tracing.checked_name(options.get("name") or function.__name__, where=where)
        self._template = StepSpec(
            name=self.name,
            module=self._source.module,
            function=function.__qualname__,
            outputs=outputs,
            image=checked_image(options["image"], where=where) if options.get("image") else "",
            settings=settings_of(options.get("settings"), where=where),
            retry=retry_of(options.get("retry"), where=where),
            enable_cache=cache_switch(options.get("enable_cache"), where=where),
            requirements=requiring.checked(options.get("requirements"), where=where),
        )

    def __repr__(self) -> str:
        return f"<step {self.name!r} of {places.definition(self._function)}>"

    def with_options(
        self,
        *,
        name: str | None = None,
        settings: Any = None,
        retry: StepRetry | Mapping[str, Any] | None = None,
        outputs: Sequence[str] | None = None,
        image: str | None = None,
        enable_cache: bool | None = None,
        requirements: Sequence[str] | None = None,
        after: Any = None,
        when: Any = None,
    ) -> Step:
        """The same step with other options; those not given stay.

        Args:
            name: The name of the one call made with these options.
            settings: Over the step's settings: dicts are merged by key, all else is replaced.
            retry: In place of its retries.
            outputs: Names of what it returns.
            image: The image it runs in.
            enable_cache: Whether an earlier result may be taken instead of running it; wins over the pipeline's.
            requirements: In place of what it requires beyond its image.
            after: Steps to wait for, besides those named at the call.
            when: What must hold for it to run, besides what the call says.

        Raises:
            InvalidInputError: An option is wrong.
        """
        given = {
            "call_name": name,
            "settings": merged(self._template.settings, settings, where=f"step {self.name!r}"),
            "retry": retry,
            "outputs": outputs,
            "image": image,
            "enable_cache": enable_cache,
            "requirements": requirements,
            "after": after,
            "when": when,
        }
        return Step(self._function, self._options | {key: value for key, value in given.items() if value is not None})

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """What the function takes."""
        return self._parameters

    def record(self, trace: tracing.Trace, change: Callable[[StepSpec], StepSpec]) -> None:
        """Add the step to a pipeline, changed, and without arguments.

        Raises:
            InvalidInputError: Its name is taken, or its function cannot be imported in a pod.
        """
        where = f"{places.definition(self._function)}: step {self.name!r}"
        sources.check_importable(self._function, self._source, where=where)
        trace.sources.append(self._source)
        trace.record(change(self._template), arguments={}, name=self._options.get("call_name"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record the step in the pipeline being traced, or run the function when there is none.

        Returns:
            In a pipeline, handles of the outputs; else what the function returns.

        Raises:
            InvalidInputError: The arguments do not fit the function, or cannot travel to a pod.
        """
        extras = self._extras(kwargs)
        trace = tracing.current()
        if trace is None:
            return self._function(*args, **kwargs)
        where = f"{places.caller()}: step {self.name!r}"
        return self._recorded(trace, self._bound(args, kwargs, where=where), extras, (), where=where)

    def map(self, *args: Any, **kwargs: Any) -> Any:
        """Record the step once for each thing in a list that an earlier step returns: `score.map(item=prepare())`.

        Each argument that is an output of a step is a list when the run has reached it, and each item gets one part of
        it; several such lists must be equally long and are gone through side by side. All other arguments, and outputs
        in `unmapped(…)`, are the same for every item. `after=`, `when=` and `id=` are as for a call, and concern all.

        Returns:
            Handles as for a call: of each output the list of what the items returned, in their order, which a later
            step takes as a list, or is mapped over in turn. It is there when all items have succeeded; for an empty
            list it is empty.

        Raises:
            InvalidInputError: It is called outside of a pipeline function, no argument is an output, or as for a call.
        """
        extras = self._extras(kwargs)
        trace = tracing.current()
        where = f"{places.caller()}: step {self.name!r}"
        if trace is None:
            raise InvalidInputError(f"{where}: map() is for pipeline functions", hint="Elsewhere, call it in a loop.")
        arguments, mapped = told_apart(self._bound(args, kwargs, where=where), where=where)
        return self._recorded(trace, arguments, extras, mapped, where=where)

    def _extras(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """What a call says beside the arguments of the function, taken out of them."""
        names = ("after", "id", "when")
        return {key: kwargs.pop(key) for key in names if key in kwargs and key not in self._parameters}

    def _recorded(
        self,
        trace: tracing.Trace,
        arguments: Mapping[str, Any],
        extras: Mapping[str, Any],
        mapped: tuple[str, ...],
        *,
        where: str,
    ) -> Any:
        sources.check_importable(self._function, self._source, where=where)
        trace.sources.append(self._source)
        return trace.record(
            self._template,
            arguments=arguments,
            after=[extras.get("after"), self._options.get("after")],
            name=extras.get("id", self._options.get("call_name")),
            types=self._types,
            when=[extras.get("when"), self._options.get("when")],
            mapped=mapped,
        )

    def _bound(self, args: Sequence[Any], kwargs: Mapping[str, Any], *, where: str) -> dict[str, Any]:
        signature = inspect.Signature(list(self._parameters.values()))
        try:
            bound = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            takes = ", ".join(str(p.replace(annotation=p.empty)) for p in self._parameters.values()) or "no arguments"
            raise InvalidInputError(f"{where}: {error}", hint=f"{self.name} takes {takes}.") from error
        for name, parameter in self._parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                bound |= bound.pop(name, {})
        return bound


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The signature, without an error over annotations whose names do not exist (Python 3.14 reads them late)."""
    if sys.version_info >= (3, 14):
        import annotationlib  # noqa: PLC0415  (not there before 3.14)

        return inspect.signature(function, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function)


def _parameters(function: Callable[..., Any], *, where: str) -> dict[str, inspect.Parameter]:
    parameters = dict(signature_of(function).parameters)
    for parameter in parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
            raise InvalidInputError(
                f"{where}: parameter {str(parameter)!r} has no name to pass a value by",
                hint="Inputs reach a step by name: use an ordinary parameter, or one that takes a list.",
            )
    return parameters


@overload
def step(function: Callable[..., Any], /) -> Step: ...


@overload
def step(
    *,
    name: str | None = None,
    settings: Any = None,
    retry: StepRetry | Mapping[str, Any] | None = None,
    outputs: Sequence[str] | None = None,
    image: str | None = None,
    enable_cache: bool | None = None,
    requirements: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], Step]: ...


def step(function: Callable[..., Any] | None = None, /, **options: Any) -> Step | Callable[[Callable[..., Any]], Step]:
    """Make a function a step: `@step`, or `@step(...)` with options.

    Args:
        function: The function, which must stand at the top level of a module.
        options: `name` (default: the function's; further calls get `_2`, `_3` …), `settings`
            (`KubernetesOrchestratorSettings`, a dict of its fields, or either under "orchestrator"; they win over the
            pipeline's), `retry` (`StepRetry` or a dict), `outputs` (names of what it returns, in place of the return
            annotation), `image` (the image it runs in), `enable_cache` (whether an earlier result
            may be taken instead of running it; wins over the pipeline's, which is True by default), `requirements`
            (a list of what it requires beyond its image, as pip reads them, besides the pipeline's).

    Raises:
        InvalidInputError: An option is wrong, or the function cannot be a step.
        TypeError: An option is unknown.
    """
    unknown = sorted(options.keys() - {"name", "settings", "retry", "outputs", "image", "enable_cache", "requirements"})
    if unknown:
        raise TypeError(f"step() got an unexpected keyword argument {unknown[0]!r}")
    if function is not None:
        return Step(function, {})
    return lambda decorated: Step(decorated, options)
