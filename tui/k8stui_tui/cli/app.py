"""The tree of commands: which verb stands where."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui.model.guards import ONLY_NAMESPACES_VARIABLE, READ_ONLY_VARIABLE
from k8stui_tui.actions.action import screen_names
from k8stui_tui.cli.config import app as config
from k8stui_tui.cli.demo import demo
from k8stui_tui.cli.diagnose import diagnose
from k8stui_tui.cli.doctor import doctor
from k8stui_tui.cli.events import events
from k8stui_tui.cli.image import app as image
from k8stui_tui.cli.init import init
from k8stui_tui.cli.logs import logs
from k8stui_tui.cli.pipelines import app as pipelines
from k8stui_tui.cli.pods import app as pods
from k8stui_tui.cli.run import run
from k8stui_tui.cli.runs import app as runs
from k8stui_tui.cli.schedule.app import app as schedule
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace
from k8stui_tui.cli.stacks.components import app_of
from k8stui_tui.cli.stacks.connectors import app as service_connector
from k8stui_tui.cli.stacks.stack import app as stack
from k8stui_tui.cli.why import why


def build() -> typer.Typer:
    """The command line as a typer application."""
    app = typer.Typer(
        name="k8stui",
        help="Run Python pipelines on any Kubernetes cluster, and watch, repair and clean them up. "
        "Without a verb: the control center on this terminal.",
        invoke_without_command=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    app.command("run")(run)
    app.command("logs")(logs)
    app.command("why")(why)
    app.command("diagnose")(diagnose)
    app.command("events")(events)
    app.command("doctor")(doctor)
    app.command("init")(init)
    app.command("demo")(demo)
    app.add_typer(runs, name="runs")
    app.add_typer(pods, name="pods")
    app.add_typer(pipelines, name="pipelines")
    app.add_typer(pipelines, name="pipeline", hidden=True)
    app.add_typer(schedule, name="schedule")
    app.add_typer(stack, name="stack")
    for kind in ("orchestrator", "artifact_store", "container_registry", "image_builder"):
        app.add_typer(app_of(kind), name=kind.replace("_", "-"))
    app.add_typer(service_connector, name="service-connector")
    app.add_typer(config, name="config")
    app.add_typer(image, name="image")
    return app


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
        str,
        typer.Option(
            "--only-namespaces",
            metavar="NAME,…",
            help="Keep to these namespaces (patterns as team-*); also K8STUI_ONLY_NAMESPACES.",
        ),
    ] = "",
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
            envvar="K8STUI_LOG_COMMANDS",
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
        os.environ["K8STUI_LOG_COMMANDS"] = log_commands
    _limit(read_only=read_only, only_namespaces=only_namespaces)
    if invoked.invoked_subcommand is not None:
        for_screens = {"--all-namespaces": everywhere, "--screen": bool(screen)}
        _hand_down(invoked.invoked_subcommand, context, namespace, kubeconfig, for_screens)
        return
    from k8stui_tui.cli.center import on_terminal, open_center

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


def _limit(*, read_only: bool, only_namespaces: str) -> None:
    """Tell the door to the cluster, in this process and in those that it starts; what stands there already stays."""
    if read_only:
        os.environ[READ_ONLY_VARIABLE] = "1"
    if only_namespaces:
        before = os.environ.get(ONLY_NAMESPACES_VARIABLE, "")
        os.environ[ONLY_NAMESPACES_VARIABLE] = ";".join(filter(None, (only_namespaces, before)))


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
        ("K8STUI_CONTEXT", context),
        ("K8STUI_NAMESPACE", namespace),
        ("K8STUI_KUBECONFIG", kubeconfig),
    ):
        if value:
            os.environ[variable] = str(value)
