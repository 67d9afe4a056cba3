"""Start, recognise and end processes by recorded identity, so that a reused process id is never signalled."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process id with its start time (clock ticks since boot): together unique until the next boot."""

    pid: int
    started: int


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the command's name (which may itself hold spaces): state first, then parent."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def identify(pid: int) -> Process | None:
    """Return the identity of a running process, or None when there is none (a zombie counts as ended)."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else Process(pid=pid, started=int(fields[19]))


def is_alive(process: Process) -> bool:
    """Tell whether this very process still runs."""
    return identify(process.pid) == process


def spawn(argv: Sequence[str], *, log: Path, env: Mapping[str, str]) -> Process:
    """Start a daemon in a session of its own (a terminal's Ctrl-C must not reach it), appending its output to `log`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        argv[0],
        list(argv),
        dict(env),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigmask=[],
        setsigdef=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE],
    )
    # Ended already: an identity that can't be alive, so that callers notice it in the ordinary way.
    return identify(pid) or Process(pid=pid, started=0)


def end(process: Process, *, grace: float) -> None:
    """End the process if it still is the recorded one: SIGTERM, then SIGKILL after `grace` seconds (at once if 0)."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        if is_alive(process):
            for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 10.0)):
                if patience and _signal_and_wait(handle, number, patience):
                    break
    finally:
        os.close(handle)
    _reap(process.pid)


def _signal_and_wait(handle: int, number: signal.Signals, patience: float) -> bool:
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, number)
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    return bool(poller.poll(patience * 1000))


def _reap(pid: int) -> None:
    """Collect the exit status when the process is our child, so that no zombie stays."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def command_line(pid: int) -> list[str]:
    """Return the arguments of a process; empty for a kernel thread, a zombie or one that ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []


def all_pids() -> list[int]:
    """Return the ids of all processes of the machine."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
