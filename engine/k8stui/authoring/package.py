"""The code package: the author's source files as one zip, which step pods put first on their path.

What goes in is simple to foresee: all Python files and text data files (`SUFFIXES`) below the directory that the
pipeline's module is imported from (for a script: its own directory), and the same for modules of its steps that live
elsewhere. Left out are hidden files, virtual environments, installed packages, caches, and what `.k8stuiignore` names.
The same files always make the same bytes.
"""

from __future__ import annotations

import fnmatch
import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from k8stui.authoring.places import shown
from k8stui.authoring.sources import Source
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import CodePackage

SUFFIXES = frozenset(
    (".py", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".txt", ".csv", ".tsv", ".sql", ".md", ".j2")
)
"""Files of these endings are packed."""

SKIPPED_FOLDERS = frozenset(("__pycache__", "node_modules", "site-packages", "dist-packages", "__snapshots__"))
"""Folders of these names are not; nor are hidden ones and virtual environments."""

MAX_ZIP_BYTES = 700 * 1024
"""Largest package that travels with the plan: it must fit in a container's environment as base64."""

MAX_RAW_BYTES = 32 * 1024 * 1024
"""Where collecting stops: source code is smaller, so the directory is not one of source code."""

IGNORE_FILE = ".k8stuiignore"

_TIME = (1980, 1, 1, 0, 0, 0)


def of_sources(steps: Iterable[Source], pipeline: Source) -> CodePackage:
    """The package for a pipeline.

    Args:
        steps: Where its Python steps are defined.
        pipeline: Where the pipeline itself is.

    Raises:
        InvalidInputError: It is too large, two directories hold different files of one name, or a step's own file is
            left out by `.k8stuiignore`.
    """
    needed = [source for source in dict.fromkeys((pipeline, *steps)) if source.root and not source.installed]
    files: dict[str, Path] = {}
    for root in dict.fromkeys(source.root for source in needed if source.root):
        for name, path in collect(root).items():
            other = files.setdefault(name, path)
            if other != path and other.read_bytes() != path.read_bytes():
                raise InvalidInputError(
                    f"{shown(other)} and {shown(path)} would be the same file {name} in the code package",
                    hint="Steps of one pipeline share one package: rename one, or keep them in one directory.",
                )
    packed = set(files.values())
    for source in needed:
        if source.file is not None and source.file not in packed:
            raise InvalidInputError(
                f"{shown(source.file)} is needed by a step and left out of the code package",
                hint=f"Its name is hidden, in a skipped folder, or matched by {IGNORE_FILE}.",
            )
    return zipped(files)


def collect(root: Path) -> dict[str, Path]:
    """The files to pack below a directory, by their path in the package.

    Raises:
        InvalidInputError: They are far too large, or the ignore file is not understood.
    """
    ignored = _patterns(root)
    found: dict[str, Path] = {}
    total = 0
    for path in _walk(root, ignored):
        found[path.relative_to(root).as_posix()] = path
        total += path.stat().st_size
        if total > MAX_RAW_BYTES:
            raise _too_large(f"The files below {shown(root)} come to more than {MAX_RAW_BYTES >> 20} MiB", found)
    return found


def zipped(files: dict[str, Path]) -> CodePackage:
    """The files as one zip, the same bytes for the same content.

    Raises:
        InvalidInputError: It is too large to travel with the plan.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=_TIME)
            entry.create_system = 3  # Unix, whatever system packs it
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    data = buffer.getvalue()
    if len(data) > MAX_ZIP_BYTES:
        raise _too_large(
            f"The code package comes to {len(data) >> 10} KiB zipped, and at most {MAX_ZIP_BYTES >> 10} KiB travel "
            "with a run",
            files,
        )
    return CodePackage(data=data, digest=hashlib.sha256(data).hexdigest(), files=len(files))


def skipped(folder: Path) -> bool:
    """Whether a folder holds no source of the author's: it is hidden, made by a tool, or a virtual environment."""
    name = folder.name
    return (
        name.startswith(".")
        or name in SKIPPED_FOLDERS
        or name.endswith(".egg-info")
        or (folder / "pyvenv.cfg").exists()
    )


def _walk(root: Path, ignored: list[str]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not skipped(here / name) and not _matches((here / name).relative_to(root), ignored, folder=True)
        )
        for name in sorted(names):
            path = here / name
            if name.startswith(".") or path.suffix not in SUFFIXES or not path.is_file():
                continue
            if not _matches(path.relative_to(root), ignored, folder=False):
                yield path


def _patterns(root: Path) -> list[str]:
    file = root / IGNORE_FILE
    if not file.is_file():
        return []
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    for number, line in enumerate(lines, start=1):
        if line.startswith("!"):
            raise InvalidInputError(f"{shown(file)}:{number}: patterns with ! are not understood here")
    return [line for line in lines if line and not line.startswith("#")]


def _matches(path: Path, patterns: list[str], *, folder: bool) -> bool:
    """Whether a pattern names this path: with a slash inside from the root, without at any depth, `dir/` folders."""
    whole = PurePosixPath(path).as_posix()
    for pattern in patterns:
        if pattern.endswith("/") and not folder:
            continue
        bare = pattern.strip("/")
        anchored = "/" in pattern.rstrip("/")
        if fnmatch.fnmatchcase(whole if anchored else path.name, bare):
            return True
    return False


def _too_large(message: str, files: dict[str, Path]) -> InvalidInputError:
    sizes = sorted(((path.stat().st_size, name) for name, path in files.items()), reverse=True)[:5]
    largest = ", ".join(f"{name} ({size / 1024:.0f} KiB)" for size, name in sizes)
    return InvalidInputError(
        f"{message}. The largest: {largest}",
        hint=f"Name what the steps do not need in a file {IGNORE_FILE} there, or move the pipeline to a directory "
        "of its own.",
    )
