"""One container as a local process group: started, read, waited for, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from pathlib import Path

from k8stui.embedded.kubelet.logs import ContainerLog
from k8stui.embedded.kubelet.warden import Warden

LAST_OUTPUT = 2.0
"""Seconds to wait for output that a process which left the group still holds open."""


class ContainerProcess:
    """A running container."""

    def __init__(self, argv: list[str], *, env: dict[str, str], cwd: Path, log: ContainerLog, warden: Warden) -> None:
        """Start the process.

        Raises:
            OSError: It cannot be started.
        """
        loop = asyncio.get_running_loop()
        self._log, self._warden = log, warden
        read_end, write_end = os.pipe()
        try:
            # The process is the leader of a session of its own, so that its whole group can be ended.
            self._popen = subprocess.Popen(  # noqa: S603 - running what a manifest says is the purpose
                argv,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
            )
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        warden.watch(self._popen.pid)
        self._output_ended = asyncio.Event()
        self._reading = loop.create_task(self._read(read_end))
        self._reaping = loop.create_task(self._reap())

    @property
    def pid(self) -> int:
        """The process id, which is also that of its group."""
        return self._popen.pid

    async def wait(self) -> int:
        """Return the exit code, 128 + n after signal n, when the whole group has ended and all output is in the log."""
        return await asyncio.shield(self._reaping)

    def terminate(self) -> None:
        """Ask the main process to end, as Kubernetes does: SIGTERM to it alone."""
        if self._popen.returncode is None:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group at once."""
        if self._popen.returncode is None:
            self._signal_group(signal.SIGKILL)

    async def _reap(self) -> int:
        await exit_of(self._popen)
        # Like the end of PID 1 in a container, the end of the main process is the end of all. The main process is
        # not reaped yet, so its group still has this number.
        self._signal_group(signal.SIGKILL)
        code = self._popen.wait()
        self._warden.release(self.pid)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_OUTPUT):
                await self._output_ended.wait()
        self._reading.cancel()
        self._log.close()
        return code if code >= 0 else 128 - code

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def _read(self, descriptor: int) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=256 * 1024)
        pipe = os.fdopen(descriptor, "rb", 0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            while data := await reader.read(64 * 1024):
                self._log.write(data)
        finally:
            transport.close()
            self._output_ended.set()


def exit_of(popen: subprocess.Popen[bytes]) -> asyncio.Future[None]:
    """Return a future that is done when the process has ended, before it is reaped."""
    loop = asyncio.get_running_loop()
    if not hasattr(os, "pidfd_open"):
        waiting = loop.run_in_executor(None, os.waitid, os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)
        done: asyncio.Future[None] = loop.create_future()

        def reported(_: object) -> None:
            if not done.done():
                done.set_result(None)

        waiting.add_done_callback(reported)
        return done
    exited: asyncio.Future[None] = loop.create_future()
    descriptor = os.pidfd_open(popen.pid)

    def ended() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        if not exited.done():
            exited.set_result(None)

    loop.add_reader(descriptor, ended)
    return exited
