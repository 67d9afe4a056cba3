"""The tree of commands: which verb stands where."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui_tui.cli.demo import demo
from k8stui_tui.cli.init import init
from k8stui_tui.cli.logs import logs
from k8stui_tui.cli.pipelines import app as pipelines
from k8stui_tui.cli.pods import app as pods
from k8stui_tui.cli.run import run
from k8stui_tui.cli.runs import app as runs
from k8stui_tui.cli.schedule import app as schedule


def build() -> typer.Typer:
    """The command line as a typer application."""
    app = typer.Typer(
        name="k8stui",
        help="Run Python pipelines on any Kubernetes cluster, and watch, repair and clean them up.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    app.command("run")(run)
    app.command("logs")(logs)
    app.command("init")(init)
    app.command("demo")(demo)
    app.add_typer(runs, name="runs")
    app.add_typer(pods, name="pods")
    app.add_typer(pipelines, name="pipelines")
    app.add_typer(schedule, name="schedule")
    return app


def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks; may stand anywhere on the line.")] = False,  # noqa: ARG001 - taken out of the line by `main`, here for the help only
) -> None:
    if version:
        from k8stui.version import __version__
        from k8stui_tui.cli.output import say

        say(f"k8stui {__version__}")
        raise typer.Exit
