"""What of the author's code a step runs, as a digest: as long as it stays the same, so does what the step does.

A step's function is followed to everything it names: functions, classes and constants of its module, and what it takes
from the project's other modules. What a module does when it is imported counts as well, and so do data files of the
package, since nobody can know which of them are read. Other steps, comments, the layout and the options of `@step` do
not count. Where code looks names up at run time, the whole package counts. Installed packages belong to the image.
"""

from __future__ import annotations

import ast
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from k8stui.incluster.scheduling.caching import DIGEST
from k8stui.incluster.wire.variables import ENV_SCHEDULED_TIME
from k8stui.model.pipeline import CodePackage

WHOLE = "*"
"""Every statement of a module."""

ON_IMPORT = ""
"""Only what a module does when it is imported."""

_DYNAMIC = frozenset(("importlib", "__import__", "exec", "eval", "globals"))
"""Names by which code reaches what no reader can foresee."""

_PROSE = frozenset((".md", ".txt"))
"""Files of the package that are for persons, more likely than not."""

_PURE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Pass)
"""Statements that only give something a name."""


@dataclass(frozen=True)
class Reached:
    """What a step runs.

    Attributes:
        digest: Of it all.
        asks_time: Whether it looks at the time that its run was due at.
    """

    digest: str
    asks_time: bool = False


@dataclass
class _Statement:
    text: str
    binds: frozenset[str]
    names: frozenset[str]
    imports: tuple[tuple[str, str], ...]
    always: bool


@dataclass
class _Module:
    statements: list[_Statement] = field(default_factory=list)

    def of(self, name: str) -> list[tuple[int, _Statement]]:
        """The statements that make the name what it is, with their places."""
        if name == WHOLE:
            return list(enumerate(self.statements))
        if name == ON_IMPORT:
            return [(number, one) for number, one in enumerate(self.statements) if one.always]
        return [(number, one) for number, one in enumerate(self.statements) if name in one.binds]


class Reach:
    """Reads one code package.

    Args:
        code: The package.
    """

    def __init__(self, code: CodePackage) -> None:
        with zipfile.ZipFile(io.BytesIO(code.data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        self._whole = _digest(code.digest)
        self._asks_time = any(ENV_SCHEDULED_TIME.encode() in data for data in files.values())
        self._sources = {_module_name(name): (name, data) for name, data in files.items() if name.endswith(".py")}
        data = [(name, text) for name, text in sorted(files.items()) if _is_data(name)]
        self._data = _digest(*(part for name, text in data for part in (name, hashlib.sha256(text).hexdigest())))
        self._modules: dict[str, _Module | None] = {}
        self._known: dict[tuple[str, str], Reached] = {}

    def of(self, module: str, function: str) -> Reached:
        """What a function runs.

        Args:
            module: Its module.
            function: Its qualified name.
        """
        key = (module, function)
        if key not in self._known:
            self._known[key] = self._follow(module, function)
        return self._known[key]

    def _follow(self, module: str, function: str) -> Reached:
        todo = [(module, function.partition(".")[0])]
        seen: set[tuple[str, str]] = set()
        taken: dict[tuple[str, int], str] = {}
        while todo:
            where, name = place = todo.pop()
            found = None if place in seen else self._module(where)
            seen.add(place)
            for number, statement in found.of(name) if found else ():
                if (where, number) in taken:
                    continue
                if statement.names & _DYNAMIC:
                    return Reached(self._whole, self._asks_time)
                taken[where, number] = statement.text
                todo += [(where, used) for used in statement.names]
                todo += [target for one in statement.imports for target in self._targets(*one)]
            if name != ON_IMPORT:
                todo += [(one, ON_IMPORT) for one in (where, *_parents(where))]
        texts = [taken[place] for place in sorted(taken)]
        asks_time = any(ENV_SCHEDULED_TIME in text for text in texts)
        return Reached(_digest(f"{module}:{function}", self._data, *texts), asks_time)

    def _targets(self, module: str, name: str) -> Iterator[tuple[str, str]]:
        yield module, name
        if f"{module}.{name}" in self._sources:  # A module in a folder without `__init__.py`.
            yield f"{module}.{name}", WHOLE

    def _module(self, name: str) -> _Module | None:
        if name not in self._modules:
            source = self._sources.get(name)
            self._modules[name] = _parsed(name, *source) if source else None
        return self._modules[name]


def _parsed(name: str, file: str, source: bytes) -> _Module:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        text = hashlib.sha256(source).hexdigest()
        return _Module([_Statement(text, frozenset(), frozenset(), (), always=True)])
    package = name if file.endswith("__init__.py") else name.rpartition(".")[0]
    steps, pipelines = _names_for(tree, "step"), _names_for(tree, "pipeline")
    pipelines |= {bound for node in tree.body if _decorated(node, pipelines) for bound in _binds(node)}
    pipelines |= {bound for node in tree.body if _derives(node, pipelines) for bound in _binds(node)}
    used = {word for node in tree.body for word in _words(node)}
    statements = []
    for node in (part for whole in tree.body for part in _name_by_name(whole)):
        if _is_docstring(node) or _is_main_block(node) or _starts(node, pipelines):
            continue
        _without_options(node, steps)
        binds = frozenset(_binds(node))
        statements.append(
            _Statement(
                ast.dump(node),
                binds,
                frozenset(_words(node)),
                tuple(_imports(node, package)),
                always=_acts(node) or (_is_import(node) and not binds & used),
            )
        )
    return _Module(statements)


def _name_by_name(node: ast.stmt) -> Iterator[ast.stmt]:
    """`from m import a, b` as two statements: who uses `a` does not depend on `b`."""
    if isinstance(node, ast.ImportFrom):
        for one in node.names:
            yield ast.ImportFrom(node.module, [one], node.level)
    else:
        yield node


def _acts(node: ast.stmt) -> bool:
    """Whether a statement does something beyond giving a name."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return not all(isinstance(one, (ast.Name, ast.Tuple, ast.List)) for one in targets)
    if isinstance(node, ast.ImportFrom):
        return any(one.name == WHOLE for one in node.names)
    return not isinstance(node, (*_PURE, ast.Import))


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _binds(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for one in node.names:
            yield one.asname or one.name.partition(".")[0]
    else:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _words(node: ast.stmt) -> Iterator[str]:
    """The names that a statement looks up."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            if not isinstance(inner.ctx, ast.Store):
                yield inner.id
        elif isinstance(inner, (ast.Import, ast.ImportFrom)) and inner is not node:
            yield from (one.name.partition(".")[0] for one in inner.names)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (one.name.partition(".")[0] for one in node.names if one.name.partition(".")[0] in _DYNAMIC)


def _imports(node: ast.stmt, package: str) -> Iterator[tuple[str, str]]:
    """What is taken from which module, at any depth: `(module, name)`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            for one in inner.names:
                yield one.name, WHOLE
        elif isinstance(inner, ast.ImportFrom):
            origin = package.split(".")[: len(package.split(".")) - inner.level + 1] if inner.level else []
            module = ".".join([*(part for part in origin if part), *([inner.module] if inner.module else [])])
            for one in inner.names:
                yield module, one.name


def _names_for(tree: ast.Module, what: str) -> set[str]:
    """The names under which a module has one of our decorators."""
    imported = (one for node in tree.body if isinstance(node, ast.ImportFrom) for one in node.names)
    return {what} | {one.asname or one.name for one in imported if one.name == what}


def _decorator(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _decorated(node: ast.stmt, names: set[str]) -> bool:
    return isinstance(node, ast.FunctionDef) and any(_decorator(one) in names for one in node.decorator_list)


def _without_options(node: ast.stmt, steps: set[str]) -> None:
    """Take away `@step(...)`: what of its options matters is known otherwise."""
    if isinstance(node, ast.FunctionDef):
        node.decorator_list = [one for one in node.decorator_list if _decorator(one) not in steps]


def _derives(node: ast.stmt, pipelines: set[str]) -> bool:
    """`nightly = train.with_options(...)`."""
    return isinstance(node, ast.Assign) and _is_of(node.value, pipelines)


def _starts(node: ast.stmt, pipelines: set[str]) -> bool:
    """A pipeline is called at the top of its module, which means nothing in a step."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _is_of(node.value, pipelines)


def _is_of(node: ast.expr, pipelines: set[str]) -> bool:
    while isinstance(node, (ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in pipelines


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_main_block(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "'__main__'" in ast.dump(node.test)


def _is_data(name: str) -> bool:
    return not name.endswith(".py") and PurePosixPath(name).suffix not in _PROSE


def _module_name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]
