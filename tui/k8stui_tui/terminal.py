"""Joins this terminal with a command in a container, and gives the terminal back as it was, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import struct
import termios
import tty
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from k8stui.cluster.tasks import end

if TYPE_CHECKING:
    from k8stui.cluster.remote import Outcome, RemoteCommand

STDIN = 0

_PIECE = 32 * 1024
_ENDING = (signal.SIGTERM, signal.SIGHUP)


async def join(remote: RemoteCommand, *, stdin: bool, raw: bool) -> Outcome:
    """Pass input, output and the size of the terminal on until the command has ended.

    Args:
        remote: The command.
        stdin: Whether it gets our standard input.
        raw: Whether our standard input is a terminal that it takes over: each key goes there, ctrl+c too.

    Raises:
        UnreachableError: The connection was lost.
    """
    with _raw_terminal() if raw else contextlib.nullcontext():
        beside = [asyncio.create_task(_pass_input(remote, raw=raw))] if stdin else []
        if raw:
            beside.append(asyncio.create_task(_pass_sizes(remote)))
        try:
            async for stream, data in remote.output():
                # In a thread, because a terminal may stand still (a slow line) and the connection must not.
                await asyncio.to_thread(_write, stream, data)
        finally:
            await end(*beside)  # A connection that is lost is told by the output.
    if remote.outcome is None:
        raise AssertionError("the output ends with the command")
    return remote.outcome


async def _pass_input(remote: RemoteCommand, *, raw: bool) -> None:
    async for data in _input():
        await remote.send(data)
    if raw:
        signal.raise_signal(signal.SIGHUP)  # Only a terminal that is gone has an end: ctrl+d is a key like any other.
    await remote.end_input()


async def _input() -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    while True:
        ready: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_reader(STDIN, _done, ready)
        except PermissionError:
            # A file, which is always ready.
            pass
        else:
            try:
                await ready
            finally:
                loop.remove_reader(STDIN)
        try:
            data = os.read(STDIN, _PIECE)
        except OSError:
            data = b""  # a terminal that is gone
        if not data:
            return
        yield data


async def _pass_sizes(remote: RemoteCommand) -> None:
    changed = asyncio.Event()
    changed.set()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGWINCH, changed.set)
    try:
        while await changed.wait():
            changed.clear()
            await remote.resize(*terminal_size())
    finally:
        loop.remove_signal_handler(signal.SIGWINCH)


def terminal_size() -> tuple[int, int]:
    """Columns and rows of the terminal at standard input."""
    rows, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(STDIN, termios.TIOCGWINSZ, bytes(8)))
    return columns or 80, rows or 24


def _done(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _write(stream: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(stream, left) :]


@contextlib.contextmanager
def _raw_terminal() -> Iterator[None]:
    before, loop = termios.tcgetattr(STDIN), asyncio.get_running_loop()
    handlers = {number: signal.getsignal(number) for number in _ENDING}

    def end(number: int) -> None:
        # Whoever ends us from outside gets the terminal back too, if it is there.
        with contextlib.suppress(termios.error):
            termios.tcsetattr(STDIN, termios.TCSANOW, before)
        loop.remove_signal_handler(number)
        os.kill(os.getpid(), number)

    for number in _ENDING:
        loop.add_signal_handler(number, end, number)
    try:
        tty.setraw(STDIN)
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(STDIN, termios.TCSADRAIN, before)
        for number, handler in handlers.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
