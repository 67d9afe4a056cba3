"""A further process in a container: `kubectl exec`, on a terminal of its own or on pipes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
from collections.abc import AsyncIterator
from pathlib import Path

from k8stui.embedded.kubelet.process import LAST_OUTPUT, exit_of
from k8stui.embedded.kubelet.warden import Warden

STDOUT, STDERR = 1, 2


class Execution:
    """A running command."""

    def __init__(self, argv: list[str], *, env: dict[str, str], cwd: Path, tty: bool, warden: Warden) -> None:
        """Start it.

        Raises:
            OSError: It cannot be started.
        """
        self._warden, self._terminal = warden, -1
        self._output: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue(16)
        if tty:
            self._terminal, inner = pty.openpty()
            here, there = {STDOUT: self._terminal}, (inner, inner, inner)
            self._input = os.dup(self._terminal)
        else:
            there_in, self._input = os.pipe()
            (out, there_out), (err, there_err) = os.pipe(), os.pipe()
            here, there = {STDOUT: out, STDERR: err}, (there_in, there_out, there_err)
        try:
            self._popen = subprocess.Popen(  # noqa: S603 - running what an administrator asks for is the purpose
                argv,
                env={**env, "TERM": "xterm"} if tty else env,
                cwd=cwd,
                stdin=there[0],
                stdout=there[1],
                stderr=there[2],
                start_new_session=True,
                preexec_fn=_take_terminal if tty else None,  # noqa: PLW1509 - few system calls; nothing else gives job control
            )
        except BaseException:
            for descriptor in (*here.values(), self._input):
                os.close(descriptor)
            raise
        finally:
            for descriptor in set(there):
                os.close(descriptor)
        warden.watch(self._popen.pid)
        os.set_blocking(self._input, False)
        loop = asyncio.get_running_loop()
        self._pending = bytearray()
        self._ends_input = False
        self._readers = [loop.create_task(self._read(stream, fd)) for stream, fd in here.items()]
        self._ending = loop.create_task(self._end())

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        """What it writes, until it has ended and all of it has been read."""
        while (piece := await self._output.get()) is not None:
            yield piece

    async def wait(self) -> int:
        """Its exit code, 128 + n after signal n."""
        return await asyncio.shield(self._ending)

    def send(self, data: bytes) -> None:
        """Give it input."""
        if self._input >= 0:
            self._pending += data
            self._flush()

    def end_input(self) -> None:
        """No more input comes."""
        self._ends_input = True
        self._flush()

    def resize(self, columns: int, rows: int) -> None:
        """Tell its terminal how large it is."""
        if self._terminal >= 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Whoever asked for it has gone: what has a terminal notices that, what has not reads the end of its input."""
        self.end_input()
        if self._terminal >= 0:
            self._signal(signal.SIGHUP)

    def kill(self) -> None:
        """End it and what it started."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._popen.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, number)

    def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        if self._input < 0:
            return
        loop.remove_writer(self._input)
        try:
            while self._pending:
                del self._pending[: os.write(self._input, self._pending)]
        except BlockingIOError:
            loop.add_writer(self._input, self._flush)
            return
        except OSError:
            self._ends_input = True
        if self._ends_input:
            os.close(self._input)
            self._input = -1

    async def _read(self, stream: int, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        try:
            await self._read_all(stream, descriptor)
        finally:
            os.close(descriptor)

    async def _read_all(self, stream: int, descriptor: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            ready: asyncio.Future[None] = loop.create_future()
            loop.add_reader(descriptor, _done, ready)
            try:
                await ready
            finally:
                loop.remove_reader(descriptor)
            try:
                data = os.read(descriptor, 32 * 1024)
            except BlockingIOError:
                continue
            except OSError:
                return  # a terminal whose last user has gone says so by an error
            if not data:
                return
            await self._output.put((stream, data))

    async def _end(self) -> int:
        await exit_of(self._popen)
        self._signal(signal.SIGKILL)
        code = self._popen.wait()
        self._warden.release(self._popen.pid)
        _, late = await asyncio.wait(self._readers, timeout=LAST_OUTPUT)
        for reader in late:
            reader.cancel()
        await self._output.put(None)
        self.end_input()
        self._terminal = -1
        return code if code >= 0 else 128 - code


def _done(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _take_terminal() -> None:
    """In the new process, whose standard input is the terminal: make it the one that ctrl+c comes from.

    A cluster that was started in the background ignores what terminals send; what a runtime starts does not.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
