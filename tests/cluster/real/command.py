"""Run the person's command beside the cluster, and see that it ends before the cluster does."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from .errors import RealClusterError
from .signals import Interrupted

GRACE = 15.0
"""Seconds the command may take to end after a signal was passed on to it."""


def run_command(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command in the foreground and return its exit code (128 + signal if one ended it).

    Raises:
        RealClusterError: there is no such program.
        Interrupted: we were asked to end; the command has ended too.
    """
    try:
        child = subprocess.Popen(argv, env=env)
    except OSError as error:
        raise RealClusterError(f"Can't run {argv[0]}: {error.strerror}.") from None
    try:
        code = child.wait()
    except Interrupted as interruption:
        _pass_on(child, interruption.number)
        raise
    return code if code >= 0 else 128 - code


def _pass_on(child: subprocess.Popen[bytes], number: int) -> None:
    # Ctrl-C in a terminal has reached the command already; a second one would break into its own clean-up.
    if not (number == signal.SIGINT and sys.stdin.isatty()):
        child.send_signal(number)
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
