"""Files and folders that are values themselves: a step returns a path, and gets one."""

from __future__ import annotations

import os

from .material import Material, UnkeepableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping


def path(value: Any) -> Material | None:
    """How what is at a path is written; None for a value that is no path.

    Raises:
        UnkeepableError: Nothing is there, or a folder has links that lead out of it.
    """
    if not is_path(value):
        return None
    if not os.path.exists(value):
        raise UnkeepableError("is the path %s, and there is nothing" % value)
    source = os.path.abspath(value)
    name = os.path.basename(source) or "folder"
    if os.path.isdir(source):
        real = os.path.realpath(source)
        _check_links(real)
        return Material("folder", ".tar", lambda path: _write_tar(real, path), "folder %s" % name, name=name)
    return Material("file", os.path.splitext(name)[1], lambda path: _copy(source, path), "file %s" % name, name=name)


def is_path(value: Any) -> bool:
    """Whether a value is a path."""
    return hasattr(value, "__fspath__") and hasattr(value, "is_dir")


def _copy(source: str, path: str) -> None:
    import shutil

    shutil.copyfile(source, path)


def _check_links(source: str) -> None:
    within = os.path.join(source, "")
    for folder, folders, names in os.walk(source):
        for link in (os.path.join(folder, name) for name in folders + names):
            if not os.path.islink(link):
                continue
            target = os.readlink(link)
            if os.path.isabs(target) or not os.path.join(os.path.realpath(link), "").startswith(within):
                raise UnkeepableError(
                    "is a folder whose link %s leads to %s: a link must be relative and stay within the folder; copy "
                    "there what it leads to" % (os.path.relpath(link, source), target)
                )


def _write_tar(source: str, path: str) -> None:
    import tarfile

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = 0
        return entry

    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for folder, folders, names in os.walk(source):
            folders.sort()
            here = os.path.relpath(folder, source)
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            archive.add(folder, arcname=here, recursive=False, filter=plain)
            for name in sorted(names + links):
                archive.add(os.path.join(folder, name), os.path.join(here, name), recursive=False, filter=plain)


def read(path: str, reference: Mapping[str, Any], folder: str) -> Any:
    """The path of a file or folder of its own, with what was kept."""
    import pathlib

    own = os.path.join(folder, os.urandom(6).hex())
    target = os.path.join(own, os.path.basename(reference["name"]))
    os.makedirs(own)
    if reference["type"] == "file":
        _copy(path, target)
        return pathlib.Path(target)
    import tarfile

    with tarfile.open(path) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(target, filter="data")
        else:  # before Python 3.9.17
            archive.extractall(target)  # noqa: S202  (written by a step of ours, its digest checked)
    return pathlib.Path(target)
