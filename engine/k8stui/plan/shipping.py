"""The in-cluster program as text, so that pods need nothing of ours in their image: one for masters, one for steps.

It is the same for the same source, and travels in environment variables; `incluster.bootstrap` unpacks it. Node and
container runtime keep several copies of a container's environment, so a step carries only what it runs, compressed as a
whole, and no docstring.
"""

from __future__ import annotations

import functools
import importlib.resources
import zlib
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from importlib.resources.abc import Traversable

from k8stui.incluster.bootstrap import OURS, PACKAGE
from k8stui.plan.stripping import strip

STANDINS = "standins"
"""Folder of the inert `k8stui` and `kubernetes` that let the author's imports succeed in any image."""

RUNNER = ("wire", "runner")
"""The packages whose modules a step runs."""

STORING = "runner/storing"
"""The package that it runs besides where the run has an artifact store."""

MASTER = ("wire", "contract", "scheduling", "master")
"""The packages whose modules a master runs."""

MAX_CHARACTERS = 96 * 1024
"""Every pod carries its program twice over in the API server's answers to the kubelet, so it must stay small."""


def master_files() -> dict[str, bytes]:
    """Source by path: our modules under `ours/k8stui_incluster/`."""
    return _ours(MASTER)


def runner_files(*, storing: bool = False) -> dict[str, bytes]:
    """Source by path: the runner's modules under `ours/k8stui_incluster/`, the stand-ins under `standins/`.

    Args:
        storing: Whether the run has an artifact store.
    """
    standins = {path: source for path, source in _files() if path.startswith(f"{STANDINS}/")}
    return standins | _ours((*RUNNER, STORING) if storing else RUNNER)


@functools.cache
def master_text() -> str:
    """The master's program as it travels."""
    return packed(master_files())


@functools.cache
def runner_text(*, storing: bool = False) -> str:
    """The runner's program as it travels."""
    return packed(runner_files(storing=storing))


def packed(files: Mapping[str, bytes]) -> str:
    """Files as one text: base64 of what zlib makes of paths and contents, with a NUL between any two of them."""
    parts = [part for path in sorted(files) for part in (path.encode(), files[path])]
    return b64encode(zlib.compress(b"\0".join(parts), level=9)).decode("ascii")


def _ours(packages: Collection[str]) -> dict[str, bytes]:
    wanted = {"", *packages}
    files = (
        (path, source) for path, source in _files() if path.rpartition("/")[0] in wanted and path != "bootstrap.py"
    )
    return {f"{OURS}/{PACKAGE}/{path}": source for path, source in files}


@functools.cache
def _files() -> tuple[tuple[str, bytes], ...]:
    return tuple(_sources(importlib.resources.files("k8stui.incluster")))


def _sources(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield f"{prefix}{entry.name}", strip(entry.read_text(encoding="utf-8")).encode()
