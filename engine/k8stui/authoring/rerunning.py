"""Runs again what ran before, with other parameters: its own code puts the steps together once more.

The pipeline is a function, so other parameters may mean other steps. It is read from the code package that is kept with
the earlier run; for that the package is unpacked and loaded on this machine, as `k8stui run FILE` loads a file.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from k8stui.authoring.opening import opened
from k8stui.authoring.package import MAX_RAW_BYTES
from k8stui.cluster.client import Cluster
from k8stui.control import records
from k8stui.control.rerunning import KeptRun, kept_run
from k8stui.control.submit import OnStage, RunRef, SubmitOptions, submit
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import CodePackage, PipelineSpec


async def rerun_with(
    cluster: Cluster,
    run: str,
    changes: Mapping[str, str],
    *,
    namespace: str | None = None,
    cache: bool = True,
    on_stage: OnStage | None = None,
) -> RunRef:
    """Start a run like an earlier one, with other values for some parameters.

    Args:
        cluster: Where.
        run: The earlier run, in whatever state.
        changes: Texts by parameter, as `--param` takes them; the others keep the values they had.
        namespace: The context's when None.
        cache: Whether results of earlier runs are used.
        on_stage: Called at the beginning of each stage.

    Raises:
        NotFoundError: There is no such run, or what it was started with is gone.
        InvalidInputError: A parameter is unknown or does not fit, or the run keeps no code of its pipeline.
        K8stuiError: As for `submit`.
    """
    kept = await kept_run(cluster, run, namespace=namespace)
    spec = await traced(kept, changes)
    options = SubmitOptions(
        namespace=kept.namespace,
        image=str(kept.header.get("image") or ""),
        handover=kept.plan.handover,
        cache=cache,
        rerun_of=run,
    )
    return await submit(cluster, spec, options, on_stage=on_stage)


async def traced(kept: KeptRun, changes: Mapping[str, str]) -> PipelineSpec:
    """The pipeline of an earlier run with other parameters, of the code that this run had.

    Raises:
        InvalidInputError: A parameter is unknown or does not fit, or the run keeps no code of its pipeline.
    """
    source, data = records.source_target(kept.header), kept.code
    file, _, name = source.rpartition(":")
    with tempfile.TemporaryDirectory(prefix="k8stui-rerun-") as folder:
        files = _unpacked(data, Path(folder)) if data else 0
        if not file or not _is_inside(Path(folder), file):
            raise InvalidInputError(
                f"The run {kept.run} keeps no code that its steps could be put together from once more.",
                hint="Without --param it runs again as it was. With others, run its file: k8stui run FILE --param …",
            )
        made = await opened(f"{folder}/{file}:{name}", lambda loaded: _trace(loaded, kept.plan.parameters, changes))
    code = CodePackage(data, hashlib.sha256(data).hexdigest(), files)
    return replace(made.result, code=made.result.code and code, source=source, schedule=None)


def _trace(loaded: Any, earlier: Mapping[str, Any], changes: Mapping[str, str]) -> PipelineSpec:
    where = f"pipeline {loaded.name!r}"
    given = dict(earlier)
    for parameter in loaded.parameters:
        if parameter.required or parameter.name not in given:
            continue
        if parameter.to_json(parameter.default, where=where) == given[parameter.name]:
            del given[parameter.name]  # It was left to its default, which may be of another type than its parameter.
    spec: PipelineSpec = loaded.trace({**given, **changes})
    return spec


def _is_inside(folder: Path, file: str) -> bool:
    path = (folder / file).resolve()
    return path.is_file() and path.is_relative_to(folder.resolve())


def _unpacked(data: bytes, folder: Path) -> int:
    """Unpack a code package; gives the number of its files. What points out of the folder is put into it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_RAW_BYTES:
            raise InvalidInputError(f"The code of the run comes to more than {MAX_RAW_BYTES >> 20} MiB.")
        archive.extractall(folder)  # It leaves out drives, roots and `..` by itself.
        return len(archive.infolist())
