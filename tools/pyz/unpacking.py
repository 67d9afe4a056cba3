"""Unpacks the packages of `k8stui.pyz` into a folder that nobody else can write to: whole, or not at all."""

import os
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable

UNUSED = 30 * 24 * 3600
"""Seconds after which what nobody started is removed."""

_OURS = re.compile(r"(?:[0-9a-f]{16}-|\.new-)")


def unpack(file: str, folders: "list[str]", name: str, distrust: "Callable[[str], str]") -> str:
    """Unpack into the first folder that will do; gives the folder with the packages.

    Args:
        file: Path of the `.pyz`.
        folders: Where to try, in this order.
        name: Of the folder with the packages.
        distrust: Says why a folder is not safe; empty where it is.
    """
    whys = []
    before = os.umask(0o077)
    try:
        for folder in folders:
            try:
                why = _unpack_in(file, folder, name, distrust)
            except OSError as error:
                why = error.strerror or str(error)
            if not why:
                return os.path.join(folder, name)
            whys.append("  %s: %s\n" % (folder, why))
    finally:
        os.umask(before)
    sys.stderr.write("k8stui cannot be unpacked:\n%s" % "".join(whys))
    sys.stderr.write("K8STUI_UNPACK names another folder: your own, not writable for others, 150 MB.\n")
    raise SystemExit(1)


def _unpack_in(file: str, folder: str, name: str, distrust: "Callable[[str], str]") -> str:
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    try:
        os.mkdir(folder)
    except FileExistsError:
        pass
    why = distrust(folder)
    if not why and os.statvfs(folder).f_flag & os.ST_NOEXEC:
        why = "libraries cannot be run there (noexec)"
    if why:
        return why
    _sweep(folder)
    if sys.stderr.isatty():
        sys.stderr.write("k8stui is unpacked into %s, once.\n" % folder)
    new = tempfile.mkdtemp(prefix=".new-", dir=folder)
    try:
        with zipfile.ZipFile(file) as outer, outer.open("packages.zip") as stream, zipfile.ZipFile(stream) as packages:
            _extract(packages, new)
        os.rename(new, os.path.join(folder, name))
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        # Somebody of us was faster.
        if not os.path.isdir(os.path.join(folder, name)):
            raise
    return ""


def _extract(packages: zipfile.ZipFile, new: str) -> None:
    native = "py%d.%d/" % sys.version_info[:2]
    for entry in packages.namelist():
        top, _, rest = entry.partition("/")
        if top == "shared" or entry.startswith(native):
            path = os.path.join(new, "shared" if top == "shared" else "native", rest)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as target:
                target.write(packages.read(entry))


def _sweep(folder: str) -> None:
    """Remove what is left of earlier versions and of those who were interrupted."""
    for entry in os.scandir(folder):
        if _OURS.match(entry.name) and time.time() - entry.stat(follow_symlinks=False).st_mtime > UNUSED:
            shutil.rmtree(entry.path, ignore_errors=True)
