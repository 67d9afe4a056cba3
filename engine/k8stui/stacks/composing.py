"""What registering, changing, deleting, exporting and importing a stack make of a document. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k8stui.model.errors import ConflictError
from k8stui.model.stacks import Stack, StackDocument, check_name
from k8stui.stacks.document import checked, plain_model
from k8stui.stacks.kinds import KINDS, missing


def register_stack(
    document: StackDocument, name: str, parts: Mapping[str, str], *, activate: bool = False
) -> StackDocument:
    """The document with one stack more.

    Args:
        document: What is registered.
        name: Its name.
        parts: Names of its components by kind; empty for none.
        activate: Whether it is used from now on.

    Raises:
        InvalidInputError: The name is not possible.
        ConflictError: There is one of that name already.
        NotFoundError: A component is not registered.
    """
    check_name(name, "stack")
    if name in document.stacks:
        raise ConflictError(
            f"There is a stack {name!r} already.", hint=f"Change it: k8stui stack update {name} -o ORCHESTRATOR …"
        )
    made = Stack.model_validate(_known(document, parts), context={"where": "stack"})
    return checked(
        document.model_copy(
            update={"stacks": {**document.stacks, name: made}, **({"active": name} if activate else {})}
        )
    )


def update_stack(document: StackDocument, name: str, parts: Mapping[str, str]) -> StackDocument:
    """The document with a stack of other components.

    Args:
        document: What is registered.
        name: Its name.
        parts: Names of other components by kind; an empty one leaves its place empty.

    Raises:
        InvalidInputError: It would have no orchestrator.
        NotFoundError: There is no such stack, or a component is not registered.
    """
    stack = stack_called(document, name)
    kept = {kind: value for kind, value in plain_model(stack).items() if kind not in parts}
    made = Stack.model_validate({**kept, **_known(document, parts)}, context={"where": f"stack {name}"})
    return document.model_copy(update={"stacks": {**document.stacks, name: made}})


def delete_stack(document: StackDocument, name: str) -> StackDocument:
    """The document without a stack; its components stay.

    Raises:
        NotFoundError: There is no such stack.
        ConflictError: It is the active one.
    """
    stack_called(document, name)
    if document.active == name:
        raise ConflictError(
            f"The stack {name!r} is the active one; it was not deleted.",
            hint="First: k8stui stack set OTHER, or k8stui stack unset to use none.",
        )
    return document.model_copy(update={"stacks": {key: one for key, one in document.stacks.items() if key != name}})


def activate(document: StackDocument, name: str) -> StackDocument:
    """The document with another active stack; with none when the name is empty.

    Raises:
        NotFoundError: There is no such stack.
    """
    if name:
        stack_called(document, name)
    return document.model_copy(update={"active": name})


def stack_called(document: StackDocument, name: str) -> Stack:
    """A registered stack.

    Raises:
        NotFoundError: There is none of that name.
    """
    if name not in document.stacks:
        raise missing("stack", name, document.stacks, "k8stui stack register NAME -o ORCHESTRATOR")
    return document.stacks[name]


def exported(document: StackDocument, name: str) -> StackDocument:
    """What another person needs to have the same stack: it, its components and their connectors; never secrets.

    Raises:
        NotFoundError: There is no such stack.
    """
    stack = stack_called(document, name)
    parts: dict[str, Any] = {"stacks": {name: stack}}
    connectors = {}
    for kind in KINDS.values():
        if used := getattr(stack, kind.field):
            component = kind.get(document, used)
            parts[kind.section] = {used: component}
            if component.connector:
                connectors[component.connector] = document.connectors[component.connector]
    return StackDocument(**parts, **({"connectors": connectors} if connectors else {}))


def imported(document: StackDocument, other: StackDocument, *, overwrite: bool = False) -> StackDocument:
    """The document with all of another one.

    Args:
        document: What is registered.
        other: What comes in.
        overwrite: Whether what is called the same and is different is replaced.

    Raises:
        ConflictError: Something is called the same and is different; a line for each.
    """
    changed, clashes = {}, []
    for section in ("stacks", *(kind.section for kind in KINDS.values()), "connectors"):
        known, coming = getattr(document, section), getattr(other, section)
        clashes += [f"{section}.{name}" for name in coming if name in known and known[name] != coming[name]]
        if coming:
            changed[section] = {**known, **coming}
    if clashes and not overwrite:
        raise ConflictError(
            f"These are registered already, and otherwise: {', '.join(clashes)}. Nothing was imported.",
            hint="--overwrite replaces them.",
        )
    return document.model_copy(update=changed)


def wanted_secrets(document: StackDocument) -> dict[str, tuple[str, ...]]:
    """The names of the secrets by their owners, as `Secrets` has it: what an import must be completed by."""
    found = {
        kind.owner(name): component.secrets for kind in KINDS.values() for name, component in kind.all(document).items()
    }
    found |= {f"connector/{name}": one.secrets for name, one in document.connectors.items()}
    return {owner: names for owner, names in found.items() if names}


def _known(document: StackDocument, parts: Mapping[str, str]) -> dict[str, str]:
    for kind, name in parts.items():
        if name:
            KINDS[kind].get(document, name)
    return {kind: name for kind, name in parts.items() if name}
