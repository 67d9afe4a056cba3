"""What registering, changing and deleting a component make of a document. Pure: nothing is half done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui.model.friendly import FriendlyModel
from k8stui.model.kubernetes_types import unknown_field
from k8stui.model.settings import merged_tables
from k8stui.model.stacks import StackDocument, check_name
from k8stui.model.yamlerrors import line_of
from k8stui.stacks.document import plain_model
from k8stui.stacks.kinds import Kind, Settable


def register(
    document: StackDocument,
    kind: Kind,
    name: str,
    settings: Mapping[str, Any],
    *,
    flavor: str = "",
    connector: str = "",
    resource: str = "",
    secrets: Sequence[str] = (),
) -> StackDocument:
    """The document with one component more.

    Args:
        document: What is registered.
        kind: Which kind of component.
        name: Its name.
        settings: What it is set to.
        flavor: One of the kind's; empty for the usual one.
        connector: The service connector by which it is reached; empty for none.
        resource: Which of the connector's resources it is.
        secrets: Names of the values that are kept apart.

    Raises:
        InvalidInputError: A name, a flavor or a setting is not possible.
        ConflictError: There is one of that name already.
    """
    check_name(name, kind.field)
    if name in kind.all(document):
        raise ConflictError(
            f"There is {_a(kind.noun)} {name!r} already.", hint=f"Change it: k8stui {kind.verb} update {name} --…"
        )
    config = kind.config.model_validate(settings, context={"where": kind.field})
    given: dict[str, Any] = {"config": config}
    if (found := flavor_of(kind, config, flavor)) and "flavor" in kind.model.model_fields:
        given["flavor"] = found
    given |= {"connector": connector} if connector else {}
    given |= {"resource": resource} if resource else {}
    given |= {"secrets": tuple(sorted(secrets))} if secrets else {}
    return _with(document, kind, name, kind.model.model_validate(given, context={"where": kind.field}))


def flavor_of(kind: Kind, config: FriendlyModel, flavor: str = "") -> str:
    """The flavor of a component; what a person called it is compared with what it is.

    Raises:
        InvalidInputError: It is another one, or none of the kind's.
    """
    if flavor and flavor not in kind.flavors:
        raise InvalidInputError(
            f"{kind.field}.flavor: {flavor!r} is not possible: it should be {' or '.join(kind.flavors)}"
        )
    own = str(getattr(config, "flavor", "")) or flavor or kind.flavors[0]
    if flavor and flavor != own:
        path = getattr(config, "path", "")
        raise InvalidInputError(
            f"{kind.field}.flavor: {flavor!r} does not go with the path {path!r}, which is {own}",
            hint=f"Give --flavor={own}, or leave it out.",
        )
    return own


def update(
    document: StackDocument,
    kind: Kind,
    name: str,
    settings: Mapping[str, Any],
    *,
    unset: Sequence[str] = (),
    secrets: Sequence[str] | None = None,
) -> StackDocument:
    """The document with a component that is set otherwise.

    Args:
        document: What is registered.
        kind: Which kind of component.
        name: Its name.
        settings: What it is set to from now on; tables are taken over key by key.
        unset: Settings that go back to their defaults.
        secrets: Names of the values that are kept apart; None for the same as before.

    Raises:
        NotFoundError: There is none of that name.
        InvalidInputError: A setting is not possible, or one that is to be unset is not set.
    """
    component = kind.get(document, name)
    known = plain_config(component.config)
    for setting in unset:
        if setting not in kind.config.model_fields:
            raise unknown_field(kind.field, setting, list(kind.config.model_fields))
        if known.pop(setting, None) is None:
            raise InvalidInputError(f"{kind.field}.{setting} is not set, so that it cannot be unset.")
    config = kind.config.model_validate(merged_tables(known, settings), context={"where": kind.field})
    changed: dict[str, Any] = {"config": config}
    changed |= {} if secrets is None else {"secrets": tuple(sorted(secrets))}
    return _with(document, kind, name, component.model_copy(update=changed))


def connect(document: StackDocument, kind: Kind, name: str, connector: str, resource: str = "") -> StackDocument:
    """The document with a component that is reached by a connector; by none when that is empty.

    Raises:
        NotFoundError: There is none of that name.
    """
    component = kind.get(document, name)
    return _with(document, kind, name, component.model_copy(update={"connector": connector, "resource": resource}))


def delete(document: StackDocument, kind: Kind, name: str) -> StackDocument:
    """The document without a component.

    Raises:
        NotFoundError: There is none of that name.
        ConflictError: Stacks use it.
    """
    kind.get(document, name)
    if users := kind.users(document, name):
        stacks = f"the stack{'s' if len(users) > 1 else ''} {', '.join(users)}"
        raise ConflictError(
            f"The {kind.noun} {name!r} belongs to {stacks}; it was not deleted.",
            hint=f"First: k8stui stack delete {users[0]}, or k8stui stack update {users[0]} --{kind.verb} OTHER",
        )
    rest = {key: value for key, value in kind.all(document).items() if key != name}
    return document.model_copy(update={kind.section: rest})


def setting_of(kind: Settable, name: str, text: str) -> Any:
    """What a text on the command line means for a setting: JSON or YAML where it looks like it, else itself.

    Raises:
        InvalidInputError: It begins like a list or table and is none.
    """
    if text[:1] not in ("{", "["):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInputError(f"{kind.field}.{name}: {text!r} is neither JSON nor YAML.") from error


def setting_of_file(kind: Settable, name: str, text: str, path: str) -> Any:
    """What a file's text means for a setting: a table or list where it is one as YAML or JSON, else itself.

    Args:
        kind: What is set.
        name: The setting.
        text: All of the file.
        path: What errors call it; they do not quote what is in it.

    Raises:
        InvalidInputError: It is no YAML, or several lines of text for a setting that takes none.
    """
    field, plain_text = kind.config.model_fields.get(name), text.rstrip("\n")
    if field is not None and field.annotation in (str, str | None):
        return plain_text
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = f", line {number}," if (number := line_of(error)) else ""
        raise InvalidInputError(f"{kind.field}.{name}: {path}{line} is neither JSON nor YAML.") from None
    if isinstance(found, dict | list):
        return found
    if field is not None and "\n" in plain_text:
        raise InvalidInputError(f"{kind.field}.{name}: {path} holds neither a table nor a list.")
    return plain_text


def plain_config(config: FriendlyModel) -> dict[str, Any]:
    """What was set in a configuration, as JSON types."""
    found: dict[str, Any] = plain_model(config)
    return found


def _with(document: StackDocument, kind: Kind, name: str, component: Any) -> StackDocument:
    return document.model_copy(update={kind.section: {**kind.all(document), name: component}})


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
