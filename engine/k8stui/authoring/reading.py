"""Functions read from their source, never imported: a YAML pipeline runs no code on the machine that submits it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from k8stui.authoring.outputs import SINGLE, names_of_text
from k8stui.authoring.places import shown
from k8stui.authoring.sources import Source
from k8stui.model.errors import InvalidInputError


@dataclass(frozen=True)
class FoundFunction:
    """What the source says of a function.

    Attributes:
        source: Its module.
        name: Its name.
        parameters: Names of its parameters.
        required: Those without a default.
        open: Whether it takes any further name (`**kwargs`).
        outputs: Names of what it returns.
    """

    source: Source
    name: str
    parameters: tuple[str, ...]
    required: tuple[str, ...]
    open: bool
    outputs: tuple[str, ...]


def find(reference: str, *, root: Path, where: str) -> FoundFunction:
    """The function that `module:function` names, below a directory.

    Args:
        reference: A dotted module and a function at its top level.
        root: The directory the module is imported from.
        where: What errors begin with.

    Raises:
        InvalidInputError: The reference, the file, the function or its shape is not usable.
    """
    module, _, name = reference.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), name)):
        raise InvalidInputError(f"{where}: {reference!r} is not of the form module:function")
    base = root.joinpath(*module.split("."))
    file = next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)
    if file is None:
        raise InvalidInputError(f"{where}: there is no module {module!r} in {shown(root)}")
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        raise InvalidInputError(f"{where}: {shown(file)}:{line} is not valid Python: {error}") from error
    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    if name not in functions:
        has = f"It has {', '.join(functions)}." if functions else ""
        raise InvalidInputError(f"{where}: {shown(file)} has no function {name!r} at its top level", hint=has)
    return _described(functions[name], Source(module=module, file=file, root=root), where=where)


def _described(node: ast.FunctionDef | ast.AsyncFunctionDef, source: Source, *, where: str) -> FoundFunction:
    place = f"{shown(source.file or '')}:{node.lineno}"
    takes = node.args
    if isinstance(node, ast.AsyncFunctionDef) or takes.vararg or takes.posonlyargs:
        raise InvalidInputError(
            f"{where}: {node.name} of {place} is async or takes arguments without a name; a step cannot"
        )
    if any(isinstance(decorator, ast.Call) and decorator.keywords for decorator in node.decorator_list):
        raise InvalidInputError(
            f"{where}: {node.name} of {place} has a decorator with options, which a YAML pipeline would leave out",
            hint="Write the options into the YAML file, and name a function without them.",
        )
    names = [argument.arg for argument in takes.args]
    required = names[: len(names) - len(takes.defaults)]
    for argument, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True):
        names.append(argument.arg)
        required += [argument.arg] if default is None else []
    return FoundFunction(
        source=source,
        name=node.name,
        parameters=tuple(names),
        required=tuple(required),
        open=takes.kwarg is not None,
        outputs=SINGLE if node.returns is None else names_of_text(ast.unparse(node.returns)),
    )
