"""Settings as they stand on the command line: `--max_parallelism=4`, `--local`, `--options.endpoint_url https://…`.

Which there are depends on the kind of component, so the command line's library passes them on and they are read here.
Values that must stay secret are asked for, or read from where no history and no list of processes shows them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.asking import can_ask, hidden

if TYPE_CHECKING:
    from k8stui.model.friendly import FriendlyModel
    from k8stui.model.stacks import StackDocument
    from k8stui.stacks.kinds import Settable

Arguments = Annotated[
    list[str], typer.Argument(metavar="NAME [--SETTING=VALUE]", help="Its name, and what it is set to.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Their names.")]
Secret = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="NAME", help="A secret value: asked for, or NAME=@FILE, NAME=env:VARIABLE."),
]

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Settings of a command whose options are not all known to the command line's library."""

_TRUTHS = ("true", "false", "yes", "no", "on", "off", "1", "0")


class SettingsCommand(typer.core.TyperCommand):
    """A command whose help also tells the settings of a kind of component."""

    kind = ""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as click calls it
        """The settings, below the options."""
        from k8stui.stacks.kinds import KINDS

        write_settings(
            formatter, "Settings, as --NAME=VALUE (a table or list as JSON, or @FILE)", KINDS[self.kind].config
        )


def write_settings(formatter: Any, title: str, config: type[FriendlyModel]) -> None:
    """A section of a help page: what can be set."""
    with formatter.section(title):
        fields = config.model_fields.items()
        formatter.write_dl([(f"--{name}", field.description or "") for name, field in fields])


def command_of(field: str) -> type[SettingsCommand]:
    """The class of commands that set a kind of component."""
    return type("Settings", (SettingsCommand,), {"kind": field})


def read_settings(kind: Settable, arguments: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A name and settings, in any order.

    Returns:
        The name; empty where none is given. The settings by name, with tables for names with dots.

    Raises:
        InvalidInputError: What is given cannot be understood, or twice.
    """
    names: list[str] = []
    settings: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word.startswith("--") and len(word) > 2:
            name, equals, text = word[2:].partition("=")
            name = name.replace("-", "_")
            if not equals:
                text = _next(kind, name, rest)
            _put(kind, settings, name, _content(kind, name, text))
        elif word.startswith("-") and len(word) > 1:
            raise InvalidInputError(f"There is no option {word}.", hint=f"k8stui {kind.verb} --help lists them all.")
        else:
            names.append(word)
    if len(names) > 1:
        raise InvalidInputError(f"One name is expected, and {len(names)} are given: {', '.join(names)}.")
    return (names[0] if names else ""), settings


def _next(kind: Settable, name: str, rest: list[str]) -> str:
    """The value that follows an option; a switch needs none."""
    field = kind.config.model_fields.get(name)
    switch = field is not None and "bool" in str(field.annotation)
    if switch and not (rest and rest[0].lower() in _TRUTHS):
        return "true"
    if not rest or rest[0].startswith("--"):
        raise InvalidInputError(f"--{name} needs a value: --{name}=…")
    return rest.pop(0)


def _content(kind: Settable, name: str, text: str) -> Any:
    from k8stui.stacks.registering import setting_of, setting_of_file

    if text.startswith("@"):
        return setting_of_file(kind, name, _file(f"--{name}", text[1:]), text[1:])
    return setting_of(kind, name, text)


def _put(kind: Settable, settings: dict[str, Any], name: str, value: Any) -> None:
    *tables, last = name.split(".")
    inside = settings
    for table in tables:
        inside = inside.setdefault(table, {})
        if not isinstance(inside, dict):
            break
    if not isinstance(inside, dict) or last in inside:
        raise InvalidInputError(f"{kind.field}.{name} is given twice.")
    inside[last] = value


def read_secrets(given: Sequence[str]) -> dict[str, str]:
    """The values of `--secret` options: `NAME` asks, `NAME=@FILE` and `NAME=env:VARIABLE` read.

    Raises:
        InvalidInputError: A value stands on the line, cannot be read, or there is nobody to ask.
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, source = text.partition("=")
        if not name or name in found:
            raise InvalidInputError(f"--secret: {name!r} is given twice." if name else "--secret needs a name.")
        if not equals:
            if not can_ask():
                raise InvalidInputError(
                    f"There is nobody to ask for the secret {name}.",
                    hint=f"--secret {name}=@FILE reads it from a file, --secret {name}=env:VARIABLE from a variable.",
                )
            found[name] = hidden(name)
        elif source.startswith("@"):
            found[name] = _file(f"--secret {name}", source[1:]).removesuffix("\n").removesuffix("\r")
        elif source.startswith("env:"):
            found[name] = _variable(name, source[4:], os.environ)
        else:
            raise InvalidInputError(
                f"--secret {name}: a value on the line would stand in the shell's history and in lists of processes.",
                hint=f"--secret {name} asks for it; or --secret {name}=@FILE, --secret {name}=env:VARIABLE.",
            )
    return found


def with_secrets(document: StackDocument, owner: str, values: Mapping[str, str]) -> StackDocument:
    """The document, checked; then its owner's new secrets are kept, so that no file names what is not there.

    Args:
        document: What is about to be written.
        owner: Whose secrets they are, as `Secrets` has it.
        values: Those that are new; those it had stay.

    Raises:
        InvalidInputError: Something in the document is wrong; the secrets are as before.
    """
    from k8stui.stacks.document import checked
    from k8stui.stacks.place import default_path
    from k8stui.stacks.secrets import Secrets

    made = checked(document)
    if values:
        secrets = Secrets(default_path())
        secrets.keep(owner, {**secrets.read(owner), **values})
    return made


def drop_secrets(owner: str, names: Collection[str]) -> None:
    """Drop an owner's secrets but those named; once the document is written, which would name them otherwise."""
    from k8stui.stacks.place import default_path
    from k8stui.stacks.secrets import Secrets

    secrets = Secrets(default_path())
    known = secrets.read(owner)
    if left_over := known.keys() - set(names):
        secrets.keep(owner, {name: value for name, value in known.items() if name not in left_over})


def _variable(name: str, variable: str, environ: Mapping[str, str]) -> str:
    if not environ.get(variable):
        raise InvalidInputError(f"--secret {name}: the variable {variable} is not set.")
    return environ[variable]


def _file(option: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidInputError(f"{option}: {path} cannot be read: {reason}.") from error
