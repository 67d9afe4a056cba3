"""A pipeline's DAG as the lines of a tree, for the command line and the screens alike.

A DAG is no tree: a step with several parents stands once, under the parent that comes last in topological order (the
one it most likely waits for), and its line names the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_UNICODE = ("├ ", "└ ", "│ ", "  ")
_ASCII = ("|-", "`-", "| ", "  ")


@dataclass(frozen=True)
class TreeLine:
    """One step's place in the tree.

    Attributes:
        name: The step.
        prefix: The branches drawn before it.
        depth: 0 for a root.
        also_after: Its other parents, in topological order.
    """

    name: str
    prefix: str
    depth: int
    also_after: tuple[str, ...] = ()


def tree_lines(steps: Iterable[tuple[str, Sequence[str]]], *, ascii_only: bool = False) -> list[TreeLine]:
    """The tree of a DAG.

    Args:
        steps: Names with their parents, in topological order; parents that are not in the list are left out.
        ascii_only: Draw branches with ASCII, for terminals that cannot show more.
    """
    order = {name: (place, parents) for place, (name, parents) in enumerate(steps)}
    children: dict[str | None, list[str]] = {}
    others: dict[str, tuple[str, ...]] = {}
    for name, (_, parents) in order.items():
        known = sorted({parent for parent in parents if parent in order}, key=lambda parent: order[parent][0])
        children.setdefault(known[-1] if known else None, []).append(name)
        others[name] = tuple(known[:-1])
    branch, last_branch, bar, blank = _ASCII if ascii_only else _UNICODE
    lines: list[TreeLine] = []
    # A stack instead of recursion: a chain of 1,000 steps is 1,000 levels deep.
    stack = [(name, "", 0, False) for name in reversed(children.get(None, []))]
    while stack:
        name, indent, depth, is_last = stack.pop()
        mark = "" if depth == 0 else (last_branch if is_last else branch)
        lines.append(TreeLine(name, indent + mark, depth, others[name]))
        below = indent + ("" if depth == 0 else (blank if is_last else bar))
        kids = children.get(name, [])
        stack.extend((kid, below, depth + 1, kid == kids[-1]) for kid in reversed(kids))
    return lines
