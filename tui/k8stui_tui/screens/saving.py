"""What is shown into a file, without holding up the screen and never over a file that is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from k8stui.control.words.spans import iso
from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.sanitize import cell, log_line
from k8stui_tui.widgets.logbuffer import LogEntry

_AT_ONCE = 2_000


def check_name(name: str) -> None:
    """Refuse a file that another program would take for its own; for who may only look.

    Raises:
        InvalidInputError: It is hidden, or in another folder.
    """
    if name.startswith(".") or Path(name).name != name:
        raise InvalidInputError(
            f"In read-only mode nothing is saved as {name}: only a plain name, in the folder where k8stui was started.",
            hint="As :save train.log",
        )


async def save_lines(folder: Path, entries: Sequence[LogEntry], *, label: str, name: str = "") -> Path:
    """Write lines with their times and sources; gives the file.

    Args:
        folder: Where, unless the name says otherwise.
        entries: The lines.
        label: Whose log it is; stands in the file's name where none is given.
        name: The file; one that is free when empty.

    Raises:
        InvalidInputError: There is such a file.
        K8stuiError: It cannot be written.
    """
    stem = re.sub(r"[^\w.-]+", "-", label).strip("-.")[:100] or "k8stui"
    names = [name] if name else (f"{stem}{f'-{number}' if number > 1 else ''}.log" for number in count(1))
    batches = range(0, len(entries), _AT_ONCE)
    pieces = ("".join(map(_written, entries[begin : begin + _AT_ONCE])) for begin in batches)
    file = await write_new(folder, names, pieces)
    if file is None:
        raise InvalidInputError(f"There is a file {name} already.", hint="Another name: :save FILE")
    return file


async def write_new(folder: Path, names: Iterable[str], pieces: Iterable[str]) -> Path | None:
    """Write a new file by the first of some names that no file has; gives it, None where there are files of all names.

    Args:
        folder: Where, unless a name says otherwise.
        names: Of the file, tried in turn.
        pieces: Its text.

    Raises:
        K8stuiError: It cannot be written.
    """
    import aiofiles  # noqa: PLC0415 - not before the first screen

    for name in names:
        file = folder / name
        try:
            async with aiofiles.open(file, "x", encoding="utf-8") as opened:
                for piece in pieces:
                    await opened.write(piece)
        except FileExistsError:
            continue
        except OSError as error:
            raise K8stuiError(f"{file} cannot be written: {error.strerror or error}.") from error
        return file
    return None


def _written(entry: LogEntry) -> str:
    said = f"k8stui: {log_line(entry.text)}" if entry.note else log_line(entry.text)
    return " ".join(filter(None, (iso(entry.time), cell(entry.source), said))) + "\n"
