"""A server in a pod that answers, and what comes back from it through a local port."""

from __future__ import annotations

import asyncio
import secrets
import socket
from contextlib import suppress

ECHO = """import socket
with socket.create_server(("127.0.0.1", {port})) as server:
    print("ready", flush=True)
    while True:
        connection, _ = server.accept()
        while data := connection.recv(65536):
            connection.sendall(data.upper())
            if data.endswith(b"!"):
                break
        connection.close()
"""


def free_port() -> int:
    """Return a port that nobody listens on, of those that the kernel gives to nobody by itself."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


async def echoed(port: int, said: bytes) -> bytes:
    """What comes back from a local port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    try:
        return await reader.read()
    finally:
        writer.close()
