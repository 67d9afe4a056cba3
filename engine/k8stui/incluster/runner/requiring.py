"""Installs what a step requires beyond its image, by the image's own pip, before the step's module is imported.

Into a folder of our own, so that a root file system that can't be written and a user without a home are no obstacle.
What the image has already counts. With a cache folder, which is a mounted volume's, it is installed there once for all
steps that require the same of the same image; it is renamed when it is complete, so that nobody ever sees a half of it.
"""

from __future__ import annotations

import os
import sys

from ..wire.variables import ENV_CACHE, ENV_REQUIREMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List


NOTED = "/installed"
"""A file in our folder with the folders that hold what was installed."""


class RequirementsError(Exception):
    """They cannot be installed; the message says why."""


def install(home: str, image: str, say: Callable[[str], None]) -> None:
    """Install what is missing, and put it on the path, after the author's code and before the image's packages.

    Args:
        home: A folder of our own.
        image: The image's name, for messages and for the cache.
        say: Tells the log a sentence.

    Raises:
        RequirementsError: There is no pip, or it failed.
    """
    lines = os.environ.pop(ENV_REQUIREMENTS).splitlines()
    cache = os.environ.pop(ENV_CACHE, "")
    missing = [line for line in lines if not _is_there(line)]
    if not missing:
        return
    if cache and not _writable(cache):
        say("requirements_cache: %s can't be written by user %d: installing without it" % (cache, os.getuid()))
        cache = ""
    folder = home + "/requirements"
    if cache:
        folder = os.path.join(cache, _kept_name(lines, image))
        if os.path.isdir(folder):
            say("%d requirements found in %s" % (len(missing), cache))
            _use(folder)
            _note(home, folder)
            return
    began = os.times().elapsed
    building = folder + "." + os.urandom(4).hex() if cache else folder
    try:
        _pip(missing, building, cache, image)
        if cache and not _renamed(building, folder):
            say("another step was faster in filling the cache")
    except BaseException:
        _remove(building)
        raise
    say("installed %s in %.0f s" % (", ".join(missing), os.times().elapsed - began))
    _use(folder)
    _note(home, folder)


def add(line: str, home: str, image: str) -> None:
    """Install one thing more, behind all that is on the path: what is found already is found as before.

    Args:
        line: A requirement.
        home: A folder of our own.
        image: The image's name, for messages.

    Raises:
        RequirementsError: There is no pip, or it failed.
    """
    import importlib

    folder = home + "/added"
    _pip([line], folder, "", image)
    sys.path.append(_packages(folder))
    importlib.invalidate_caches()
    _note(home, folder)


def added(home: str) -> None:
    """Find, behind all that is on the path, what the process of the step has installed until now."""
    import importlib

    try:
        with open(home + NOTED, encoding="utf-8") as file:
            folders = file.read().splitlines()
    except OSError:
        return
    sys.path += [_packages(folder) for folder in folders if _packages(folder) not in sys.path]
    importlib.invalidate_caches()


def _note(home: str, folder: str) -> None:
    with open(home + NOTED, "a", encoding="utf-8") as file:
        file.write(folder + "\n")


def _is_there(line: str) -> bool:
    """Whether the image surely has it: by its name, or in the one version that is asked for."""
    import re

    found = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:==\s*([A-Za-z0-9.!+]+))?", line)
    if not found:
        return False
    from importlib.metadata import PackageNotFoundError, version

    try:
        there = version(found.group(1))
    except PackageNotFoundError:
        return False
    return found.group(2) in (None, there)


def _writable(folder: str) -> bool:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _kept_name(lines: List[str], image: str) -> str:
    import hashlib

    parts = [image, sys.version, sys.prefix, *sorted(lines)]
    return "k8stui-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _pip(lines: List[str], folder: str, cache: str, image: str) -> None:
    import subprocess

    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore")
    env.update(PIP_BREAK_SYSTEM_PACKAGES="1", PYTHONUSERBASE=folder)
    env.setdefault("PIP_NO_WARN_SCRIPT_LOCATION", "1")
    env.setdefault("PIP_PROGRESS_BAR", "off")
    kept = ["--cache-dir", os.path.join(cache, "k8stui-pip")] if cache else ["--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", *kept]
    command += ["--target", folder + "/target"] if _in_venv() else ["--user"]  # a venv has no user's packages
    done = subprocess.run(  # noqa: S603  (what the author asked for)
        [*command, "--", *lines], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    told = done.stdout.decode("utf-8", "replace")
    if done.returncode == 0:
        return
    if "No module named pip" in told:
        raise RequirementsError(
            "requirements (%s) need pip, which image %s does not have: set image= to one that has it, or build one "
            "that has them (k8stui image build)" % (", ".join(lines), image)
        )
    sys.stderr.write(told)
    errors = [line[6:].strip() for line in told.splitlines() if line.startswith("ERROR:")]
    why = errors[0] if errors else "pip exited with %d" % done.returncode
    raise RequirementsError("requirements (%s) could not be installed in image %s: %s" % (", ".join(lines), image, why))


def _in_venv() -> bool:
    return sys.prefix != sys.base_prefix


def _renamed(building: str, folder: str) -> bool:
    try:
        os.rename(building, folder)
    except OSError:
        if not os.path.isdir(folder):
            raise
        _remove(building)
        return False
    return True


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _packages(folder: str) -> str:
    """Where pip puts what it installs into a folder."""
    if _in_venv():
        return folder + "/target"
    return "%s/lib/python%d.%d/site-packages" % ((folder,) + sys.version_info[:2])


def _use(folder: str) -> None:
    """Let this process and its children find what is installed there."""
    import importlib
    import site

    packages = _packages(folder)
    if _in_venv():
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH"))))
    else:
        os.environ["PYTHONUSERBASE"] = folder
    bin_folder = ("/target" if _in_venv() else "") + "/bin"
    os.environ["PATH"] = folder + bin_folder + os.pathsep + os.environ.get("PATH", os.defpath)
    before = list(sys.path)
    site.addsitedir(packages)  # with what its .pth files name
    own = [one for one in sys.path if one not in before]
    at = next((n for n, one in enumerate(before) if one.endswith(("site-packages", "dist-packages"))), len(before))
    sys.path[:] = before[:at] + own + before[at:]
    importlib.invalidate_caches()
