"""The author's own modules that the packed ones import from elsewhere: from PYTHONPATH, or installed in place (`-e`).

A person expects a helper to be there in the pod when it is there on their machine. Nothing is imported to find them:
import statements are read, and only of modules that a step's module leads to.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from k8stui.authoring.sources import is_installed

_OURS = frozenset(("k8stui", "k8stui_tui", "kubernetes"))
"""What a pod has stand-ins of."""


def homes_of(start: Iterable[Path], files: Mapping[str, Path], add: Callable[[Path, Path], None]) -> None:
    """Add the files of all modules outside of the package that its modules lead to.

    Args:
        start: The files of the steps' modules.
        files: The package by its names, which grows.
        add: Takes the root and the file or folder of a module, and adds what belongs to it.
    """
    waiting, seen, known = list(start), set[Path](), set[str]()
    packed = set(files.values())
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for name, folder in _imports(file):
            if folder is not None:  # a relative import stays inside its package
                waiting += [one for one in _candidates(folder, name) if one in packed]
                continue
            inside = _inside(name, files)
            waiting += inside
            top = name.partition(".")[0]
            if inside or top in known or top in sys.stdlib_module_names or top in _OURS:
                continue
            known.add(top)
            home = _home(top)
            if home is not None:
                add(home.parent, home)
                packed.update(files.values())
                waiting += _inside(name, files)


def _candidates(folder: Path, name: str) -> Iterator[Path]:
    """The files that a relative import may mean."""
    for part in filter(None, name.split(".")):
        yield folder / f"{part}.py"
        folder /= part
        yield folder / "__init__.py"


def _inside(name: str, files: Mapping[str, Path]) -> list[Path]:
    """The files that importing a dotted name runs, as far as they are in the package: those of its parents, too."""
    parts = name.split(".")
    found = []
    for count in range(1, len(parts) + 1):
        path = "/".join(parts[:count])
        found += [files[one] for one in (f"{path}.py", f"{path}/__init__.py") if one in files]
    return found


def _home(top: str) -> Path | None:
    """The file or folder of a module that is the author's own; None for what comes with an image."""
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    places = [Path(one).parent for one in spec.submodule_search_locations or ([spec.origin] if spec.origin else ())]
    if any(next(place.glob("*.dist-info"), None) for place in places):
        return None  # a folder that pip installs into, wherever it is
    if spec.submodule_search_locations:
        folder = next((Path(one).resolve() for one in spec.submodule_search_locations), None)
        usable = folder is not None and folder.is_dir() and folder.name == top
        return folder if folder and usable and not is_installed(folder.parent) and not _compiled(folder) else None
    file = Path(spec.origin).resolve() if spec.origin and spec.has_location else None
    return file if file and file.suffix == ".py" and not is_installed(file.parent) else None


def _compiled(folder: Path) -> bool:
    """Whether it holds what was compiled for this machine, and so has to come with the image."""
    return any(path.name.endswith(tuple(EXTENSION_SUFFIXES)) for path in folder.rglob("*"))


def _imports(file: Path) -> Iterator[tuple[str, Path | None]]:
    """The dotted names that a file imports, relative ones with the folder that they begin in.

    `from a import b` may mean a module `a.b`.
    """
    if file.suffix != ".py":
        return
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return  # whoever imports it will be told
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.name, None) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            folder = file.parents[node.level - 1] if 0 < node.level <= len(file.parents) else None
            base = f"{node.module}." if node.module else ""
            yield from ((f"{base}{one.name}", folder) for one in node.names)
