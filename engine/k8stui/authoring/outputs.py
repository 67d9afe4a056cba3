"""How many outputs a step has and what they are called, read from its return annotation.

An annotation may be an object or only its text (`from __future__ import annotations`, names imported for type checkers
alone, or a function that is read and never imported): both are understood.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NoReturn, get_args, get_origin

from k8stui.model.errors import InvalidInputError

SINGLE = ("output",)
"""The one output of a step that does not say what it returns."""


def output_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what a function returns, in order.

    `-> None` has none, no annotation and any plain type one called `output`, `Annotated[T, "name"]` one of that name,
    a tuple of two or more types as many, called `output_0`, `output_1` … or by their `Annotated`.

    Raises:
        InvalidInputError: Two have the same name.
    """
    annotations = getattr(function, "__annotations__", {})
    if "return" not in annotations:
        return SINGLE
    annotation = annotations["return"]
    while isinstance(annotation, str):  # quoted twice: by the author, and by the import from __future__
        try:
            annotation = eval(annotation, getattr(function, "__globals__", {}))  # noqa: S307  (the author's own text)
        except Exception:  # any name may be missing at run time; the text alone still tells enough
            return names_of_text(annotation)
    return _names_of_object(annotation)


def named(names: Sequence[str]) -> tuple[str, ...]:
    """Names given by the author, checked.

    Raises:
        InvalidInputError: One is empty or stands there twice.
    """
    if isinstance(names, str) or not all(isinstance(name, str) and name for name in names):
        raise InvalidInputError(f"outputs={names!r} is not a list of names")
    for name in names:
        if list(names).count(name) > 1:
            raise InvalidInputError(f"two outputs are called {name!r}")
    return tuple(names)


def _names_of_object(annotation: Any) -> tuple[str, ...]:
    if annotation is None or annotation is types.NoneType or annotation is NoReturn:
        return ()
    if get_origin(annotation) is tuple:
        members = get_args(annotation)
        if len(members) > 1 and Ellipsis not in members:
            return named([_annotated(member) or f"output_{index}" for index, member in enumerate(members)])
    return (_annotated(annotation) or SINGLE[0],)


def _annotated(annotation: Any) -> str | None:
    if get_origin(annotation) is not Annotated:
        return None
    return next((extra for extra in get_args(annotation)[1:] if isinstance(extra, str)), None)


def names_of_text(annotation: str) -> tuple[str, ...]:
    """`output_names` for the text of an annotation, whose names need not exist.

    Raises:
        InvalidInputError: Two outputs have the same name.
    """
    try:
        return _names_of_node(ast.parse(annotation, mode="eval").body)
    except SyntaxError:
        return SINGLE


def _names_of_node(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return names_of_text(node.value)
    if isinstance(node, ast.Constant) and node.value is None:
        return ()
    if _name(node) in ("NoReturn", "Never"):
        return ()
    members = _members(node, "tuple", "Tuple")
    if len(members) > 1 and not any(isinstance(m, ast.Constant) and m.value is Ellipsis for m in members):
        return named([_annotated_node(member) or f"output_{index}" for index, member in enumerate(members)])
    return (_annotated_node(node) or SINGLE[0],)


def _annotated_node(node: ast.expr) -> str | None:
    texts = (extra.value for extra in _members(node, "Annotated")[1:] if isinstance(extra, ast.Constant))
    return next((text for text in texts if isinstance(text, str)), None)


def _members(node: ast.expr, *generics: str) -> list[ast.expr]:
    """What stands in the brackets of one of these generics; empty for anything else."""
    if not isinstance(node, ast.Subscript) or _name(node.value) not in generics:
        return []
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _name(node: ast.expr) -> str:
    """`tuple` of `tuple`, `Tuple` of `typing.Tuple`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
