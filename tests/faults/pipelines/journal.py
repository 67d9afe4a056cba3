"""What a step leaves behind of itself for the oracle: a line when it begins and one when it has done its work."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 250.0


def note(what: str) -> None:
    """Append one line; a single write, so that lines of processes side by side never mix."""
    line = f"{what} {os.environ['HOSTNAME']} {os.getpid()}\n"
    file = os.open(os.environ["JOURNAL"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


@contextmanager
def noted() -> Iterator[None]:
    """The work of a step: it begins here, and is done when the block ends without an error."""
    note("begin")
    yield
    note("end")


def wait_for(gate: str) -> None:
    """Go on when the test says so: it makes a file of that name. An empty name waits for nothing."""
    end = time.monotonic() + PATIENCE
    while gate and not (Path(os.environ["GATES"]) / gate).exists():
        if time.monotonic() > end:
            raise TimeoutError(f"nobody opened the gate {gate}")
        time.sleep(0.02)


def attempt() -> int:
    """Which attempt this is: pods are called RUN-STEP-ATTEMPT."""
    return int(os.environ["HOSTNAME"].rpartition("-")[2])
