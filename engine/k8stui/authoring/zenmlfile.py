"""Tells files that belong to ZenML from our own, by what they import: such a file is run, not loaded.

It is only read for that. Loading it would import it, and a file without `__main__` block runs its pipeline then.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from k8stui.model.labels import label_value


def is_zenml_file(path: Path) -> bool:
    """Whether a Python file imports zenml and nothing of k8stui; False for what cannot be read."""
    modules = {name.partition(".")[0] for name in _imports(_tree(path))}
    return "zenml" in modules and "k8stui" not in modules


def zenml_pipelines(path: Path) -> frozenset[str]:
    """The pipelines that a file of ZenML defines, as the label `pipeline` of their Jobs names them."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef) and (named := _pipeline(node)):
            found.add(label_value(named))
    return frozenset(found)


def _tree(path: Path) -> ast.AST:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _pipeline(function: ast.FunctionDef) -> str:
    """The name of the pipeline that a function is; empty where it is none."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) != "pipeline":
            continue
        given = decorator.keywords if isinstance(decorator, ast.Call) else []
        names = [one.value.value for one in given if one.arg == "name" and isinstance(one.value, ast.Constant)]
        return str(names[0]) if names else function.name
    return ""
