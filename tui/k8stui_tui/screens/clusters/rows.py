"""Contexts and namespaces as rows, and what a context answers as a text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from k8stui_tui.keys import way_to
from k8stui_tui.program import as_called
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, Shown, by_text
from k8stui_tui.wording import error_lines

if TYPE_CHECKING:
    from k8stui.control.clusters.contexts import ContextFacts, ContextView
    from k8stui.control.doctor.finding import Finding
    from k8stui.model.errors import K8stuiError
    from k8stui.model.stacks import StackDocument

ALL = "all"
"""The row that stands for all namespaces; no namespace can be called so by chance: `:ns all` means the same."""


class ContextLine(NamedTuple):
    """A context, and the word for whether it is used."""

    context: ContextView
    word: str


class StackLine(NamedTuple):
    """A stack by the names of its parts, where it leads, and the word for whether it is used."""

    name: str
    word: str
    orchestrator: str
    leads: str
    store: str
    registry: str


class NamespaceLine(NamedTuple):
    """A namespace, or all of them, the word for whether it is used, and how many runs go on there."""

    key: str
    title: str
    word: str
    runs: int


def _word(text: str) -> Shown:
    return by_text(text, "good" if text == "used" else "dim")


CONTEXTS: Sheet[ContextLine] = Sheet(
    lambda one: one.context.name,
    (Column("used", "USED", least=7), lambda one, _: _word(one.word)),
    (Column("context", "CONTEXT", least=14, flex=2, tail=10), lambda one, _: by_text(one.context.name)),
    (
        Column("cluster", "CLUSTER", least=10, flex=1, drop=3, tail=8),
        lambda one, _: by_text(one.context.cluster, "dim"),
    ),
    (Column("server", "SERVER", least=16, flex=2, drop=2), lambda one, _: by_text(one.context.server, "dim")),
    (Column("user", "USER", least=8, flex=1, drop=1, tail=8), lambda one, _: by_text(one.context.user, "dim")),
    (Column("namespace", "NAMESPACE", least=9, most=24), lambda one, _: by_text(one.context.namespace, "dim")),
)

STACKS: Sheet[StackLine] = Sheet(
    lambda one: one.name,
    (Column("used", "USED", least=7), lambda one, _: _word(one.word)),
    (Column("stack", "STACK", least=12, flex=1), lambda one, _: by_text(one.name)),
    (Column("orchestrator", "ORCHESTRATOR", least=12, flex=1, drop=2), lambda one, _: by_text(one.orchestrator, "dim")),
    (Column("leads", "LEADS TO", least=34, flex=3), lambda one, _: by_text(one.leads, "dim")),
    (Column("store", "ARTIFACT STORE", least=14, flex=1, drop=3), lambda one, _: by_text(one.store, "dim")),
    (Column("registry", "REGISTRY", least=10, flex=1, drop=4), lambda one, _: by_text(one.registry, "dim")),
)

NAMESPACES: Sheet[NamespaceLine] = Sheet(
    lambda one: one.key,
    (Column("used", "USED", least=4), lambda one, _: _word(one.word)),
    (
        Column("namespace", "NAMESPACE", least=16, flex=1),
        lambda one, _: by_text(one.title, "dim" if one.key == ALL else ""),
    ),
    (
        Column("runs", "GOING ON", right=True, least=8),
        lambda one, _: (Cell(str(one.runs) if one.runs else ""), one.runs),
    ),
)


def context_lines(contexts: Sequence[ContextView], used: str) -> list[ContextLine]:
    """The contexts.

    Args:
        contexts: By name.
        used: The one that is looked at.
    """
    return [ContextLine(one, "used" if one.name == used else "current" if one.current else "") for one in contexts]


def stack_lines(document: StackDocument, used: str) -> list[StackLine]:
    """The stacks.

    Args:
        document: What is registered.
        used: The one that is used here; empty for none.
    """
    from k8stui.stacks.kinds import where

    lines = []
    for name, stack in document.stacks.items():
        word = "used" if name == used else "active" if name == document.active else ""
        leads = where(document.orchestrators[stack.orchestrator])
        lines.append(
            StackLine(name, word, stack.orchestrator, leads, stack.artifact_store or "", stack.container_registry or "")
        )
    return lines


def verified_text(found: Sequence[Finding] | None, *, asking: bool) -> list[str]:
    """What verifying a stack has come to; how to do it where nobody has yet."""
    if asking:
        return ["Verifying ..."]
    if found is None:
        return [f"{way_to('clusters.verify')} verifies it."]
    lines = []
    for one in found:
        lines.append(f"{one.level.value:<8} {one.check}: {as_called(one.sentence)}")
        lines += [f"         -> {line}" for line in as_called(one.fix).splitlines()]
    return lines


def namespace_lines(names: Sequence[str], used: str, going_on: Mapping[str, int]) -> list[NamespaceLine]:
    """The namespaces, all of them together first.

    Args:
        names: By name.
        used: The one that is looked at; `all` for all.
        going_on: How many runs go on in those that are known.
    """
    titles = [(ALL, "all namespaces", sum(going_on.values())), *((name, name, going_on.get(name, 0)) for name in names)]
    return [NamespaceLine(key, title, "used" if key == used else "", runs) for key, title, runs in titles]


def facts_text(one: ContextView, facts: ContextFacts, columns: int) -> str:
    """What a context answers, in lines of so many columns."""
    rights = [("yes" if has else "no", right) for right, has in facts.rights.items()]
    nodes = "you may not list them" if facts.nodes is None else str(facts.nodes)
    running = "you may not list them" if facts.running is None else f"{facts.running} going on in {facts.namespace}"
    lines = [
        f"reachable  {one.server}, answers in {facts.latency * 1000:.0f} ms",
        f"version    {facts.version}",
        f"you are    {facts.user}",
        f"nodes      {nodes}",
        *(line for words in facts.bad_nodes[:8] for line in _below(words, columns)),
        f"runs       {running}",
        "",
        f"ALLOWED IN NAMESPACE {facts.namespace}",
        *(f"  {has:<5}{right}" for has, right in rights),
    ]
    return "\n".join(lines)


def _below(words: str, columns: int) -> list[str]:
    return wrap(words, max(columns, 40), initial_indent=" " * 13, subsequent_indent=" " * 15, break_on_hyphens=False)


def failure_text(one: ContextView, error: K8stuiError, columns: int) -> str:
    """Why a context does not answer, in lines of so many columns."""
    lines = ["not reachable" + (f"  {one.server}" if one.server else ""), *error_lines(error)]
    return "\n".join(part for line in lines for part in wrap(line, max(columns, 20), break_on_hyphens=False))
