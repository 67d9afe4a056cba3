"""What fits, checked while the author is still there: the same limits would otherwise end a run in the cluster."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import KIND_CONTAINER, MAX_INPUT_BYTES
from k8stui.incluster.contract.unfolding import item_place
from k8stui.incluster.master.pods import input_variable
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import CodePackage, StepSpec
from k8stui.model.pod_settings import refuse_own_variable
from k8stui.model.rules import env_name_problem
from k8stui.model.stacks import ArtifactStoreConfig

KIB = 1024

MAX_CODE_BYTES = 700 * KIB
"""A code package that travels, as a zip. It is a third longer as text, and the environment as a whole is limited."""

MAX_KEPT_CODE_BYTES = 512 * KIB * KIB
"""One that is kept in an artifact store: who reads it holds it in memory."""

WAYS_OUT = (
    "Name what the steps do not need in a file .k8stuiignore beside the pipeline, build large modules into the steps' "
    "image (k8stui image build), or use a stack with an artifact store in a bucket, which keeps larger packages."
)

MAX_ENVIRONMENT_CHARACTERS = 1792 * KIB
"""The program, the code and the inputs of one step together; Linux allows 2 MiB for arguments and environment."""

MAX_PARAMETERS_BYTES = 256 * KIB
"""The pipeline's parameters: they stand in the record beside the status of the steps."""

MAX_PLAN_BYTES = 16 * KIB * KIB
"""A whole plan: etcd is shared with everybody else in the cluster."""


def travels(code: CodePackage) -> bool:
    """Whether a code package is small enough for ConfigMaps; a larger one is kept in the artifact store."""
    return len(code.data) <= MAX_CODE_BYTES


def check_code(code: CodePackage, store: ArtifactStoreConfig | None) -> None:
    """Refuses a code package that neither travels nor can be kept where the steps find it.

    Raises:
        InvalidInputError: It is larger than `MAX_CODE_BYTES`, and there is no store that can be reached from here; or
            larger than `MAX_KEPT_CODE_BYTES`.
    """
    if len(code.data) > MAX_KEPT_CODE_BYTES:
        raise InvalidInputError(
            f"the code package is {-(-len(code.data) // (KIB * KIB))} MiB zipped ({code.files} files), more than the "
            f"{MAX_KEPT_CODE_BYTES // (KIB * KIB)} MiB that an artifact store keeps of it. {largest(code)}",
            hint=WAYS_OUT,
        )
    if travels(code) or (store and not store.path.startswith("file:")):
        return
    why = (
        f", and the artifact store {store.path} is a volume that only pods reach"
        if store
        else ", and there is no artifact store to keep it in"
    )
    raise InvalidInputError(
        f"the code package is {-(-len(code.data) // KIB)} KiB zipped ({code.files} files), more than the "
        f"{MAX_CODE_BYTES // KIB} KiB that travel with a run{why}. {largest(code)}",
        hint=WAYS_OUT,
    )


def largest(code: CodePackage) -> str:
    """The largest files of a package by what they add to it, as a sentence."""
    with zipfile.ZipFile(io.BytesIO(code.data)) as archive:
        found = sorted(archive.infolist(), key=lambda entry: -entry.compress_size)[:5]
    told = ", ".join(f"{entry.filename} ({-(-entry.compress_size // KIB)} KiB)" for entry in found)
    return f"The largest, as zipped: {told}."


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuses parameters that are no JSON or too large for the record.

    Raises:
        InvalidInputError: The message names the parameter, or the size.
    """
    for name, value in parameters.items():
        _json(value, f"parameter {name!r}")
    size = len(json.dumps(dict(parameters)))
    if size > MAX_PARAMETERS_BYTES:
        raise InvalidInputError(
            f"the parameters are {size // KIB} KiB, more than the {MAX_PARAMETERS_BYTES // KIB} KiB allowed",
            hint="Pass where the data is kept instead of the data.",
        )


def check_step(
    step: StepSpec, *, outputs: Mapping[str, tuple[str, ...]], mapped: Collection[str], program_characters: int
) -> None:
    """Refuses a step whose inputs don't exist or don't fit, or whose environment collides with k8stui's own.

    Args:
        step: The step.
        outputs: Names of the outputs of each step.
        mapped: Names of the steps that fall into items.
        program_characters: Characters of our program and the code package in its environment.

    Raises:
        InvalidInputError: The message names the step and the input or variable.
    """
    where = f"step {step.name!r}"
    size = 0
    if (place := item_place(step.name)) is not None and place[0] in mapped:
        raise InvalidInputError(f"{where} is called like an item of {place[0]!r}", hint="Give it another name.")
    for name, value in step.inputs.items():
        size += _input_characters(value, f"{where}, input {name!r}", outputs)
    if size > MAX_INPUT_BYTES:
        raise InvalidInputError(
            f"{where}: its inputs are {size // KIB} KiB, more than the {MAX_INPUT_BYTES // KIB} KiB that travel to a "
            "step without an artifact store",
            hint="Pass where the data is kept instead of the data.",
        )
    if size + program_characters > MAX_ENVIRONMENT_CHARACTERS:
        raise InvalidInputError(
            f"{where}: code package and inputs are {(size + program_characters) // KIB} KiB together, more than the "
            f"{MAX_ENVIRONMENT_CHARACTERS // KIB} KiB that Linux lets through",
            hint="Keep data out of the pipeline's folder, or pass where the data is kept instead of the data.",
        )
    _check_variables(step, where)


def _input_characters(value: Input, where: str, outputs: Mapping[str, tuple[str, ...]]) -> int:
    for source, output in value.sources():
        if source not in outputs:
            raise InvalidInputError(f"{where}: there is no step {source!r}")
        if output not in outputs[source]:
            known = f"It has: {', '.join(outputs[source])}" if outputs[source] else "It has no outputs."
            raise InvalidInputError(f"{where}: step {source!r} has no output {output!r}", hint=known)
    if value.items is not None:
        return sum(_input_characters(item, where, outputs) for item in value.items)
    return len(_json(value.value, where)) if value.is_value else 0


def _check_variables(step: StepSpec, where: str) -> None:
    for name, value in step.env.items():
        if problem := env_name_problem(name):
            raise InvalidInputError(f"{where}, env: {name!r} is not possible: {problem}")
        if not isinstance(value, str):
            raise InvalidInputError(f"{where}, env {name!r}: {value!r} must be a text", hint=f"Write '{value}'.")
        refuse_own_variable(name, f"{where}, env")
    if step.kind != KIND_CONTAINER:
        return
    taken = {name: f"the variable {name!r} of env" for name in step.env}
    for name in step.inputs:
        variable = input_variable(name)
        if variable in taken:
            raise InvalidInputError(f"{where}: input {name!r} becomes {variable}, but so does {taken[variable]}")
        taken[variable] = f"input {name!r}"


def _json(value: Any, where: str) -> str:
    try:
        return json.dumps(value)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f"{where}: a value of type {type(value).__name__} cannot travel as JSON: {error}",
            hint="Pass texts, numbers, true/false, lists and dictionaries, or make the value inside a step.",
        ) from None
