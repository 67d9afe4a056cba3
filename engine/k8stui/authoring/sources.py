"""Where a function's module lives: what a step pod imports, and the directory that must come first on its path."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8stui.authoring import places
from k8stui.model.errors import InvalidInputError

YAML_SUFFIXES = (".yaml", ".yml")
"""Files of pipelines that are not Python."""

_INSTALLED = {"site-packages", "dist-packages"}


@dataclass(frozen=True)
class Source:
    """The home of a function.

    Attributes:
        module: The name under which a step pod imports it: a script's is its file's name without `.py`.
        file: The module's file; None for what was typed into an interactive session.
        root: The directory from which `module` is imported; None when `file` is.
    """

    module: str
    file: Path | None
    root: Path | None

    @property
    def path(self) -> str:
        """The file below its root, `flows/train.py`: what names it on every machine; empty without a file."""
        return self.file.relative_to(self.root).as_posix() if self.file and self.root else ""

    @property
    def installed(self) -> bool:
        """True for an installed package: its files come with the image, not with the code package.

        What only lies inside one, as examples do, is imported from its own folder, where no image has it.
        """
        root = self.root
        inside = root is not None and _INSTALLED.intersection(root.parts) and root.name not in _INSTALLED
        return root is not None and not inside and is_installed(root)


def is_installed(root: Path) -> bool:
    """Whether a directory to import from is the standard library's or one that packages are installed into."""
    return bool(_INSTALLED.intersection(root.parts)) or root.is_relative_to(sysconfig.get_path("stdlib"))


def source_of(function: Callable[..., Any]) -> Source:
    """The source of a function, from its module as it is loaded now."""
    name = function.__module__
    module = sys.modules.get(name)
    found = getattr(module, "__file__", None)
    if found is None:
        return Source(module=name, file=None, root=None)
    file = Path(found).resolve()
    if name == "__main__":
        spec = getattr(module, "__spec__", None)  # set by `python -m package.module`
        name = spec.name if spec is not None else file.stem
        if spec is None:
            return Source(module=name, file=file, root=file.parent)
    depth = name.count(".") + (file.stem == "__init__")
    return Source(module=name, file=file, root=file.parents[depth])


def module_of(file: Path) -> tuple[str, Path]:
    """The name to import a file by, dotted inside a package, and the directory to import it from."""
    name, root = file.stem, file.parent
    while (root / "__init__.py").is_file() and root != root.parent:
        name, root = f"{root.name}.{name}", root.parent
    return name, root


def check_importable(function: Callable[..., Any], source: Source, *, where: str) -> None:
    """Make sure that a step pod can find the function again by module and name.

    Raises:
        InvalidInputError: It is a lambda, defined inside another function, outside of a file, or its file's name
            cannot be imported.
    """
    name = function.__qualname__
    defined = places.definition(function)
    if "<" in name:
        raise InvalidInputError(
            f"{where}: {name.rsplit('.', 1)[-1]} of {defined} is a lambda or is defined inside a function, "
            "where a step pod cannot find it",
            hint="Move it to the top level of its module, as a function with @step.",
        )
    if source.file is None:
        raise InvalidInputError(
            f"{where}: {name} is not defined in a file, so a step pod cannot import it",
            hint="Put the steps into a .py file.",
        )
    if source.module.startswith(".") or (source.root == source.file.parent and "." in source.file.stem):
        raise InvalidInputError(
            f"{where}: {source.file.name} cannot be imported under its name, because of the dot in it",
            hint="Rename the file, with `_` in place of the dot.",
        )
    if source.module in sys.stdlib_module_names and not source.installed:
        raise InvalidInputError(
            f"{where}: {source.file.name} has the name of a module of Python itself, "
            "and a step pod would import that one",
            hint="Rename the file.",
        )
