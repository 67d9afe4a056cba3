"""The pipelines that a Python file defines, read from its syntax tree: nothing of it is imported or run.

Follows the names a file gives to `k8stui` and its `pipeline`, by import or assignment, in the order of the file, at its
top level and inside `if`, `try` and `with` there: what loading the file would find.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from k8stui.authoring.docstrings import first_line
from k8stui.model.errors import InvalidInputError

_PIPELINE = frozenset({"k8stui.pipeline", "k8stui.authoring.pipelines.pipeline"})
_STAR = {"k8stui": ("pipeline",)}


@dataclass(frozen=True)
class Definition:
    """A function with `@pipeline`.

    Attributes:
        function: Its name.
        name: The pipeline's: of `@pipeline(name="...")` where that is plain text, the function's otherwise.
        line: Where the function is.
        doc: The first line of its docstring; of the file's, where this is its only pipeline.
    """

    function: str
    name: str
    line: int
    doc: str


def of_source(written: bytes, *, place: str) -> list[Definition]:
    """The pipelines of a file, in its order.

    Args:
        written: The file.
        place: What errors call it.

    Raises:
        InvalidInputError: It is not valid Python; the message names the line.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on escapes such as "\d", which are for whoever runs the file
            tree = ast.parse(written)
    except SyntaxError as error:
        raise InvalidInputError(f"{place}:{error.lineno or 1} is not valid Python: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InvalidInputError(f"{place} is not valid Python: {error}") from error
    found = list(_Names().definitions(tree.body))
    if len(found) == 1 and not found[0].doc:
        (one,) = found
        return [Definition(one.function, one.name, one.line, first_line(ast.get_docstring(tree)))]
    return found


class _Names:
    """What the names of a module stand for, as dotted names, as far as they lead to `k8stui`."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def definitions(self, body: Iterable[ast.stmt]) -> Iterator[Definition]:
        """The pipelines, each by its last definition."""
        found: dict[str, Definition] = {}
        for statement in _top_level(body):
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                definition = self._definition(statement)
                meanings = {statement.name: ""}
            else:
                definition, meanings = None, self._meanings(statement)
            for name, meaning in meanings.items():
                found.pop(name, None)
                self._name(name, meaning)
            if definition is not None:
                found[definition.function] = definition
        yield from found.values()

    def _meanings(self, statement: ast.stmt) -> dict[str, str]:
        """The names that a statement binds, and what they stand for; empty for what does not matter here."""
        if isinstance(statement, ast.Import):
            heads = ((alias, alias.name.partition(".")[0]) for alias in statement.names)
            return {alias.asname or head: alias.name if alias.asname else head for alias, head in heads}
        if isinstance(statement, ast.ImportFrom):
            module = "" if statement.level else statement.module or ""
            names = {alias.asname or alias.name: f"{module}.{alias.name}" for alias in statement.names}
            if names.pop("*", None):
                names.update({name: f"{module}.{name}" for name in _STAR.get(module, ())})
            return names
        if isinstance(statement, ast.Assign):
            meaning = self._dotted(statement.value)
            same = statement.value.id if isinstance(statement.value, ast.Name) else ""  # `fit = fit` changes nothing
            targets = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            return {name: meaning for name in targets if name != same}
        return {}

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Definition | None:
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._dotted(called) not in _PIPELINE:
                continue
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            given = next((word.value for word in keywords if word.arg == "name"), None)
            name = given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""
            return Definition(node.name, name or node.name, node.lineno, first_line(ast.get_docstring(node)))
        return None

    def _name(self, name: str, meaning: str) -> None:
        if meaning.partition(".")[0] == "k8stui":
            self._known[name] = meaning
        else:
            self._known.pop(name, None)

    def _dotted(self, node: ast.expr) -> str:
        """What an expression made of names and dots stands for; empty for anything else."""
        if isinstance(node, ast.Name):
            return self._known.get(node.id, "")
        if isinstance(node, ast.Attribute):
            owner = self._dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        return ""


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If) and ast.unparse(statement.test).startswith("__name__ =="):
            continue  # not run when the file is loaded
        if isinstance(statement, ast.If | ast.Try | ast.With):
            for block in ("body", "handlers", "orelse", "finalbody"):
                for inner in getattr(statement, block, ()):
                    yield from _top_level(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])
