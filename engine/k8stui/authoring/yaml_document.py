"""The shape of a YAML pipeline: which fields there are and of what type. What they mean is `yaml_pipeline`'s matter."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from k8stui.authoring.yaml_text import Location, YamlText
from k8stui.model.errors import InvalidInputError

StepName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=200)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ParameterDocument(_Document):
    """A parameter that says more than its default."""

    type: Literal["string", "integer", "number", "boolean", "list", "object"]
    default: Any = None
    choices: list[str | int | float] | None = None
    description: str = ""


class StepDocument(_Document):
    """A step: an image with a command, or a Python function of a file beside the YAML file."""

    name: StepName
    image: str = ""
    command: list[str] = []
    args: list[str] = []
    env: dict[str, str | int | float] = {}
    python: str = ""
    inputs: dict[str, Any] = {}
    map: list[str] = []
    when: list[str] = []
    outputs: list[str] | None = None
    after: list[str] = []
    retry: dict[str, Any] | None = None
    settings: dict[str, Any] | None = None
    enable_cache: bool | None = None
    requirements: list[str] = []

    @field_validator("command", "args", mode="before")
    @classmethod
    def _numbers_as_text(cls, value: Any) -> Any:
        """`args: [sleep, 5]` means the text 5, as in every container manifest that people write by hand."""
        if not isinstance(value, list):
            return value
        return [str(item) if isinstance(item, (int, float)) and not isinstance(item, bool) else item for item in value]

    @field_validator("after", "map", "when", mode="before")
    @classmethod
    def _one_as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class PipelineDocument(_Document):
    """The whole file."""

    pipeline: Annotated[str, Field(min_length=1)]
    parameters: dict[str, Any] = {}
    settings: dict[str, Any] | None = None
    enable_cache: bool | None = None
    requirements: list[str] = []
    image: str = ""
    steps: Annotated[list[StepDocument], Field(min_length=1)]


_FIELDS = (
    f"A pipeline file has {', '.join(PipelineDocument.model_fields)}; "
    f"each of its steps has {', '.join(StepDocument.model_fields)}."
)


def document_of(text: YamlText) -> PipelineDocument:
    """The file's content, checked field by field.

    Raises:
        InvalidInputError: A field is unknown, missing or of the wrong type; one line each, with its place.
    """
    if not isinstance(text.data, dict):
        raise InvalidInputError(
            f"{text.place()}: a pipeline file is a mapping with the keys {', '.join(PipelineDocument.model_fields)}"
        )
    try:
        return PipelineDocument.model_validate(text.data)
    except ValidationError as error:
        raise problems(error, text, ()) from error


def parameter_of(text: YamlText, name: str) -> ParameterDocument:
    """The declaration of a parameter that is a mapping.

    Raises:
        InvalidInputError: As for `document_of`.
    """
    try:
        return ParameterDocument.model_validate(text.data["parameters"][name])
    except ValidationError as error:
        raise problems(error, text, ("parameters", name)) from error


def problems(error: ValidationError, text: YamlText, base: Location) -> InvalidInputError:
    """What pydantic found, as one sentence a field with its place in the file."""
    lines = []
    for detail in error.errors(include_url=False):
        location = (*base, *detail["loc"])
        said = detail["msg"][:1].lower() + detail["msg"][1:]
        if detail["type"] == "extra_forbidden":
            said = "there is no such field"
        elif detail["type"] == "missing":
            said = "it is missing"
        lines.append(f"{text.place(location)}: {_spoken(location, text)}: {said}")
    wrong_names = any(detail["type"] in ("extra_forbidden", "missing") for detail in error.errors(include_url=False))
    return InvalidInputError("\n".join(dict.fromkeys(lines)), hint="" if base or not wrong_names else _FIELDS)


def _spoken(location: Location, text: YamlText) -> str:
    """A location as a person would say it: `step 'load', field retry`."""
    if len(location) > 1 and location[0] == "steps" and isinstance(location[1], int):
        step = text.data["steps"][location[1]]
        name = step.get("name") if isinstance(step, dict) else None
        said = f"step {name!r}" if name else f"step {location[1] + 1}"
        return f"{said}, field {'.'.join(map(str, location[2:]))}" if location[2:] else said
    return f"field {'.'.join(map(str, location))}"
