"""The code package: the author's source files as one zip, which step pods put first on their path.

What goes in is simple to foresee: all Python files and text data files (`SUFFIXES`) below the directory that the
pipeline's module is imported from (for a script: its own directory), and the same for modules of its steps that live
elsewhere; and of the author's other modules that these import (`imported`), those modules alone. Left out are hidden
files, virtual environments, installed packages, caches, and what `.gitignore` and `.k8stuiignore` name (`ignoring`).
What looks like a secret is refused (`secretlike`). The same files always make the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from k8stui.authoring.ignoring import GIT_FILE, OWN_FILE, Ignoring
from k8stui.authoring.imported import homes_of
from k8stui.authoring.places import shown
from k8stui.authoring.secretlike import secret_in
from k8stui.authoring.sources import Source
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import CodePackage
from k8stui.model.variables import MAX_CODE_VARIABLE

SUFFIXES = frozenset(
    (".py", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".txt", ".csv", ".tsv", ".sql", ".md", ".j2")
)
"""Files of these endings are packed."""

SKIPPED_FOLDERS = frozenset(("__pycache__", "node_modules", "site-packages", "dist-packages", "__snapshots__"))
"""Folders of these names are not; nor are hidden ones and virtual environments."""

MAX_RAW_MIB = 32
"""Where collecting stops, if `MAX_CODE_VARIABLE` says nothing else: a directory of source code is smaller."""

_TIME = (1980, 1, 1, 0, 0, 0)


def of_sources(steps: Iterable[Source], pipeline: Source) -> CodePackage:
    """The package for a pipeline.

    Args:
        steps: Where its Python steps are defined.
        pipeline: Where the pipeline itself is.

    Raises:
        InvalidInputError: As for `files_of`.
    """
    return zipped(files_of(steps, pipeline))


def files_of(steps: Iterable[Source], pipeline: Source) -> dict[str, Path]:
    """The files of the package for a pipeline, by their path in it.

    Args:
        steps: Where its Python steps are defined.
        pipeline: Where the pipeline itself is.

    Raises:
        InvalidInputError: They are far too large, two directories hold different files of one name, a step's own file
            is left out by an ignore file, or a file looks like a secret.
    """
    needed = [source for source in dict.fromkeys((pipeline, *steps)) if source.root and not source.installed]
    files: dict[str, Path] = {}

    def add(root: Path, below: Path) -> None:
        for name, path in collect(root, below).items():
            other = files.setdefault(name, path)
            if other != path and other.read_bytes() != path.read_bytes():
                raise InvalidInputError(
                    f"{shown(other)} and {shown(path)} would be the same file {name} in the code package",
                    hint="Steps of one pipeline share one package: rename one, or keep them in one directory.",
                )

    for root in dict.fromkeys(source.root for source in needed if source.root):
        add(root, root)
    packed = set(files.values())
    for source in needed:
        if source.file is not None and source.file not in packed:
            raise InvalidInputError(
                f"{shown(source.file)} is needed by a step and left out of the code package",
                hint="Its name is hidden, in a skipped folder, or matched by .gitignore or .k8stuiignore; a line with "
                f"! in {OWN_FILE} takes it in.",
            )
    homes_of([source.file for source in needed if source.file], files, add)
    return files


def collect(root: Path, below: Path | None = None) -> dict[str, Path]:
    """The files to pack, by their path in the package.

    Args:
        root: The directory that comes first on the path of a step.
        below: What of it is wanted, a folder or a file; None for all of it.

    Raises:
        InvalidInputError: They are far too large, one looks like a secret, or an ignore file is not understood.
    """
    found: dict[str, Path] = {}
    total, most = 0, max_raw_bytes()
    for path, wanted in _walk(below or root, Ignoring.below(root)):
        found[path.relative_to(root).as_posix()] = path
        total += path.stat().st_size
        if total > most:
            raise _too_large(f"The files below {shown(root)} come to more than {most >> 20} MiB", found)
        if not wanted and (what := secret_in(path.name, path.read_bytes())):
            raise _secret(path, what)
    return found


def zipped(files: dict[str, Path]) -> CodePackage:
    """The files as one zip, the same bytes for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=_TIME)
            entry.create_system = 3  # Unix, whatever system packs it
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    data = buffer.getvalue()
    return CodePackage(data=data, digest=hashlib.sha256(data).hexdigest(), files=len(files))


def max_raw_bytes() -> int:
    """Bytes that all files of a package may have together.

    Raises:
        InvalidInputError: The environment says something else than a number.
    """
    given = os.environ.get(MAX_CODE_VARIABLE, "")
    if given and not (given.isdecimal() and int(given)):
        raise InvalidInputError(
            f"{MAX_CODE_VARIABLE}: {given!r} is no number of MiB", hint="Write a whole number, such as 64."
        )
    return (int(given) if given else MAX_RAW_MIB) << 20


def skipped(folder: Path) -> bool:
    """Whether a folder holds no source of the author's: it is hidden, made by a tool, or a virtual environment."""
    name = folder.name
    return (
        name.startswith(".")
        or name in SKIPPED_FOLDERS
        or name.endswith(".egg-info")
        or (folder / "pyvenv.cfg").exists()
    )


def _walk(top: Path, ignoring: Ignoring) -> Iterator[tuple[Path, bool]]:
    """The files to pack, and whether a person asked for each by a line of their own."""
    if top.is_file():
        if not ignoring.left_out(top):
            yield top, False
        return
    for folder, folders, names in os.walk(top):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if not skipped(here / name) and not ignoring.left_out(here / name, folder=True)
        )
        for name in sorted({*names} - {GIT_FILE, OWN_FILE}):  # they say what is packed, and no step reads them
            path = here / name
            usual = not name.startswith(".") and path.suffix in SUFFIXES
            # Only a line of k8stui's own file takes in what is not packed anyway: few rules for thousands of images.
            left_out = ignoring.left_out(path) if usual else ignoring.own.says(path, folder=False)
            if (left_out is False or (usual and not left_out)) and path.is_file():
                yield path, left_out is False


def _secret(path: Path, what: str) -> InvalidInputError:
    return InvalidInputError(
        f"{shown(path)} looks like a secret ({what}) and would be kept with each run, in ConfigMaps",
        hint="Give it to the steps by a Kubernetes Secret (pod_settings: env_from or volumes), and name the file in "
        f".gitignore or {OWN_FILE}. If it is no secret, a line !{path.name} in {OWN_FILE} takes it in.",
    )


def _too_large(message: str, files: dict[str, Path]) -> InvalidInputError:
    sizes = sorted(((path.stat().st_size, name) for name, path in files.items()), reverse=True)[:5]
    largest = ", ".join(f"{name} ({size / 1024:.0f} KiB)" for size, name in sizes)
    return InvalidInputError(
        f"{message}. The largest: {largest}",
        hint=f"Name what the steps do not need in a file {OWN_FILE} there, or move the pipeline to a directory "
        f"of its own. If it is all needed, set {MAX_CODE_VARIABLE} to the MiB that it may be.",
    )
