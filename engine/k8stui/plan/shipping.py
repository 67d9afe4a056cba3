"""The in-cluster program as zips, so that pods need nothing of ours in their image: one for masters, one for steps.

A zip is the same for the same source: fixed times and order. It travels in environment variables, as base64 text. Node
and container runtime keep several copies of a container's environment, so a step carries only what it runs, and no
docstring.
"""

from __future__ import annotations

import functools
import importlib.resources
import io
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable

from k8stui.incluster.bootstrap import PACKAGE
from k8stui.plan.stripping import strip

STANDINS = "standins"
"""Folder of the inert `k8stui` and `kubernetes` that let the author's imports succeed in any image."""

RUNNER = frozenset(
    f"{name}.py"
    for name in (
        "__init__",
        "handover",
        "progress",
        "references",
        "report",
        "requiring",
        "signing",
        "step",
        "variables",
        "telling",
        "unzip",
    )
)
"""The modules that a step runs."""

STORING = frozenset(
    f"{name}.py"
    for name in (
        "archiving",
        "artifacts",
        "buckets",
        "classes",
        "folders",
        "forking",
        "material",
        "materials",
        "stores",
        "supervising",
    )
)
"""Those that it runs besides where the run has an artifact store."""

STEP_ONLY = frozenset((*STORING, "requiring.py", "step.py", "telling.py", "unzip.py"))
"""Those of them that no master runs; it has all other modules, and needs no stand-ins."""

MAX_ZIP_BYTES = 96 * 1024
"""Every pod carries its zip twice over in the API server's answers to the kubelet, so it must stay small."""

_TIME = (1980, 1, 1, 0, 0, 0)


@functools.cache
def master_zip() -> bytes:
    """Our modules under `k8stui_incluster/`."""
    own = [(path, data) for path, data in _files() if not path.startswith(f"{STANDINS}/") and path not in STEP_ONLY]
    return _zip({f"{PACKAGE}/{path}": data for path, data in own})


@functools.cache
def runner_zip(*, storing: bool = False) -> bytes:
    """The modules of the runner under `k8stui_incluster/`, the stand-ins under `standins/`.

    Args:
        storing: Whether the run has an artifact store.
    """
    wanted = RUNNER | STORING if storing else RUNNER
    files = {path: data for path, data in _files() if path.startswith(f"{STANDINS}/")}
    return _zip(files | {f"{PACKAGE}/{path}": data for path, data in _files() if path in wanted})


@functools.cache
def master_text() -> str:
    """The master's zip as base64 text."""
    return b64encode(master_zip()).decode("ascii")


@functools.cache
def runner_text(*, storing: bool = False) -> str:
    """The runner's zip as base64 text."""
    return b64encode(runner_zip(storing=storing)).decode("ascii")


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return buffer.getvalue()


def _files() -> list[tuple[str, bytes]]:
    return list(_sources(importlib.resources.files("k8stui.incluster")))


def _sources(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield f"{prefix}{entry.name}", strip(entry.read_text(encoding="utf-8")).encode()
