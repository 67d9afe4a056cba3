"""Unmount all that lies below a folder: whoever removes the folder must not remove what is mounted in it."""

from __future__ import annotations

from pathlib import Path

from . import shell
from .packages import program


def unmount_below(root: Path) -> None:
    """Unmount everything at or below `root`, the deepest first; what is busy is detached and goes when it is free.

    Raises:
        RealClusterError: something can't even be detached.
    """
    for path in sorted(_mounted(root), key=len, reverse=True):
        if not shell.succeeds([program("umount"), path]) and path in _mounted(root):  # it may have gone by itself
            shell.run(program("umount"), "--lazy", path)


def _mounted(root: Path) -> list[str]:
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [path for path in mounts if Path(path).is_relative_to(root)]
