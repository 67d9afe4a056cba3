"""The in-cluster program as one zip, so that pods need nothing of ours in their image.

The zip is the same for the same source: fixed times and order. It travels in environment variables, as base64 text.
"""

from __future__ import annotations

import functools
import importlib.resources
import io
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from k8stui.incluster.bootstrap import PACKAGE

STANDINS = "standins"
"""Folder of the inert `k8stui` and `kubernetes` that let the author's imports succeed in any image."""

MAX_ZIP_BYTES = 96 * 1024
"""Every pod carries the zip twice over in the API server's answers to the kubelet, so it must stay small."""

_TIME = (1980, 1, 1, 0, 0, 0)


@functools.cache
def incluster_zip() -> bytes:
    """The zip: our modules under `k8stui_incluster/`, the stand-ins under `standins/`."""
    root = importlib.resources.files("k8stui.incluster")
    files = {(path if path.startswith(f"{STANDINS}/") else f"{PACKAGE}/{path}"): data for path, data in _sources(root)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return buffer.getvalue()


@functools.cache
def incluster_text() -> str:
    """The zip as base64 text."""
    return b64encode(incluster_zip()).decode("ascii")


def _sources(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield f"{prefix}{entry.name}", entry.read_bytes()
