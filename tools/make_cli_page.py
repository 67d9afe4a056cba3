"""Writes docs/reference/cli.md from the program: each verb, what it takes, and the exit codes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from k8stui.model import errors
from k8stui.stacks.connectors.types import TYPES
from k8stui.stacks.kinds import KINDS
from k8stui_tui.cli import session
from k8stui_tui.cli.app import build
from k8stui_tui.verbs import HIDDEN

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"

_HEAD = """# Reference: the command line

Made from the program. What the verbs mean, and what they print: [cli.md](../cli.md).

"""

_CLUSTER = ("context", "namespace", "kubeconfig")
"""Options that nearly every verb has; described once."""

_COMMON = (*_CLUSTER, "output")


def page() -> str:
    """The page as it should be."""
    root = typer.main.get_command(build())
    verbs = [*_verbs("k8stui", root)]
    shared = {param.name: param for _, verb in verbs for param in verb.params if param.name in _COMMON}
    return "".join(
        (
            _HEAD,
            "## Before any verb, and for the screens\n\n",
            _table(root, [param for param in root.params if param.name not in _CLUSTER]),
            "\n## What most verbs take\n\n",
            "Where a verb takes them, it says so as *cluster* for the first three, and *output*.\n\n",
            _table(root, [shared[name] for name in _COMMON]),
            *(_described(name, verb) for name, verb in verbs),
            _exit_codes(),
        )
    )


def _verbs(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    for word, found in below.items():
        if word not in HIDDEN:
            yield from _verbs(f"{name} {word}", found)


def _described(name: str, verb: Any) -> str:
    own = [param for param in verb.params if param.param_type_name == "option" and param.name not in _COMMON]
    names = {param.name for param in verb.params}
    takes = ["cluster"] * names.issuperset(_CLUSTER) + ["output"] * ("output" in names)
    arguments = [param.metavar or param.name.upper() for param in verb.params if param.param_type_name == "argument"]
    told = f"\n## `{' '.join((name, *arguments))}`\n\n{inspect.cleandoc(verb.help or '')}\n"
    if takes:
        told += f"\nTakes: {', '.join(takes)}.\n"
    return told + ("\n" + _table(verb, own) if own else "") + _settings_of(name)


def _table(verb: Any, params: list[Any]) -> str:
    context = typer.Context(verb)
    records = [param.get_help_record(context) for param in params]
    rows = [f"| `{_escaped(names)}` | {_escaped(told)} |\n" for names, told in records]
    return "| option | what it does |\n|---|---|\n" + "".join(rows)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _settings_of(name: str) -> str:
    """What can be set by a verb that takes settings."""
    *_, noun, verb = name.split()
    if verb == "register" and noun == "service-connector":
        kinds = ((f"Settings of `--type {kind.kind}`", kind.config_model, kind.secret_names) for kind in TYPES.values())
        return "".join(_fields(title, model, secrets) for title, model, secrets in kinds)
    for kind in KINDS.values():
        if verb == "register" and noun == kind.verb:
            return _fields("Settings", kind.config, {})
    return ""


def _fields(title: str, model: Any, secrets: Mapping[str, str]) -> str:
    rows = [f"| `--{name}` | {_escaped(field.description or '')} |\n" for name, field in model.model_fields.items()]
    rows += [f"| `--secret {name}` | {_escaped(told)} |\n" for name, told in secrets.items()]
    if not rows:
        return f"\n{title}: none.\n"
    return f"\n{title}, as `--NAME=VALUE`:\n\n| setting | what it is |\n|---|---|\n" + "".join(rows)


def _exit_codes() -> str:
    found = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.K8stuiError)]
    codes = sorted({one.exit_code for one in found})
    lines = [
        "\n## Exit codes\n\nOf errors; what they mean for each verb: [cli.md](../cli.md#exit-codes).\n\n",
        "| code | what it says |\n|---|---|\n| 0 | done |\n",
    ]
    for code in codes:
        own = [one for one in found if one.exit_code == code and one is not errors.ForeignRunError]
        told = [inspect.cleandoc(one.__doc__ or "").splitlines()[0] for one in own if one is not errors.K8stuiError]
        rest = ["Any other error."] if code == errors.K8stuiError.exit_code else []
        lines.append(f"| {code} | {' '.join((*told, *rest))} |\n")
    lines.append(f"| {session.EXIT_INTERRUPTED} | Ctrl+C |\n| {session.EXIT_PIPE} | Whoever read the output left. |\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
