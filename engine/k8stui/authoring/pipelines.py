"""`@pipeline`: a function that puts steps together; calling it submits a run."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from k8stui.authoring import exits, hooks, package, places, sources, tracing
from k8stui.authoring.containers import checked_image
from k8stui.authoring.parameters import Parameter, bind, parameters_of
from k8stui.authoring.schedule import Schedule
from k8stui.authoring.settings import cache_switch, merged, settings_of
from k8stui.authoring.steps import Step, signature_of
from k8stui.incluster.contract.protocol import ON_FAILURE, ON_SUCCESS
from k8stui.incluster.contract.states import RunState
from k8stui.model import requirements as requiring
from k8stui.model.errors import InvalidInputError, K8stuiError, RunFailedError
from k8stui.model.pipeline import PipelineSpec

if TYPE_CHECKING:
    from k8stui.control.scripts.launch import RunHandle

HOOKS = (ON_SUCCESS, ON_FAILURE)

_loading: ContextVar[bool] = ContextVar("k8stui_loading", default=False)


@contextmanager
def calls_ignored() -> Iterator[None]:
    """Inside, calling a pipeline does nothing: the file is only being read, for what it defines."""
    token = _loading.set(True)
    try:
        yield
    finally:
        _loading.reset(token)


class Pipeline:
    """A pipeline: called, it submits a run and, unless `synchronous=False` is set, follows it to its end.

    With a schedule, calling it creates the schedule instead.

    Attributes:
        name: Its name.
        parameters: What a run can be given.
        schedule: When it runs by itself; None for never.
        enable_cache: Whether earlier results may be taken instead of running its steps; None for the default.
        requirements: What its Python steps require beyond their images.
        image: Image of its steps that name none; empty for the run's.
        derived: True for what `with_options` returned.
    """

    def __init__(self, function: Callable[..., Any], options: Mapping[str, Any], *, derived: bool = False) -> None:
        self._where = f"{places.definition(function)}: pipeline {function.__name__!r}"
        functools.update_wrapper(self, function)
        self._function = function
        self._options = dict(options)
        self._source = sources.source_of(function)
        self._signature = signature_of(function)
        self.name = tracing.checked_name(options.get("name") or function.__name__, where=self._where)
        self.parameters: tuple[Parameter, ...] = parameters_of(function, self._signature)
        self.settings = settings_of(options.get("settings"), where=self._where)
        self._hooks = {name: hooks.checked_hook(options.get(name), name, where=self._where) for name in HOOKS}
        self.schedule: Schedule | None = options.get("schedule")
        self.derived = derived
        if self.schedule is not None and not isinstance(self.schedule, Schedule):
            raise InvalidInputError(f"{self._where}: schedule={self.schedule!r} is not a Schedule")
        self.enable_cache = cache_switch(options.get("enable_cache"), where=self._where)
        self.requirements = requiring.checked(options.get("requirements"), where=self._where)
        self.image = checked_image(options["image"], where=self._where) if options.get("image") else ""

    def __repr__(self) -> str:
        return f"<pipeline {self.name!r} of {places.definition(self._function)}>"

    @property
    def doc(self) -> str:
        """What its author wrote about it; empty for nothing."""
        return inspect.cleandoc(self._function.__doc__ or "")

    @property
    def file(self) -> Path | None:
        """The file it is defined in; None for an interactive session."""
        return self._source.file

    def with_options(
        self,
        *,
        schedule: Schedule | None = None,
        settings: Any = None,
        enable_cache: bool | None = None,
        requirements: Sequence[str] | None = None,
        image: str | None = None,
        on_success: Step | None = None,
        on_failure: Step | None = None,
    ) -> Pipeline:
        """The same pipeline with other options; those not given stay.

        Args:
            schedule: When it runs by itself.
            settings: Over the pipeline's settings: dicts are merged by key, all else is replaced.
            enable_cache: Whether earlier results may be taken instead of running its steps; a step's own wins.
            requirements: In place of what its steps require beyond their images.
            image: Image of its steps that name none.
            on_success: A step that runs after a run that succeeded.
            on_failure: A step that runs after a run that failed.

        Raises:
            InvalidInputError: An option is wrong.
        """
        given = {
            "schedule": schedule,
            "settings": merged(self.settings, settings, where=self._where),
            "enable_cache": enable_cache,
            "requirements": requirements,
            "image": image,
            "on_success": on_success,
            "on_failure": on_failure,
        }
        options = self._options | {key: value for key, value in given.items() if value is not None}
        return Pipeline(self._function, options, derived=True)

    def trace(self, parameters: Mapping[str, Any] | None = None) -> PipelineSpec:
        """Run the pipeline function once and return what it put together, code package included.

        Args:
            parameters: Values by name; text is converted to the parameter's type.

        Raises:
            InvalidInputError: A parameter, a step or the code package is wrong, the function failed, it called no
                step, or its schedule is none that Kubernetes can keep.
        """
        schedule = self.schedule.compiled() if self.schedule is not None else None
        values = bind(self.parameters, parameters or {}, where=f"pipeline {self.name!r}")
        with tracing.tracing(self.name) as trace:
            try:
                self._function(**values)
            except K8stuiError:
                raise
            except Exception as error:
                raise InvalidInputError(
                    f"{places.of_error(error)}: pipeline {self.name!r} failed while its steps were put together: "
                    f"{type(error).__name__}: {error}"
                ) from error
            if not trace.steps:
                raise InvalidInputError(f"{self._where} has no steps", hint="Call functions with @step in it.")
            for option, hook in self._hooks.items():
                hooks.add_hook(trace, hook, option)
        return PipelineSpec(
            name=self.name,
            steps=tuple(trace.steps),
            parameters={
                parameter.name: parameter.to_json(values[parameter.name], where=f"pipeline {self.name!r}")
                for parameter in self.parameters
            },
            settings=self.settings,
            code=package.of_sources(trace.sources, self._source) if trace.sources else None,
            source=f"{self._source.path}:{self._function.__name__}" if self._source.path else "",
            schedule=schedule,
            enable_cache=self.enable_cache,
            requirements=self.requirements,
            image=self.image,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> RunHandle | Any:
        """Submit a run, or create the schedule; inside another pipeline function, add the steps of this one to it.

        Returns:
            A handle of the run with `name` and `state`, or of the schedule with `name`; inside another pipeline what
            the function returns; None while the file is only being imported, by `k8stui run`.

        Raises:
            InvalidInputError: As for `trace`.
            RunFailedError: The run was followed and did not succeed.
            K8stuiError: The run could not be submitted or followed, or the schedule not be created.
        """
        if tracing.current() is not None:
            return self._inside(args, kwargs)
        if _loading.get():
            return None
        if exits.called_by_script():
            exits.show_errors_as_sentences()
        spec = self.trace(self._arguments(args, kwargs))
        if spec.schedule is not None:
            from k8stui.control.scripts.launch import schedule_pipeline  # noqa: PLC0415  (the cluster's libraries)

            return schedule_pipeline(spec, spec.schedule)
        from k8stui.control.scripts.launch import run_pipeline  # noqa: PLC0415  (the cluster's libraries: only for a run)

        run = run_pipeline(spec)
        if run.state in (RunState.FAILED, RunState.STOPPED):
            raise RunFailedError(
                f"run {run.name} of pipeline {self.name!r} {run.state.value}",
                hint=f"k8stui runs show {run.name} -n {run.namespace}",
            )
        return run

    def _arguments(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        names = [parameter.name for parameter in self.parameters]
        if len(args) > len(names):
            raise InvalidInputError(
                f"{places.caller()}: pipeline {self.name!r} takes {len(names)} parameters, and {len(args)} were given"
            )
        for name in names[: len(args)]:
            if name in kwargs:
                raise InvalidInputError(f"{places.caller()}: pipeline {self.name!r} got the parameter {name!r} twice")
        return dict(zip(names, args, strict=False)) | dict(kwargs)

    def _inside(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        where = f"{places.caller()}: pipeline {self.name!r} is called inside another pipeline"
        own = (self.settings, self.schedule, self.requirements, self.image, *self._hooks.values())
        if any(own):
            raise InvalidInputError(
                f"{where}, where its own settings, schedule, requirements, image and hooks cannot have an effect",
                hint="Give the settings to its steps, or to the outer pipeline.",
            )
        try:
            self._signature.bind(*args, **kwargs)
        except TypeError as error:
            raise InvalidInputError(f"{where}: {error}") from error
        return self._function(*args, **kwargs)


@overload
def pipeline(function: Callable[..., Any], /) -> Pipeline: ...


@overload
def pipeline(
    *,
    name: str | None = None,
    settings: Any = None,
    enable_cache: bool | None = None,
    requirements: Sequence[str] | None = None,
    image: str | None = None,
    on_success: Step | None = None,
    on_failure: Step | None = None,
) -> Callable[[Callable[..., Any]], Pipeline]: ...


def pipeline(
    function: Callable[..., Any] | None = None, /, **options: Any
) -> Pipeline | Callable[[Callable[..., Any]], Pipeline]:
    """Make a function a pipeline: `@pipeline`, or `@pipeline(...)` with options.

    Args:
        function: The function. Its parameters are the pipeline's and are checked against their annotations.
        options: `name` (default: the function's), `settings` (`KubernetesOrchestratorSettings`, a dict of its fields,
            or either under "orchestrator"), `enable_cache` (whether earlier results may be taken
            instead of running its steps, True by default; a step's own wins), `requirements` (a list of what its
            steps require beyond their images, as pip reads them), `image` (of steps that name none), `on_success` and
            `on_failure` (a step that runs after the end of a run that succeeded or failed, and changes nothing of it).

    Raises:
        InvalidInputError: An option is wrong, or the function cannot be a pipeline.
        TypeError: An option is unknown.
    """
    unknown = sorted(options.keys() - {"name", "settings", "enable_cache", "requirements", "image", *HOOKS})
    if unknown:
        raise TypeError(f"pipeline() got an unexpected keyword argument {unknown[0]!r}")
    if function is not None:
        return Pipeline(function, {})
    return lambda decorated: Pipeline(decorated, options)
