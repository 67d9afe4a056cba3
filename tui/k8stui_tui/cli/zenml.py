"""`k8stui run` of a file of ZenML: run as its user would run it, then its run is found and followed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.cli.output import Format, note, say, structured
from k8stui_tui.cli.session import EXIT_FAILED, execute, place_of
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster

_PATIENCE = 5.0
"""Seconds that the script gets to end after ctrl+c, which it hears as well."""

_HAS_ZENML = "import importlib.util, sys; sys.exit(importlib.util.find_spec('zenml') is None)"

NOTHING = (
    "No run of ZenML has begun in this cluster, as far as you may see: it ran elsewhere (zenml stack describe), "
    "or all of it was cached."
)

FAILED = "No run of ZenML has begun in this cluster, as far as you may see. What the file wrote tells why it failed."


def run_theirs(
    path: Path,
    options: Sequence[str],
    *,
    synchronous: bool | None,
    output: Format,
    place: tuple[str | None, str | None, Path | None],
) -> NoReturn:
    """Run a file of ZenML and follow the run that it begins; leaves with its outcome.

    Args:
        path: The file.
        options: Those that were given and that only pipelines of k8stui know.
        synchronous: False to leave when the file has ended.
        output: How to print the run.
        place: Context, namespace and kubeconfig, as for every verb.

    Raises:
        InvalidInputError: Such an option was given, or zenml is not installed where `python` is.
    """
    if options:
        raise InvalidInputError(
            f"{options[0]} is for pipelines of k8stui, and {path} is a file of ZenML.",
            hint="It is run as `python FILE` would run it. To make it a pipeline of k8stui, see docs/from-zenml.md.",
        )

    async def work() -> int:
        from k8stui.authoring.zenmlfile import zenml_pipelines
        from k8stui.control.zenml.begun import begun, orchestrators, schedules

        python = await _python()
        async with place_of(*place) as (cluster, _):
            cluster.guard.admit_elsewhere(f"run {path}, which may change anything")
            runs, scheduled = await asyncio.gather(orchestrators(cluster), schedules(cluster))
            note(f"{cell(str(path))} is a file of ZenML, run by {python}.")
            code = await _script(python, path, quiet=output not in (Format.TABLE, Format.WIDE))
            pipelines = zenml_pipelines(path)
            made = begun(scheduled, await schedules(cluster), pipelines)
            for one in made:
                _tell_schedule(one)
            found = begun(runs, await orchestrators(cluster), pipelines)
            if not found:
                return _without_run(path, code, scheduled=bool(made))
            return await _tell(cluster, found, code, synchronous=synchronous is not False, output=output)

    execute(work(), interrupted="Interrupted; a run that had begun goes on: k8stui runs list --all-namespaces")


async def _python() -> str:
    """The Python that a person would run the file by: the one on PATH, or else ours, where zenml is installed."""
    candidates = list(dict.fromkeys(filter(None, (shutil.which("python"), shutil.which("python3"), sys.executable))))
    for python in candidates:
        probe = await asyncio.create_subprocess_exec(python, "-c", _HAS_ZENML, stderr=asyncio.subprocess.DEVNULL)
        if await probe.wait() == 0:
            return python
    raise InvalidInputError(
        f"This is a file of ZenML, and {candidates[0]} has no zenml.",
        hint="Activate the environment that has it, and run it again there.\n"
        "To make it a pipeline of k8stui, other imports are enough: docs/from-zenml.md.",
    )


async def _script(python: str, path: Path, *, quiet: bool) -> int:
    """Run the file with our streams; where the answer is for programs, all that it says goes to standard error."""
    process = await asyncio.create_subprocess_exec(
        python, os.fspath(path), stdout=sys.stderr.fileno() if quiet else None
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        with suppress(ProcessLookupError):
            process.terminate()
        raise


def _without_run(path: Path, code: int, *, scheduled: bool) -> int:
    if code:
        raise K8stuiError(f"{path} ended with exit code {code}.", hint=FAILED)
    if not scheduled:
        note(NOTHING)
    return 0


def _tell_schedule(cron_job: dict[str, Any]) -> None:
    name, namespace = (str(cron_job["metadata"][key]) for key in ("name", "namespace"))
    note(f"schedule {cell(name)} in namespace {namespace}: k8stui schedule describe {cell(name)} -n {namespace}")


async def _tell(cluster: Cluster, found: list[dict[str, Any]], code: int, *, synchronous: bool, output: Format) -> int:
    from k8stui.control.runs.reading import show_run
    from k8stui.control.zenml.views import run_name
    from k8stui_tui.cli.following import Shown, follow

    runs = [(run_name(job), str(job["metadata"]["namespace"])) for job in found]
    if runs[1:]:
        note("Several runs have begun; the first is followed.")
    for run, namespace in runs:
        note(f"run {cell(run)} in namespace {namespace}: k8stui runs watch {cell(run)} -n {namespace}")
    run, namespace = runs[0]
    plain = output in (Format.TABLE, Format.WIDE)
    if synchronous:
        view = await follow(cluster, run, namespace, Shown(sys.stdout if plain else sys.stderr))
        code = code or (0 if view.state.value == "succeeded" else EXIT_FAILED)
    if output.structured:
        say(structured(await show_run(cluster, run, namespace=namespace), output))
    elif output is Format.NAME:
        say(run)
    return code
