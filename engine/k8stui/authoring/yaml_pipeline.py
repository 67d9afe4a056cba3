"""YAML pipelines: steps without a Python file of the pipeline's own.

    pipeline: etl
    parameters:
      day: {type: string, default: today}   # string, integer, number, boolean, list, object; also choices, description
      rows: 3                               # short for a default and its type
    settings: {orchestrator: {max_parallelism: 4}}
    steps:
      - name: extract                       # a container step: runs unchanged
        image: busybox:1.36
        command: [sh, -c]
        args: ["echo ${{ parameters.day }}"]
      - name: load                          # a Python step: a function of a file beside this one
        python: functions:load
        inputs: {rows: "${{ parameters.rows }}"}
        after: [extract]
        retry: {max_retries: 2, delay: 5}
      - name: report
        python: functions:report
        inputs: {loaded: "${{ steps.load.output }}"}

Further fields of a step: `env`, `outputs` (names, in place of the function's return annotation), `settings`,
`enable_cache`, which the pipeline has as well, and for lists and branches that only the run knows:

      - name: score
        python: functions:score
        map: file                           # this input is a list: one item of the step for each thing in it
        inputs: {file: "${{ steps.find.output }}"}
      - name: deploy
        python: functions:deploy
        when: "${{ steps.pick.output > 0.9 }}"   # several in a list must all hold
      - name: tell
        python: functions:tell
        inputs: {what: "${{ one_of(steps.deploy.output, steps.discard.output) }}"}
      - name: clean
        image: busybox:1.36
        after: ["one_of(deploy, discard)"]

Steps may stand in any order. Everything is checked when the file is loaded, and no code of it is run for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from k8stui.authoring import package, tracing
from k8stui.authoring.containers import checked_image
from k8stui.authoring.inputs import NotJsonError, json_value
from k8stui.authoring.order import in_order
from k8stui.authoring.parameters import Parameter, bind
from k8stui.authoring.settings import settings_of
from k8stui.authoring.sources import Source
from k8stui.authoring.yaml_document import PipelineDocument, document_of, parameter_of
from k8stui.authoring.yaml_steps import YamlStep, yaml_step
from k8stui.authoring.yaml_text import YamlText, read
from k8stui.model import requirements
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import PipelineSpec

_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "list": list[Any],
    "object": dict[str, Any],
}


class YamlPipeline:
    """A pipeline of a YAML file; offers the same as `Pipeline` to those who submit it.

    Attributes:
        name: Its name.
        parameters: What a run can be given.
        settings: Its settings.
        enable_cache: Whether earlier results may be taken instead of running its steps; None for the default.
        schedule: None; a YAML pipeline has none.
        file: The file.
        doc: The comment at its top; empty for none.
    """

    def __init__(self, text: YamlText, document: PipelineDocument) -> None:
        self.file: Path | None = text.path.resolve()
        self.schedule = None
        self.doc = text.comment
        self.name = tracing.checked_name(document.pipeline, where=text.place(("pipeline",)))
        self.parameters = tuple(_parameter(name, value, text) for name, value in document.parameters.items())
        self.settings = settings_of(document.settings, where=text.place(("settings",)))
        self.enable_cache = document.enable_cache
        self.requirements = requirements.checked(document.requirements, where=text.place(("requirements",)))
        place = text.place(("image",)) if document.image else ""
        self.image = checked_image(document.image, where=place) if document.image else ""
        known = {parameter.name for parameter in self.parameters}
        steps: dict[str, YamlStep] = {}
        for index, step in enumerate(document.steps):
            if step.name in steps:
                raise InvalidInputError(
                    f"{text.place(('steps', index, 'name'))}: a step called {step.name!r} is there already, "
                    f"at {steps[step.name].place}"
                )
            steps[step.name] = yaml_step(step, text, index, parameters=known)
        for found in steps.values():
            found.check_parents(steps)
        self._steps = in_order(steps, where=text.place(("steps",)))

    def __repr__(self) -> str:
        return f"<pipeline {self.name!r} of {self.file}>"

    def trace(self, parameters: Mapping[str, Any] | None = None) -> PipelineSpec:
        """The pipeline with these parameters, code package included.

        Args:
            parameters: Values by name; text is converted to the parameter's type.

        Raises:
            InvalidInputError: A parameter is unknown, missing or wrong, or the code package is too large.
        """
        where = f"pipeline {self.name!r}"
        values = bind(self.parameters, parameters or {}, where=where)
        sources = [step.source for step in self._steps if step.source is not None]
        return PipelineSpec(
            name=self.name,
            steps=tuple(step.spec(values) for step in self._steps),
            parameters={known.name: known.to_json(values[known.name], where=where) for known in self.parameters},
            settings=self.settings,
            code=package.of_sources(sources, _home(self.file)) if sources else None,
            source=f"{_home(self.file).path}:{self.name}",
            enable_cache=self.enable_cache,
            requirements=self.requirements,
            image=self.image,
        )


def load_yaml(path: Path) -> YamlPipeline:
    """The pipeline of a file.

    Raises:
        InvalidInputError: Something in it is wrong; the message names the line, the step and the field.
    """
    text = read(path)
    return YamlPipeline(text, document_of(text))


def _home(file: Path | None) -> Source:
    return Source(module="", file=file, root=file.parent if file else None)


def _parameter(name: str, value: Any, text: YamlText) -> Parameter:
    where = f"{text.place(('parameters', name))}: parameter {name!r}"
    if not name.isidentifier():
        raise InvalidInputError(f"{where}: a parameter is called like a Python variable")
    if not isinstance(value, dict):
        kind = next((kind for kind in (bool, int, float, str, list) if isinstance(value, kind)), None)
        if kind is None:
            raise InvalidInputError(
                f"{where}: {value!r} does not tell its type",
                hint=f"Write {name}: {{type: string}}, or a default in quotes.",
            )
        return Parameter(name=name, type=kind, type_name=kind.__name__, required=False, default=value)
    document = parameter_of(text, name)
    kind = _TYPES[document.type] if document.choices is None else _one_of(document.choices)
    found = Parameter(
        name=name,
        type=kind,
        type_name=document.type if document.choices is None else f"value of {document.choices}",
        required="default" not in document.model_fields_set,
        description=document.description,
    )
    if found.required:
        return found
    try:
        default = found.convert(json_value(document.default), where=text.place(("parameters", name)))
    except NotJsonError as error:
        raise InvalidInputError(f"{where}: {error}", hint="Write it in quotes.") from error
    return Parameter(**{**vars(found), "default": default})


def _one_of(choices: Sequence[Any]) -> Any:
    return Literal.__getitem__(tuple(choices))
