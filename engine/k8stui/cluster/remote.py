"""Commands in containers and ports of pods, as Kubernetes frames them on a websocket.

The first byte of each message says which stream it is of. Kubernetes' `remotecommand` package has the numbers and the
subprotocols: v5 (1.30) can end the input, v4 cannot. A connection to a port has two streams, each of which begins with
the port's number.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from k8stui.cluster.errors import Status, status_of
from k8stui.cluster.transport_types import Socket
from k8stui.model.errors import RejectedError, UnreachableError
from k8stui.model.shapes import parsed

_V5 = "v5.channel.k8s.io"
EXEC_PROTOCOLS = (_V5, "v4.channel.k8s.io")
PORT_PROTOCOLS = ("v4.channel.k8s.io",)

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255

_PIECE = 32 * 1024
"""Bytes of one message: servers take no large ones."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes:
        code: Its exit code; None when it could not be started.
        said: Why not, in the words of the container runtime.
    """

    code: int | None
    said: str = ""


class RemoteCommand:
    """A command in a container.

    Attributes:
        outcome: How it ended; None while it runs.
    """

    def __init__(self, socket: Socket) -> None:
        self.outcome: Outcome | None = None
        self._socket = socket

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        """What it writes, with `STDOUT` or `STDERR`, until it has ended.

        Raises:
            UnreachableError: The connection was lost; what has become of the command is unknown.
        """
        while self.outcome is None:
            message = await self._socket.receive()
            if message is None:
                raise UnreachableError("The connection ended before the command did.")
            if len(message) <= 1:
                continue
            if message[0] in (STDOUT, STDERR):
                yield message[0], message[1:]
            elif message[0] == ERROR:
                self.outcome = outcome_of(message[1:])

    async def send(self, data: bytes) -> None:
        """Give it input."""
        for start in range(0, len(data), _PIECE):
            await self._socket.send(bytes([STDIN]) + data[start : start + _PIECE])

    async def end_input(self) -> None:
        """Tell it that no more input comes; servers before 1.30 cannot tell it."""
        if self._socket.protocol == _V5:
            await self._socket.send(bytes([CLOSE, STDIN]))

    async def resize(self, columns: int, rows: int) -> None:
        """Tell its terminal how large it is."""
        size = json.dumps({"Width": columns, "Height": rows})
        await self._socket.send(bytes([RESIZE]) + size.encode())


def outcome_of(message: bytes) -> Outcome:
    """How a command ended, from the Status that comes last."""
    try:
        told = parsed(message)
    except ValueError:
        return Outcome(None, message.decode("utf-8", "replace"))
    if isinstance(told, dict) and told.get("status") == "Success":
        return Outcome(0)
    status = status_of(told)
    return Outcome(_exit_code(status), status.message)


def _exit_code(status: Status) -> int | None:
    if status.reason != "NonZeroExitCode":
        return None
    codes = [str(cause.get("message")) for cause in status.causes if cause.get("reason") == "ExitCode"]
    return int(codes[0]) if codes and codes[0].isdecimal() and len(codes[0]) < 10 else None


class PodPort:
    """One connection to a port of a pod."""

    def __init__(self, socket: Socket, pod: str, port: int) -> None:
        self._socket, self._pod, self._port = socket, pod, port
        self._named: set[int] = set()

    async def read(self) -> bytes | None:
        """What the pod sends; None when it has closed the connection.

        Raises:
            RejectedError: Nothing listens on that port, or the pod is gone.
            UnreachableError: The connection was lost.
        """
        while True:
            message = await self._socket.receive()
            if message is None:
                return None
            channel, data = (message[0], message[1:]) if message else (0, b"")
            if channel not in self._named:
                # The port's number comes first on each stream.
                self._named.add(channel)
                data = data[2:]
            if channel == 1 and data:
                said = data.decode("utf-8", "replace")
                raise RejectedError(f"Port {self._port} of pod {self._pod} cannot be reached: {said}")
            if data:
                return data

    async def write(self, data: bytes) -> None:
        """Send something to the pod."""
        for start in range(0, len(data), _PIECE):
            await self._socket.send(b"\0" + data[start : start + _PIECE])
