"""A clock of its own for a program whose PYTHONPATH leads here: it goes wrong by so much, or so many times as fast.

Python imports this module at its start. `CLOCK_AHEAD` is in seconds, negative for a clock that is behind;
`CLOCK_PACE` is how many of its seconds pass in a real one: two minutes of an outage are over in four seconds then.
`CLOCK_PATIENCE` is how many times as long a step waits for the master to take its handover. By itself it is a third of
a second, which a busy machine may need; what follows a handover can't be looked at when it was given up.
"""

import _socket
import os
import queue
import socket
import time
from typing import Any

AHEAD = float(os.environ.get("CLOCK_AHEAD", "0"))
PACE = float(os.environ.get("CLOCK_PACE", "1"))

PATIENCE = float(os.environ.get("CLOCK_PATIENCE", "1"))

_time, _monotonic, _sleep = time.time, time.monotonic, time.sleep
_settimeout, _gettimeout = socket.socket.settimeout, socket.socket.gettimeout
_began, _ticks = _time(), _monotonic()


class Queue(queue.SimpleQueue[Any]):
    """A queue whose timeouts are in seconds of that clock."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        return super().get(block, timeout if timeout is None else timeout / PACE)


class Patient(_socket.socket):
    """A socket that waits for longer than it is told to."""

    def settimeout(self, value: float | None, /) -> None:
        super().settimeout(value if value is None else value * PATIENCE)


def _time_here() -> float:
    return _began + (_time() - _began) * PACE + AHEAD


def _monotonic_here() -> float:
    return _ticks + (_monotonic() - _ticks) * PACE


def _sleep_here(seconds: float) -> None:
    _sleep(seconds / PACE)


def _settimeout_here(one: Any, seconds: float | None) -> None:
    _settimeout(one, seconds if seconds is None else seconds / PACE)


def _gettimeout_here(one: Any) -> float | None:
    seconds = _gettimeout(one)
    return seconds if seconds is None else seconds * PACE


if AHEAD or PACE != 1:
    wrong = {"time": _time_here, "monotonic": _monotonic_here, "sleep": _sleep_here}
    for module, names in (
        (time, wrong),
        (queue, {"SimpleQueue": Queue}),
        (socket.socket, {"settimeout": _settimeout_here, "gettimeout": _gettimeout_here}),
    ):
        for name, own in names.items():
            setattr(module, name, own)
if PATIENCE != 1:
    setattr(_socket, "socket", Patient)  # noqa: B010 - a type cannot be assigned to, as mypy sees it
