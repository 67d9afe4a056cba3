"""Root file systems of the test images, from Debian packages: no registry is needed, nothing of ours is inside."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import shell
from .mounts import unmount_below
from .packages import archive_address

DEBIAN = "bookworm"
"""The release whose Python is 3.11."""

PYTHON_PACKAGES = ("python3", "libpython3-stdlib", "ca-certificates", "netbase", "tzdata")
"""What the slim Python images have as well; no pip."""

REMOVED = (
    "etc/apt/sources.list",
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
)
"""Folders and files that only make the image bigger, or name the machine's own package source."""

USERS = """root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
"""
GROUPS = "root:x:0:\nnogroup:x:65534:\n"


def make_python(root: Path) -> None:
    """Fill `root` with a minimal Debian and its Python with the whole standard library, as `python3` and `python`."""
    packages = ",".join(PYTHON_PACKAGES)
    try:
        shell.run("debootstrap", "--variant=minbase", f"--include={packages}", DEBIAN, root, archive_address(DEBIAN))
    finally:
        unmount_below(root)  # it unmounts what it mounted, unless it was killed
    for name in REMOVED:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
            path.mkdir()
        else:
            path.unlink(missing_ok=True)
    (root / "usr/bin/python").symlink_to("python3")


def make_busybox(root: Path) -> None:
    """Fill `root` with the static busybox under all its names."""
    for name in ("bin", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr/bin", "var/run", "dev"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    (root / "root").chmod(0o700)
    (root / "etc/passwd").write_text(USERS)
    (root / "etc/group").write_text(GROUPS)
    busybox = root / "bin/busybox"
    shutil.copyfile("/bin/busybox", busybox)
    busybox.chmod(0o755)
    for applet in shell.run("/bin/busybox", "--list").split():
        link = root / "bin" / applet
        if not link.exists():
            link.symlink_to("busybox")
