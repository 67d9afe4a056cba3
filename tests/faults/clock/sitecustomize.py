"""A clock of its own for a program whose PYTHONPATH leads here: it goes wrong by so much, or so many times as fast.

Python imports this module at its start. `CLOCK_AHEAD` is in seconds, negative for a clock that is behind;
`CLOCK_PACE` is how many of its seconds pass in a real one: two minutes of an outage are over in four seconds then.
"""

import os
import queue
import socket
import time
from typing import Any

AHEAD = float(os.environ.get("CLOCK_AHEAD", "0"))
PACE = float(os.environ.get("CLOCK_PACE", "1"))

_time, _monotonic, _sleep = time.time, time.monotonic, time.sleep
_settimeout, _gettimeout = socket.socket.settimeout, socket.socket.gettimeout
_began, _ticks = _time(), _monotonic()


class Queue(queue.SimpleQueue[Any]):
    """A queue whose timeouts are in seconds of that clock."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        return super().get(block, timeout if timeout is None else timeout / PACE)


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
