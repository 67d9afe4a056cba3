"""Run the person's command beside the cluster, and make every way of being ended lead through the clean-up."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from .errors import RealClusterError

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 15.0
"""Seconds the command may take to end after the signal was passed on to it."""


class Interrupted(BaseException):  # like KeyboardInterrupt: no error, and no `except Exception` may stop it
    """We were asked to end by this signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def interruptible() -> Iterator[None]:
    """Inside the block the first ending signal raises `Interrupted`, and later ones do nothing."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for other in ENDING:
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted(number)

    before = {number: signal.signal(number, interrupt) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
