"""Values that a pipeline writes into the call of a step, checked against the step's annotations.

`fit(data, "three")` for an `int` would fail in a pod, minutes later; here it is a sentence at submit. What is checked
is what the function will get: the value as JSON, strictly, because nothing converts it on its way. Outputs of other
steps have no value yet, and a type that pydantic does not know says nothing that could be checked.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from k8stui.authoring.parameters import type_name, with_article
from k8stui.incluster.contract.inputs import Input
from k8stui.model.errors import InvalidInputError


class ArgumentTypes:
    """The types that one function wants, read when the first value is checked."""

    def __init__(self, function: Callable[..., Any], parameters: Mapping[str, inspect.Parameter]) -> None:
        self._function = function
        self._parameters = parameters
        self._hints: dict[str, Any] | None = None
        self._adapters: dict[str, TypeAdapter[Any] | None] = {}

    def check(self, name: str, value: Input, *, where: str) -> None:
        """Check one argument.

        Raises:
            InvalidInputError: It is a value that does not fit its parameter's annotation.
        """
        if not value.is_value:
            return
        parameter = self._parameters.get(name)
        if parameter is None or (parameter.default is not parameter.empty and value.value == parameter.default):
            return  # `x: int = None` is everywhere, and giving the default is no worse than leaving it out
        adapter = self._adapter(name)
        if adapter is None:
            return
        try:
            adapter.validate_json(json.dumps(value.value), strict=True)
        except ValidationError as error:
            kind = with_article(type_name((self._hints or {})[name]))
            reason = error.errors(include_url=False)[0]["msg"]
            raise InvalidInputError(
                f"{where}, parameter {name!r}: {value.value!r} is not {kind} ({reason[:1].lower()}{reason[1:]})"
            ) from error

    def _adapter(self, name: str) -> TypeAdapter[Any] | None:
        if self._hints is None:
            try:
                self._hints = get_type_hints(self._function, include_extras=True)
            except (NameError, AttributeError, TypeError):
                self._hints = {}  # names that exist for type checkers alone
        if name not in self._adapters:
            self._adapters[name] = _adapter_of(self._hints.get(name, Any))
        return self._adapters[name]


def _adapter_of(kind: Any) -> TypeAdapter[Any] | None:
    if kind is Any:
        return None
    try:
        return TypeAdapter(kind)
    except (PydanticSchemaGenerationError, PydanticUserError, NameError):
        return None
