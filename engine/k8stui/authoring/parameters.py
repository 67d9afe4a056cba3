"""The parameters of a pipeline: named, typed by annotations, given as Python values or as text on a command line."""

from __future__ import annotations

import difflib
import inspect
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from k8stui.authoring import places
from k8stui.authoring.docstrings import arguments
from k8stui.authoring.inputs import NotJsonError, json_value
from k8stui.model.errors import InvalidInputError

_INFERRED = (bool, int, float, str, list, dict)


class MisfitError(ValueError):
    """A value that is not of a parameter's type; the text says why, without naming the parameter.

    Attributes:
        hint: What to do about it; empty where there is nothing to add.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Parameter:
    """One parameter of a pipeline.

    Attributes:
        name: Its name.
        type: What its values are checked against; `Any` for everything.
        type_name: The type as a person reads it.
        required: Whether a run must give it.
        default: What it is otherwise.
        description: What it is for; empty when the author did not say.
    """

    name: str
    type: Any
    type_name: str
    required: bool
    default: Any = None
    description: str = ""

    def convert(self, value: Any, *, where: str) -> Any:
        """The value as its type wants it; text is converted (`3`, `0.1`, `true`, JSON for lists and dicts).

        Raises:
            InvalidInputError: It does not fit.
        """
        try:
            return self.fit(value)
        except MisfitError as error:
            raise InvalidInputError(f"{where}: parameter {self.name!r}: {error}", hint=error.hint) from error

    def fit(self, value: Any) -> Any:
        """As `convert`, for those who say themselves which parameter it is.

        Raises:
            MisfitError: It does not fit.
        """
        adapter = self._adapter()
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            if isinstance(value, str):
                try:
                    return adapter.validate_python(json.loads(value))
                except (ValueError, ValidationError):
                    pass  # what is wrong with the text itself is the better sentence
            reason = error.errors(include_url=False)[0]["msg"]
        raise MisfitError(f"{value!r} is not {with_article(self.type_name)} ({_lower(reason)})")

    def to_json(self, value: Any, *, where: str) -> Any:
        """A converted value in plain JSON types, for the record of the run.

        Raises:
            InvalidInputError: It has none.
        """
        try:
            return json_value(self._adapter().dump_python(value, mode="json", warnings=False))
        except (NotJsonError, ValueError) as error:
            hint = error.hint if isinstance(error, MisfitError) else ""
            raise InvalidInputError(
                f"{where}: parameter {self.name!r} cannot be kept as JSON: {error}", hint=hint
            ) from error

    def _adapter(self) -> TypeAdapter[Any]:
        try:
            return TypeAdapter(self.type)
        except (PydanticSchemaGenerationError, PydanticUserError) as error:
            raise MisfitError(
                f"the values of its type {self.type_name} cannot be checked",
                hint="Use text, numbers, bool, lists, dicts, Literal, Enum, a dataclass or a pydantic model.",
            ) from error


def parameters_of(function: Callable[..., Any], signature: inspect.Signature) -> tuple[Parameter, ...]:
    """The parameters of a pipeline function, in order.

    A parameter without annotation takes its type from its default.

    Raises:
        InvalidInputError: There are `*args`, `**kwargs` or positional-only parameters, or an annotation names
            something that does not exist.
    """
    where = f"{places.definition(function)}: pipeline {function.__name__!r}"
    hints = _hints(function, where=where)
    described = arguments(function.__doc__)
    found = []
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise InvalidInputError(
                f"{where}: {str(parameter)!r} cannot be a parameter of a pipeline, because it has no fixed name",
                hint="Name each parameter, or use one that takes a list or dict.",
            )
        kind = hints.get(parameter.name, _inferred(parameter.default))
        required = parameter.default is parameter.empty
        found.append(
            Parameter(
                name=parameter.name,
                type=kind,
                type_name=type_name(kind),
                required=required,
                default=None if required else parameter.default,
                description=described.get(parameter.name, ""),
            )
        )
    return tuple(found)


def bind(parameters: Sequence[Parameter], given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """The values of all parameters, defaults included.

    Args:
        parameters: Those of the pipeline.
        given: Values by name.
        where: The pipeline, for errors.

    Raises:
        InvalidInputError: A name is unknown, a value does not fit, or a required one is missing.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            its = f"Its parameters are {', '.join(known)}." if known else "It has no parameters."
            raise InvalidInputError(f"{where} has no parameter {name!r}", hint=hint + its)
    missing = [name for name, parameter in known.items() if parameter.required and name not in given]
    if missing:
        needed = ", ".join(f"{name!r} ({known[name].type_name})" for name in missing)
        raise InvalidInputError(
            f"{where} needs the parameter{'s' if len(missing) > 1 else ''} {needed}",
            hint=f"On the command line: {' '.join(f'--param {name}=VALUE' for name in missing)}",
        )
    return {
        name: parameter.convert(given[name], where=where) if name in given else parameter.default
        for name, parameter in known.items()
    }


def type_name(kind: Any) -> str:
    """A type as its author would write it: `int`, `list[str]`, `Literal['a', 'b']`."""
    if isinstance(kind, type) and not hasattr(kind, "__origin__"):
        return kind.__qualname__
    return str(kind).replace("typing.", "")


def _hints(function: Callable[..., Any], *, where: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, AttributeError, TypeError) as error:
        if sys.version_info < (3, 14) and not any(isinstance(v, str) for v in function.__annotations__.values()):
            return dict(function.__annotations__)
        raise InvalidInputError(
            f"{where}: the type of a parameter cannot be read: {error}",
            hint="Import it outside of `if TYPE_CHECKING:`; parameters are checked when a run is started.",
        ) from error


def _inferred(default: Any) -> Any:
    return next((kind for kind in _INFERRED if type(default) is kind), Any)


def with_article(name: str) -> str:
    """`an int`, `a list[str]`."""
    return f"{'an' if name[:1] in 'aeioAEIO' else 'a'} {name}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
