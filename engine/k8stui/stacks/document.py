"""The file of stacks: read whole, changed under a lock, replaced as a whole, so that two writers lose nothing.

What is registered stands there as it was given, without defaults: a default that gets better in a later version reaches
everybody. A crash leaves the old file or the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from k8stui.model.errors import InvalidInputError
from k8stui.model.friendly import FriendlyModel
from k8stui.model.pod_settings import KubernetesPodSettings
from k8stui.model.stacks import VERSION, ServiceConnector, Stack, StackDocument
from k8stui.model.variables import STACKS_VARIABLE
from k8stui.model.yamlerrors import line_of
from k8stui.stacks.kinds import KINDS
from k8stui.stacks.place import default_path
from k8stui.stacks.private_file import locked, replace_private

_CONFIGS = {kind.section: kind.config for kind in KINDS.values()}

_ENTRIES: dict[str, type[FriendlyModel]] = {
    "stacks": Stack,
    **{kind.section: kind.model for kind in KINDS.values()},
    "connectors": ServiceConnector,
}


class StackFile:
    """One file.

    Attributes:
        path: Where it is, or would be.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()

    def read(self) -> StackDocument:
        """What is registered; nothing where there is no file.

        Raises:
            InvalidInputError: The file cannot be read, or something in it is wrong.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return StackDocument()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise InvalidInputError(f"{self.path} cannot be read: {reason}.") from error
        return document_of(text, str(self.path))

    def change(self, function: Callable[[StackDocument], StackDocument]) -> StackDocument:
        """Change what is registered; nothing is written where that is wrong or the same as before.

        Args:
            function: Gives the new document for the one that is there now.

        Returns:
            The document that is there afterwards.

        Raises:
            InvalidInputError: The file, or what was made of it, is not possible.
            K8stuiError: It cannot be written; or what the function raises.
        """
        if self.path.exists() and not self.path.is_file():
            raise InvalidInputError(f"{self.path} is no file that could be changed.", hint=f"Unset {STACKS_VARIABLE}.")
        with locked(self.path):
            before = self.read()
            after = checked(function(before))
            if plain(after) != plain(before):
                replace_private(self.path, as_text(after))
            return after


def document_of(text: str, where: str) -> StackDocument:
    """The document that a YAML text is.

    Args:
        text: All of it.
        where: What errors call it: the file's path.

    Raises:
        InvalidInputError: A sentence for each thing that is wrong.
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = f", line {number}" if (number := line_of(error)) else ""
        raise InvalidInputError(f"{where}{line}: this is no YAML: {getattr(error, 'problem', error)}") from error
    return _parsed({} if data is None else data, where)


def _parsed(data: Any, where: str) -> StackDocument:
    if not isinstance(data, Mapping):
        raise InvalidInputError(f"{where}: expected sections such as stacks and orchestrators, got {data!r:.60}")
    version = data.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise InvalidInputError(
            f"{where}: version {version} was written by a newer k8stui; this one knows version {VERSION}.",
            hint="Upgrade k8stui, or name another file in K8STUI_STACKS. It is left as it is.",
        )
    told, made = _Problems(), dict(data)
    for section, model in _ENTRIES.items():
        entries = data.get(section)
        if isinstance(entries, Mapping):
            made[section] = {}
            for name, entry in entries.items():
                place = f"{where}: {section}.{name}"
                with told.collecting():
                    made[section][name] = found = _entry(entry, model, _CONFIGS.get(section), place)
                    if isinstance(found, ServiceConnector):
                        _check_connector(str(name), found, place)
        elif entries is None:
            made.pop(section, None)
    told.tell()
    try:
        return StackDocument.model_validate(made, context={"where": where})
    except InvalidInputError as error:
        message = "\n".join(
            line if line.startswith(where) else f"{where}: {line}" for line in error.message.split("\n")
        )
        raise InvalidInputError(message, hint=error.hint) from error


def _entry(data: Any, model: type[FriendlyModel], config: type[FriendlyModel] | None, where: str) -> FriendlyModel:
    if config and isinstance(data, Mapping) and "config" in data:
        data = {**data, "config": config.model_validate(data["config"] or {}, context={"where": f"{where}.config"})}
    return model.model_validate(data, context={"where": where})


def _check_connector(name: str, connector: ServiceConnector, where: str) -> None:
    from k8stui.stacks.connectors.types import check_registered  # noqa: PLC0415 - only for those who use a connector

    check_registered(name, connector, where)


class _Problems:
    """What is wrong, all of it."""

    def __init__(self) -> None:
        self._found: list[InvalidInputError] = []

    @contextmanager
    def collecting(self) -> Iterator[None]:
        try:
            yield
        except InvalidInputError as error:
            self._found.append(error)

    def tell(self) -> None:
        """Raise what was found, if anything was."""
        if self._found:
            message = "\n".join(error.message for error in self._found)
            raise InvalidInputError(message, hint="\n".join(error.hint for error in self._found if error.hint))


def plain(document: StackDocument) -> dict[str, Any]:
    """What was set in a document, as JSON types."""
    return {"version": document.version, **plain_model(document)}


def as_text(document: StackDocument) -> str:
    """A document as YAML, with what was set in it."""
    return str(yaml.safe_dump(plain(document), sort_keys=False, allow_unicode=True))


def plain_model(value: Any) -> Any:
    """What was set in a model, without defaults, as JSON types."""
    if isinstance(value, KubernetesPodSettings):
        return value.explicit()
    if isinstance(value, FriendlyModel):
        given = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        return {name: plain_model(one) for name, one in given.items()}
    if isinstance(value, Mapping):
        return {key: plain_model(one) for key, one in value.items()}
    return [plain_model(one) for one in value] if isinstance(value, list | tuple) else value


def checked(document: StackDocument) -> StackDocument:
    """The document, once everything in it has been looked at: copies of models are made without a look.

    Raises:
        InvalidInputError: Something in it is wrong.
    """
    return _parsed(plain(document), "stacks")
