"""The tree of commands: which verb stands where."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.models import CommandInfo

from k8stui.model.errors import InvalidInputError
from k8stui.model.variables import CONTEXT_VARIABLE, KUBECONFIG_VARIABLE, LOG_COMMANDS_VARIABLE, NAMESPACE_VARIABLE
from k8stui_tui.actions.action import screen_names
from k8stui_tui.cli.center import limit, on_terminal, open_center
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace
from k8stui_tui.verbs import HIDDEN, VERBS


def build(line: Sequence[str] = ()) -> typer.Typer:
    """The command line as a typer application.

    Args:
        line: What will be asked of it: where it begins with a verb, the others are left out, because to import them
            and to read their options takes typer longer than most verbs need for all they do.
    """
    app = typer.Typer(
        name="k8stui",
        help="Run Python pipelines on any Kubernetes cluster, and watch, repair and clean them up. "
        "Without a verb: the control center on this terminal.",
        invoke_without_command=True,
        add_completion=False,  # `k8stui completion` instead, as kubectl has it (`completing.py`)
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    alone = line[:1] if line and line[0] in VERBS else VERBS
    for name in alone:
        found = _imported(name)
        if isinstance(found, typer.Typer):
            app.add_typer(_only(found, line[1:2]), name=name, hidden=name in HIDDEN)
        else:
            app.command(name)(found)
    return app


def _imported(verb: str) -> Any:
    module, _, attribute = VERBS[verb].partition(":")
    found = getattr(import_module(f"k8stui_tui.cli.{module}"), attribute)
    return found(verb.replace("-", "_")) if attribute == "app_of" else found


def _only(group: typer.Typer, named: Sequence[str]) -> typer.Typer:
    """A group with the one command that is named in full, if there is such a one; else all of it."""
    found = [command for command in group.registered_commands if [_name_of(command)] == [*named]]
    if not found:
        return group
    alone = copy.copy(group)
    alone.registered_commands, alone.registered_groups = found, []
    return alone


def _name_of(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "").replace("_", "-")


def _root(
    invoked: typer.Context,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    everywhere: Everywhere = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Change nothing in the cluster; also K8STUI_READ_ONLY=1.")
    ] = False,
    only_namespaces: Annotated[
        str | None,
        typer.Option(
            "--only-namespaces",
            metavar="NAME,…",
            help="Keep to these namespaces (patterns as team-*); also K8STUI_ONLY_NAMESPACES.",
        ),
    ] = None,
    screen: Annotated[
        str, typer.Option("--screen", help=f"The screen to begin with: {screen_names()}.", show_default=False)
    ] = "",
    stack: Annotated[  # noqa: ARG001 - taken out of the line by `main`, here for the help only
        str,
        typer.Option("--stack", metavar="NAME", help="Use this stack, or none; may stand anywhere on the line."),
    ] = "",
    log_commands: Annotated[
        str,
        typer.Option(
            "--log-commands",
            metavar="FILE",
            envvar=LOG_COMMANDS_VARIABLE,
            help="Append what is changed to a file, as commands of kubectl.",
        ),
    ] = "",
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks; may stand anywhere on the line.")] = False,  # noqa: ARG001 - taken out of the line by `main`, here for the help only
) -> None:
    if version:
        from k8stui.version import __version__
        from k8stui_tui.cli.output import say

        say(f"k8stui {__version__}")
        raise typer.Exit
    if log_commands:
        os.environ[LOG_COMMANDS_VARIABLE] = log_commands
    limit(read_only=read_only, only_namespaces=only_namespaces)
    if invoked.invoked_subcommand is not None:
        for_screens = {"--all-namespaces": everywhere, "--screen": bool(screen)}
        _hand_down(invoked.invoked_subcommand, context, namespace, kubeconfig, for_screens)
        return
    for_center = (context, namespace, kubeconfig, everywhere, read_only, only_namespaces, screen, log_commands)
    if not on_terminal() and not any(for_center):
        from k8stui_tui.cli.output import say

        say(invoked.get_help())
        raise typer.Exit
    open_center(
        context=context,
        namespace=namespace,
        kubeconfig=kubeconfig,
        everywhere=everywhere,
        screen=screen,
    )


def _hand_down(
    verb: str, context: str | None, namespace: str | None, kubeconfig: Path | None, for_screens: Mapping[str, bool]
) -> None:
    """Options before a verb count for the verb; one that would be lost is refused, never ignored."""
    for flag, given in for_screens.items():
        if given:
            raise InvalidInputError(
                f"{flag} stands before the verb {verb!r}, where it is for the screens only.",
                hint=f"Verbs that know it take it after their name, as k8stui {verb} --help tells.",
            )
    for variable, value in (
        (CONTEXT_VARIABLE, context),
        (NAMESPACE_VARIABLE, namespace),
        (KUBECONFIG_VARIABLE, kubeconfig),
    ):
        if value:
            os.environ[variable] = str(value)
