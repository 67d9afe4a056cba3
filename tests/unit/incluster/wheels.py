"""Packages, as an index of packages would serve them."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path


def tinylib(folder: Path, version: str = "1.0") -> None:
    """A package `tinylib` with a program `tinytool`."""
    source = f"VERSION = '{version}'\ndef main(): print('tool of', VERSION)\n"
    wheel(folder, "tinylib", source, version=version, entries="[console_scripts]\ntinytool = tinylib:main\n")


def wheel(folder: Path, name: str, source: str, *, version: str = "1.0", entries: str = "") -> None:
    """A package of one module, as an index would serve it."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": entries,
    }
    lines = [f"{name},sha256={_digest(text)},{len(text)}" for name, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
