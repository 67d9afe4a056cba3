"""Finds the pipelines below a folder without importing a file: what is offered to choose from must not run anything.

Bounded, because the folder may be anybody's home: nearest folders first, up to so many folders and files, none of them
large. A file that cannot be read is told in a note and hides nothing else.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from k8stui.authoring import definitions, package, sources
from k8stui.authoring.docstrings import first_line
from k8stui.authoring.places import shown
from k8stui.model.errors import InvalidInputError

MAX_DEPTH = 8
"""Folders below the one that was asked for."""

MAX_FOLDERS = 2_000

MAX_FILES = 5_000
"""Python and YAML files that are looked into."""

MAX_BYTES = 256 * 1024
"""Size of a file that is looked into; a pipeline is a page or two."""

_MENTIONS = (b"k8stui", b"pipeline")
_YAML_PIPELINE = re.compile(rb"^pipeline[ \t]*:", re.MULTILINE)
_YAML_STEPS = re.compile(rb"^steps[ \t]*:", re.MULTILINE)


@dataclass(frozen=True)
class FoundPipeline:
    """A pipeline that a file defines.

    Attributes:
        target: What `k8stui run` takes: `flows/train.py:train`, as seen from the working directory.
        file: The file.
        name: The pipeline's name, as far as it stands in the file as plain text; its function's otherwise.
        line: Where it is defined.
        doc: The first line of what its author wrote about it, or about a file with this pipeline only.
        source: As runs of it record it, `flows/train.py:train` below the root of the file's package.
    """

    target: str
    file: Path
    name: str
    line: int
    doc: str
    source: str


@dataclass(frozen=True)
class Discovery:
    """What was found.

    Attributes:
        pipelines: In the order of their files, those of nearer folders first.
        notes: Sentences on what could not be read or was left out.
    """

    pipelines: tuple[FoundPipeline, ...]
    notes: tuple[str, ...] = ()


def find_pipelines(path: Path) -> Discovery:
    """The pipelines of a file, or of all files below a folder.

    Raises:
        InvalidInputError: There is no such file or folder.
    """
    if not path.exists():
        raise InvalidInputError(f"There is no file or folder {shown(path)}")
    pipelines: list[FoundPipeline] = []
    notes: list[str] = []
    for file in _files(path, notes) if path.is_dir() else [path]:
        try:
            pipelines += _pipelines_of(file)
        except InvalidInputError as error:
            notes.append(f"skipped: {error.message}")
        except OSError as error:
            notes.append(f"skipped: {shown(file)}: {error.strerror or error}")
    return Discovery(tuple(pipelines), tuple(notes))


def _files(folder: Path, notes: list[str]) -> Iterator[Path]:
    """Python and YAML files, folder by folder, the nearest first; says in a note where it stopped."""
    waiting = deque([(folder, 0)])
    folders = files = 0
    while waiting:
        here, depth = waiting.popleft()
        folders += 1
        if folders > MAX_FOLDERS or files >= MAX_FILES:
            notes.append(
                f"stopped after {folders - 1} folders and {files} files below {shown(folder)}: "
                "name a folder further down to see the rest"
            )
            return
        try:
            with os.scandir(here) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            notes.append(f"skipped: {shown(here)}: {error.strerror or error}")
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH and not package.skipped(path):
                    waiting.append((path, depth + 1))
            elif path.suffix in (".py", *sources.YAML_SUFFIXES) and not entry.name.startswith(".") and entry.is_file():
                files += 1
                yield path


def _pipelines_of(file: Path) -> list[FoundPipeline]:
    if file.stat().st_size > MAX_BYTES:
        return []
    written = file.read_bytes()
    if file.suffix in sources.YAML_SUFFIXES:
        return _of_yaml(file) if _YAML_PIPELINE.search(written) and _YAML_STEPS.search(written) else []
    if not all(word in written for word in _MENTIONS):
        return []
    root = sources.module_of(file.resolve())[1]
    inside = file.resolve().relative_to(root).as_posix()
    return [
        FoundPipeline(
            target=f"{shown(file)}:{found.function}",
            file=file,
            name=found.name,
            line=found.line,
            doc=found.doc,
            source=f"{inside}:{found.function}",
        )
        for found in definitions.of_source(written, place=shown(file))
    ]


def _of_yaml(file: Path) -> list[FoundPipeline]:
    from k8stui.authoring.yaml_document import document_of  # noqa: PLC0415  (PyYAML: only for YAML files)
    from k8stui.authoring.yaml_text import read  # noqa: PLC0415  (as above)

    text = read(file)
    name = document_of(text).pipeline
    return [
        FoundPipeline(
            target=shown(file),
            file=file,
            name=name,
            line=text.lines.get(("pipeline",), 1),
            doc=first_line(text.comment),
            source=f"{file.name}:{name}",
        )
    ]
