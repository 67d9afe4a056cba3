"""Run a helper program to its end and turn its failure into a sentence with its last words."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import RealClusterError
from .progress import say


def run(
    *argv: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: str | None = None
) -> str:
    """Run a program and return its stdout; `env` is added to our own environment.

    Raises:
        RealClusterError: the program is missing or fails.
    """
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise RealClusterError(f"The program {words[0]} is not there.") from error
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise RealClusterError(f"{' '.join(words[:4])} failed with exit code {done.returncode}:\n{last}")
    return done.stdout


def again(work: Callable[[], object], attempts: int) -> None:
    """Do something that another try may do, so many times at the most.

    Raises:
        RealClusterError: The last try failed, too.
    """
    for _ in range(attempts - 1):
        try:
            work()
        except RealClusterError as error:
            say(f"{error}\nonce more")
        else:
            return
    work()


def succeeds(argv: Sequence[str]) -> bool:
    """Tell whether a program is there and exits with 0; for questions, so its output is dropped."""
    try:
        return not subprocess.run(argv, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode
    except FileNotFoundError:
        return False
