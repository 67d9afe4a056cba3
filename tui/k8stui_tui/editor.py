"""An object in the editor of the person: opened again with what is wrong, until it is right or left as it is."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.control.objects.editing import Draft, apply, refused
from k8stui.model.errors import InvalidInputError, RejectedError

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.cluster.resources import JsonObject
    from k8stui.stacks.document import StackFile


def editor_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The editor, chosen as kubectl does."""
    return shlex.split(environ.get("KUBE_EDITOR") or environ.get("EDITOR") or "vi")


async def edit(cluster: Cluster, draft: Draft) -> JsonObject:
    """Have an object edited on this terminal until the server accepts it by a dry run.

    Returns:
        The patch that would be sent; empty when nothing is to be changed.

    Raises:
        InvalidInputError: There is no such editor, or it failed.
        K8stuiError: It cannot be changed at all: a right is missing, or others changed the same.
    """
    text = draft.text()
    while True:
        edited = await edited_text(text)
        if _without_comments(edited) == _without_comments(text):
            return {}
        try:
            patch = draft.change(edited)
            if patch:
                await apply(cluster, draft, patch, dry_run=True)
        except (InvalidInputError, RejectedError) as error:
            text = refused(edited, error)
        else:
            return patch


async def edit_stack(file: StackFile, name: str) -> bool:
    """Have a stack edited on this terminal until it is possible; gives whether it was changed.

    Raises:
        NotFoundError: There is no such stack.
        InvalidInputError: There is no such editor, or it failed.
        ConflictError: Somebody else has changed the same meanwhile.
    """
    from k8stui.stacks.editing import edited, text_to_edit  # noqa: PLC0415 - for those who edit a stack

    before = await asyncio.to_thread(file.read)
    text = text_to_edit(before, name)
    while True:
        given = await edited_text(text)
        if _without_comments(given) == _without_comments(text):
            return False
        try:
            await asyncio.to_thread(file.change, partial(edited, before=before, name=name, text=given))
        except InvalidInputError as error:
            text = refused(given, error)
        else:
            return True


async def edited_text(text: str) -> str:
    """A text after it was edited, in a file that only its owner can read and that does not stay.

    Raises:
        InvalidInputError: There is no such editor, or it failed.
    """
    command = editor_command()
    with tempfile.TemporaryDirectory(prefix="k8stui-edit-") as folder:
        path = Path(folder, "object.yaml")
        await asyncio.to_thread(_write, path, text)
        try:
            process = await asyncio.create_subprocess_exec(*command, str(path))
        except OSError as error:
            raise InvalidInputError(
                f"The editor {command[0]!r} cannot be started: {error.strerror}.", hint="EDITOR names another one."
            ) from None
        code = await process.wait()
        if code:
            raise InvalidInputError(f"The editor {command[0]!r} ended with {code}: nothing was changed.")
        return await asyncio.to_thread(path.read_text, encoding="utf-8", errors="replace")


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _without_comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def summary(draft: Draft, lines: list[str]) -> str:
    """What was done, in a sentence."""
    fields = [line.partition(":")[0] for line in lines]
    more = f" and {len(fields) - 3} more" if len(fields) > 3 else ""
    return f"{draft.called} was changed: {', '.join(fields[:3])}{more}."
