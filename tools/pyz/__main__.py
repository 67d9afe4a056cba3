"""Make `dist/k8stui.pyz`: k8stui and all it needs in one file, for hosts with a Python and nothing else.

Not by shiv, for three reasons. Its files are for the one Python they were made with, because some packages are
compiled, and hosts have different ones. Each start reads the list of all 5,000 files, which alone takes longer than
`k8stui --version`. And it believes in any folder that it finds where it would have unpacked. So this is a zip of three
files: a `__main__` (`start.py`), one that unpacks, and the packages, which only that one looks into.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import platform
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from tools.pyz.gathering import OWN, ROOT, CannotGatherError, fetched, files_of, is_shared, needed, own_files

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SHEBANG = b"#!/usr/bin/env python3\n"

_DATE = (1980, 1, 1, 0, 0, 0)  # the same packages make the same file


def make(target: Path, *, pythons: Iterable[str] = PYTHONS, extras: Iterable[str] = (), level: int = 9) -> None:
    """Make the file.

    Args:
        target: Its path.
        pythons: Versions of Python that it should run on; for others than this one pip fetches compiled packages.
        extras: Extras of k8stui that it should have, such as `aws`.
        level: Of compression, 1 to 9.

    Raises:
        CannotGatherError: A package cannot be had.
    """
    pythons, extras = tuple(pythons), tuple(extras)
    with tempfile.TemporaryDirectory(prefix="k8stui-pyz-") as folder:
        packages = _zip(_gather(pythons, extras, Path(folder)), zipfile.ZIP_DEFLATED, level)
    filled = {"DIGEST": hashlib.sha256(packages).hexdigest(), "PYTHONS": pythons, "MACHINE": platform.machine()}
    start = _source("start.py")
    for name, value in filled.items():
        start = re.sub(rf"^{name} = .*$", f"{name} = {value!r}", start, flags=re.MULTILINE)
    parts = {"__main__.py": start.encode(), "unpacking.py": _source("unpacking.py").encode(), "packages.zip": packages}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SHEBANG + _zip(parts, zipfile.ZIP_STORED, 0))
    target.chmod(0o755)


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _gather(pythons: tuple[str, ...], extras: tuple[str, ...], folder: Path) -> dict[str, bytes]:
    found = {f"shared/{place}": path.read_bytes() for place, path in own_files()}
    for python in pythons:
        missing: dict[str, str] = {}
        for name, distribution in needed(python, extras).items():
            if name == OWN and distribution is not None:
                told = distribution.read_text("METADATA") or ""
                found[f"shared/{OWN}-{distribution.version}.dist-info/METADATA"] = told.encode()
            elif distribution is not None and is_shared(distribution):
                found.update((f"shared/{place}", path.read_bytes()) for place, path in files_of(distribution))
            elif distribution is not None and python == HERE:
                found.update((f"py{python}/{place}", path.read_bytes()) for place, path in files_of(distribution))
            else:
                missing[name] = distribution.version if distribution else ""
        if missing:
            got = fetched(python, platform.machine(), missing, folder / python)
            found.update((f"py{python}/{place}", path.read_bytes()) for place, path in got)
    return found


def _zip(parts: dict[str, bytes], method: int, level: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=level) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, _DATE), parts[name], method, level)
    return stream.getvalue()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make pyz ARGS=…", description="Make k8stui.pyz.")
    parser.add_argument("--target", type=Path, default=ROOT / "dist" / "k8stui.pyz", help="the file")
    parser.add_argument("--pythons", nargs="+", default=PYTHONS, help="versions of Python that it should run on")
    parser.add_argument("--extras", nargs="*", default=(), help="connectors that it should have: aws, gcp, azure")
    given = parser.parse_args()
    try:
        make(given.target, pythons=given.pythons, extras=given.extras)
    except CannotGatherError as error:
        raise SystemExit(str(error)) from None
    size = given.target.stat().st_size / 1e6
    told = f"{given.target} ({size:.0f} MB): k8stui {metadata.version(OWN)} for Python {', '.join(given.pythons)}"
    sys.stdout.write(f"{told} on {platform.machine()}\n")


if __name__ == "__main__":
    main()
