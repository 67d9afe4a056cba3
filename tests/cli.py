"""The command line in this process: what it says, and why it refuses."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from k8stui_tui.cli.app import build


def k8stui(*arguments: str) -> Result:
    """What became of a command line."""
    return CliRunner().invoke(build(arguments), arguments)


def said(*arguments: str) -> str:
    """What a command line that succeeds says."""
    done = k8stui(*arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def refused(*arguments: str) -> BaseException:
    """The error that a command line ends with."""
    done = k8stui(*arguments)
    assert done.exception is not None
    return done.exception
