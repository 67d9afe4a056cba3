"""What `python k8stui.pyz` runs: finds the packages of this file where they were unpacked before, or unpacks them.

Every start pays for what stands here, so it imports nothing that Python has not imported already. It is the `__main__`
of the file, and of the syntax of old Pythons, which it tells what they lack.
"""

import os
import stat
import sys

DIGEST = ""
"""Of the packages; filled in when the file is made, as the next two."""
PYTHONS = ()  # type: tuple[str, ...]
"""Versions that there are packages for."""
MACHINE = ""
"""The processor that they are for."""

VARIABLE = "K8STUI_UNPACK"


def candidates() -> "list[str]":
    """Folders to unpack in, the best first."""
    if os.environ.get(VARIABLE):
        return [os.path.abspath(os.environ[VARIABLE])]
    cache = os.path.abspath(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    shared = os.environ.get("TMPDIR") or "/tmp"
    return [os.path.join(cache, "k8stui-pyz"), os.path.join(shared, "k8stui-pyz-%d" % os.geteuid())]


def distrust(folder: str) -> str:
    """Why others could put their programs there, in a few words; empty where nobody can but us and root."""
    owners = (os.geteuid(), 0, os.stat("/").st_uid)
    there = os.lstat(folder)
    if not stat.S_ISDIR(there.st_mode):
        return "it is no folder"
    if there.st_uid not in owners:
        return "it belongs to somebody else"
    if there.st_mode & 0o022:
        return "others may write there"
    above = os.path.realpath(os.path.dirname(folder))
    while True:
        there = os.stat(above)
        if there.st_uid not in owners:
            return "%s belongs to somebody else" % above
        if there.st_mode & 0o002 and not there.st_mode & stat.S_ISVTX:
            return "everybody may write in %s" % above
        if above == os.path.dirname(above):
            return ""
        above = os.path.dirname(above)


def unpacked() -> str:
    """The folder with the packages for this Python."""
    name = "%s-%s" % (DIGEST[:16], sys.implementation.cache_tag)
    folders = candidates()
    for folder in folders:
        place = os.path.join(folder, name)
        try:
            os.lstat(place)
            if distrust(folder):
                continue
        except OSError:
            continue
        try:
            os.utime(place)  # what is in use is not swept
        except OSError:
            pass  # root's, for all
        return place
    from unpacking import unpack  # type: ignore[import-not-found]  # beside this file, in the archive

    return str(unpack(sys.path[0], folders, name, distrust))


def main() -> None:
    """Run k8stui."""
    here = "%d.%d" % sys.version_info[:2]
    machine = os.uname().machine
    if here not in PYTHONS or machine != MACHINE:
        text = "This file of k8stui is for Python %s on %s; this is Python %s on %s.\n"
        sys.stderr.write(text % (", ".join(PYTHONS), MACHINE, here, machine))
        sys.stderr.write("Start it by one of these, as in: python%s %s\n" % (PYTHONS[-1], sys.argv[0]))
        raise SystemExit(2)
    place = unpacked()
    sys.path[:1] = [os.path.join(place, "native"), os.path.join(place, "shared")]
    from k8stui_tui.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
