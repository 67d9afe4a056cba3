"""Records where this process connects to, and which names it looks up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


class Calls:
    """Hosts and ports.

    Attributes:
        seen: What was connected to or sent to, with port, and what was looked up.
    """

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()

    @contextmanager
    def recorded(self, patch: pytest.MonkeyPatch) -> Iterator[Calls]:
        """While this holds, every socket of this process and every look-up of a name is recorded, and works."""
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, self._recording(getattr(socket.socket, name)))
        look_up = socket.getaddrinfo

        def looked_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            self._note((host, port))
            return look_up(host, port, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", looked_up)
        for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getfqdn"):
            patch.setattr(socket, name, self._refusing(name))
        yield self

    def _recording(self, method: Any) -> Any:
        def recording(one: socket.socket, *args: Any) -> Any:
            self._note(args[-1])  # the address; of `sendto` it comes after data and flags
            return method(one, *args)

        return recording

    def _refusing(self, name: str) -> Any:
        def refusing(*args: Any) -> Any:
            raise AssertionError(f"socket.{name}{args}: not recorded yet")

        return refusing

    def _note(self, address: Any) -> None:
        if isinstance(address, tuple):  # that of a Unix socket is a text
            host, port = (one.decode() if isinstance(one, bytes) else str(one) for one in address[:2])
            self.seen.add((host, int(port) if port.isdecimal() else 0))
