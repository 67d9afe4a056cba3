"""A stack edited as text, with all that belongs to it: what stands in it, and what an edited one comes to. Pure."""

from __future__ import annotations

from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui.model.stacks import StackDocument
from k8stui.stacks.composing import exported, imported
from k8stui.stacks.document import as_text, checked, document_of, plain
from k8stui.stacks.kinds import KINDS


def text_to_edit(document: StackDocument, name: str) -> str:
    """What is edited: the stack, its components and their connectors, and in comments who else uses them.

    Raises:
        NotFoundError: There is no such stack.
    """
    part = exported(document, name)
    lines = [
        f"# Stack {name}, its components and their connectors. Secrets are kept elsewhere, only their names are here.",
        "# What you save is checked; without a change nothing is written.",
    ]
    lines += [
        f"# The {kind.noun} {component} belongs to {', '.join(others)}, too."
        for kind in KINDS.values()
        for component in kind.all(part)
        if (others := [one for one in kind.users(document, component) if one != name])
    ]
    return "\n".join([*lines, as_text(part)])


def edited(document: StackDocument, before: StackDocument, name: str, text: str) -> StackDocument:
    """The document with a stack as it was edited; what it had and has no more stays registered.

    Args:
        document: What is registered now.
        before: What was registered when the editing began.
        name: The stack.
        text: What it was edited to.

    Raises:
        InvalidInputError: The text is not possible, or is about another stack.
        ConflictError: Somebody else has changed the same meanwhile.
    """
    made = document_of(text, "the text")
    if set(made.stacks) != {name} or made.active:
        raise InvalidInputError(f"the text: it should hold the stack {name!r} and no other, and no active one.")
    if plain(exported(document, name)) != plain(exported(before, name)):
        raise ConflictError(
            f"Somebody has changed the stack {name} meanwhile; nothing was written.", hint="Edit it again."
        )
    return checked(imported(document, made, overwrite=True))
