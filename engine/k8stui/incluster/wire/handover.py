"""Handover: a step tells the master of its end itself, a second before the kubelet would; and of its progress before.

Two small HTTP requests on one connection. In the first both sides exchange nonces and the master proves that it has the
step's key; in the second the report follows, signed with the same key, which itself never travels. The messages carry
the pod's name, so that a report of an earlier attempt, or one sent again, is worth nothing.

This module is the runner's side and what both sides share; the master's side is `reception`.
"""

from __future__ import annotations

import os
import time

from .signing import same, sign
from .slimjson import dumps, loads

try:
    import _socket as sockets  # `socket` costs every step 4 ms of processor time, for enums and codecs of host names
except ImportError:
    import socket as sockets  # type: ignore[no-redef]  # the same in more words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TIMEOUT = 0.3
"""Seconds the runner gives the master for each answer: the pod's status is the truth and needs no handover."""

PATH_HELLO = "/hello"
PATH_DONE = "/done"
PATH_PROGRESS = "/progress"
MAX_BODY = 64 * 1024


class HandoverError(Exception):
    """The master was not there, did not prove itself, or did not take the report."""


def hand_over(address: str, key: str, pod: str, report: str, timeout: float = TIMEOUT) -> None:
    """Tell the master of the end of an attempt.

    Args:
        address: `host:port` of the master, IPv6 hosts in brackets.
        key: The step's key.
        pod: Name of this pod.
        report: JSON text of a `Report`.
        timeout: Seconds for each answer.

    Raises:
        HandoverError: It did not work; nothing is lost, the pod's status tells the same.
    """
    _converse(address, key, pod, PATH_DONE, report, timeout)


def tell(address: str, key: str, pod: str, progress: str, timeout: float) -> float:
    """Tell the master how far a running attempt is; arguments as of `hand_over`, and the JSON text of a `Progress`.

    Returns:
        Seconds that the master asks the step to wait before it tells more.

    Raises:
        HandoverError: It did not work.
    """
    pause = _converse(address, key, pod, PATH_PROGRESS, progress, timeout).get("pause")
    return float(pause) if isinstance(pause, (int, float)) else 0.0


def _converse(address: str, key: str, pod: str, path: str, text: str, timeout: float) -> dict[str, Any]:
    nonce = os.urandom(16).hex()
    try:
        connection = _connected(address, timeout)
        try:
            hello = _ask(connection, timeout, PATH_HELLO, {"pod": pod, "nonce": nonce})
            if not same(str(hello.get("proof")), sign(key, "master", nonce, str(hello.get("nonce")), pod)):
                raise HandoverError("the master could not prove itself")
            mac = sign(key, "step " + path, nonce, str(hello["nonce"]), pod, text)
            answer = _ask(connection, timeout, path, {"pod": pod, "nonce": nonce, "report": text, "mac": mac})
        finally:
            connection.close()
    except (OSError, ValueError, OverflowError, RecursionError) as error:
        raise HandoverError("%s: %s" % (type(error).__name__, error)) from error
    if not answer.get("taken"):
        raise HandoverError("the master did not take it: %s" % answer.get("why"))
    return answer


def _connected(address: str, timeout: float) -> sockets.socket:
    host, _, port = address.rpartition(":")
    connection = sockets.socket(sockets.AF_INET6 if ":" in host else sockets.AF_INET, sockets.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect((host.strip("[]"), int(port)))
        connection.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


def _ask(connection: sockets.socket, timeout: float, path: str, body: dict[str, str]) -> dict[str, Any]:
    text = dumps(body).encode()
    head = "POST %s HTTP/1.1\r\nHost: master\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    connection.sendall((head % (path, len(text))).encode() + text)
    status, answer = read_message(connection, timeout)
    if not status.startswith("HTTP/1.1 200 "):
        raise HandoverError("the master answered %r" % status)
    data: dict[str, Any] = loads(answer.decode())
    if not isinstance(data, dict):
        raise HandoverError("the master answered something else")
    return data


def read_message(connection: sockets.socket, timeout: float) -> tuple[str, bytes]:
    """First line and body of one HTTP message; ('', b'') when the other side has closed.

    Args:
        connection: Where to read.
        timeout: Seconds for the whole message, however it is dripping in.

    Raises:
        ValueError: It is no HTTP, has no length, or is too large.
        OSError: The connection broke or was too slow.
    """
    deadline = time.monotonic() + timeout
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        data = _receive(connection, deadline)
        if not data:
            if buffer:
                raise ConnectionError("closed in the middle of a message")
            return "", b""
        buffer += data
        if len(buffer) > MAX_BODY:
            raise ValueError("head too large")
    head, _, body = buffer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(fields.get("content-length", "-1"))
    if not 0 <= length <= MAX_BODY:
        raise ValueError("length %s" % length)
    while len(body) < length:
        data = _receive(connection, deadline)
        if not data:
            raise ConnectionError("closed in the middle of a message")
        body += data
    return first, body[:length]


def _receive(connection: sockets.socket, deadline: float) -> bytes:
    connection.settimeout(max(0.001, deadline - time.monotonic()))
    return connection.recv(65536)
