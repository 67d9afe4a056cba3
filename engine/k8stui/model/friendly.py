"""The base of models that users fill in: frozen, strict about names, and with errors that a person can act on.

Pydantic's own report names its error types and links to its website; a user needs the field, the value and the fix.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator

from k8stui.model.errors import InvalidInputError
from k8stui.model.kubernetes_types import unknown_field


class FriendlyModel(BaseModel):
    """A frozen model whose construction raises `InvalidInputError` with one sentence a wrong field."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    called: ClassVar[str] = "settings"
    """What errors call an object of this class."""

    @classmethod
    def refusal(cls, where: str, name: str) -> InvalidInputError:
        """The error for a field that the class does not have."""
        return unknown_field(where, name, list(cls.model_fields))

    @classmethod
    def place(cls, info: ValidationInfo) -> str:
        """What errors call the object under validation: its place inside another one, where it is told."""
        return str((info.context or {}).get("where", cls.called))

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            where = cls.place(info)
            problems = [cls._problem(where, dict(detail)) for detail in error.errors(include_url=False)]
        message = "\n".join(problem.message for problem in problems)
        raise InvalidInputError(message, hint="\n".join(problem.hint for problem in problems if problem.hint))

    @classmethod
    def _problem(cls, where: str, detail: dict[str, Any]) -> InvalidInputError:
        path = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            return cls.refusal(where, path)
        said = detail["msg"].removeprefix("Input ").removeprefix("Value error, ")
        description = cls.model_fields[path].description if path in cls.model_fields else None
        return InvalidInputError(
            f"{where}{'.' if path else ''}{path}: {detail['input']!r} is not possible: it {said}",
            hint=f"{path}: {description}" if description else "",
        )
