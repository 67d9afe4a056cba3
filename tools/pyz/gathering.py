"""Which packages k8stui needs, and their files: those of this environment, and what other Pythons have instead."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
OWN = "k8stui"
GLIBC = (34, 31, 28, 24, 17, 12, 5)
"""Minor versions of glibc 2 that wheels may ask for: Debian 12, Ubuntu 22.04 and RHEL 9 have all of them."""

_LEFT_OUT = re.compile(r"(?:^|/)(?:__pycache__/|\.\./|RECORD$|INSTALLER$|REQUESTED$|direct_url\.json$)")


class CannotGatherError(Exception):
    """A package is missing, with a sentence."""


def needed(python: str, extras: Iterable[str]) -> dict[str, metadata.Distribution | None]:
    """All that k8stui needs on a Python, by name; None for what this environment does not have."""
    environment = {name: str(value) for name, value in default_environment().items()}
    environment |= {"python_version": python, "python_full_version": f"{python}.0"}
    found: dict[str, metadata.Distribution | None] = {}
    asked: set[tuple[str, str]] = set()

    def walk(name: str, extra: str) -> None:
        if (name, extra) in asked:
            return
        asked.add((name, extra))
        try:
            found[name] = distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            return
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({**environment, "extra": extra}):
                for wanted in ("", *requirement.extras):
                    walk(canonical(requirement.name), wanted)

    for extra in ("", *extras):
        walk(OWN, extra)
    return found


def canonical(name: str) -> str:
    """A package's name as indexes know it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_shared(distribution: metadata.Distribution) -> bool:
    """Whether its files are the same for every Python."""
    tags = re.findall(r"^Tag: \w+-(\w+)-", distribution.read_text("WHEEL") or "", re.MULTILINE)
    return bool(tags) and set(tags) <= {"none", "abi3"}


def files_of(distribution: metadata.Distribution) -> Iterator[tuple[str, Path]]:
    """Its files, with their places in a folder of packages."""
    for file in distribution.files or ():
        if not _LEFT_OUT.search(str(file)):
            yield str(file), Path(str(file.locate()))


def own_files() -> Iterator[tuple[str, Path]]:
    """Those of k8stui, as its wheel has them, whether it is installed in place or not."""
    folders = {"k8stui": "engine/k8stui", "k8stui_tui": "tui/k8stui_tui", "k8stui_tui/examples": "examples"}
    for name, folder in folders.items():
        yield from _below(ROOT / folder, name)


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        place = f"{name}/{path.relative_to(folder).as_posix()}"
        if path.is_file() and not _LEFT_OUT.search(place):
            yield place, path


def fetched(python: str, machine: str, packages: Mapping[str, str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Files of packages as another Python has them, by pip.

    Args:
        python: Its version, such as `3.13`.
        machine: The processor.
        packages: Their versions.
        folder: Where pip may put them.

    Raises:
        CannotGatherError: There are none, or they cannot be had.
    """
    platforms = [f"--platform=manylinux_2_{minor}_{machine}" for minor in GLIBC]
    pins = [f"{name}=={version}" if version else name for name, version in packages.items()]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile",
        "--only-binary=:all:", f"--python-version={python}", "--implementation=cp", *platforms,
        f"--platform=manylinux2014_{machine}", f"--constraint={ROOT / 'constraints.txt'}", f"--target={folder}", *pins,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - made here
    if done.returncode:
        raise CannotGatherError(f"The packages for Python {python} cannot be had:\n{done.stderr.strip()}")
    for place, path in _below(folder, "."):
        yield place.removeprefix("./"), path
