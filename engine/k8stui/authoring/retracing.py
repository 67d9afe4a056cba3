"""Puts the steps of a pipeline together once more, from the code that is kept with a run or a schedule.

The pipeline is a function, so other parameters may mean other steps. For that its code package is unpacked and loaded
on this machine, as `k8stui run FILE` loads a file.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from k8stui.authoring.ignoring import OWN_FILE
from k8stui.authoring.opening import opened
from k8stui.authoring.package import max_raw_bytes
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import CodePackage, PipelineSpec

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What `zipfile` and the file system say of zips that nobody packs for use."""


@dataclass(frozen=True)
class KeptPipeline:
    """A pipeline as it is kept.

    Attributes:
        whose: What it is kept with, for errors: `run train-1a2b3c`.
        source: The file and pipeline it was read from, `flows/train.py:train` below the root of its package.
        code: The code package, a zip; empty where there is none.
        parameters: What its parameters were.
        instead: What a person does where there is no code, for errors.
    """

    whose: str
    source: str
    code: bytes
    parameters: Mapping[str, Any]
    instead: str


async def retraced(kept: KeptPipeline, changes: Mapping[str, str | None]) -> PipelineSpec:
    """The pipeline with other parameters, of the code that is kept.

    Args:
        kept: What is kept.
        changes: Texts by parameter, as `--param` takes them, or None for its default; the others stay as they were.

    Raises:
        InvalidInputError: A parameter is unknown or does not fit, or no code is kept.
    """
    file, _, name = kept.source.rpartition(":")
    with tempfile.TemporaryDirectory(prefix="k8stui-kept-") as folder:
        files = unpacked(kept.code, Path(folder), kept.whose) if kept.code else 0
        if not file or not _is_inside(Path(folder), file):
            raise InvalidInputError(
                f"The {kept.whose} keeps no code that its steps could be put together from once more.",
                hint=kept.instead,
            )
        made = await opened(f"{folder}/{file}:{name}", lambda loaded: trace(loaded, kept.parameters, changes))
    code = CodePackage(kept.code, hashlib.sha256(kept.code).hexdigest(), files)
    return replace(made.result, code=made.result.code and code, source=kept.source, schedule=None)


def trace(loaded: Any, earlier: Mapping[str, Any], changes: Mapping[str, str | None]) -> PipelineSpec:
    """Trace a pipeline with what its parameters were before, and with changes of them.

    Args:
        loaded: The pipeline.
        earlier: The values that its parameters had, as JSON.
        changes: Texts by parameter, or None for its default.

    Raises:
        InvalidInputError: A parameter is unknown or does not fit.
    """
    where = f"pipeline {loaded.name!r}"
    known = {*earlier, *(parameter.name for parameter in loaded.parameters)}
    if unknown := [name for name, text in changes.items() if text is None and name not in known]:
        raise InvalidInputError(f"{where} has no parameter {unknown[0]!r} that could go back to its default")
    given = {name: value for name, value in earlier.items() if name not in changes}
    for parameter in loaded.parameters:
        if parameter.required or parameter.name not in given:
            continue
        if parameter.to_json(parameter.default, where=where) == given[parameter.name]:
            del given[parameter.name]  # It was left to its default, which may be of another type than its parameter.
    spec: PipelineSpec = loaded.trace({**given, **{name: text for name, text in changes.items() if text is not None}})
    return spec


def _is_inside(folder: Path, file: str) -> bool:
    path = (folder / file).resolve()
    return path.is_file() and path.is_relative_to(folder.resolve())


def unpacked(data: bytes, folder: Path, whose: str) -> int:
    """Unpack a code package; gives the number of its files. What points out of the folder is put into it.

    Args:
        data: The package, a zip.
        folder: An empty folder.
        whose: What it is kept with, for errors.

    Raises:
        InvalidInputError: It is too large, damaged, or nothing that k8stui has packed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > max_raw_bytes():
                raise InvalidInputError(f"The code of the {whose} comes to more than {max_raw_bytes() >> 20} MiB.")
            archive.extractall(folder)  # It leaves out drives, roots and `..` by itself, and makes no links.
            # What was packed once is wanted, whatever it is called, and whatever repository temporary files lie in.
            (folder / ".git").mkdir(exist_ok=True)
            (folder / OWN_FILE).write_text("!*\n", encoding="utf-8")
            return len(archive.infolist())
    except _DAMAGED as error:
        raise InvalidInputError(
            f"The code that is kept with the {whose} cannot be unpacked: {error}.",
            hint="Run its file again: k8stui run FILE",
        ) from error
