"""The program `k8stui` without its imports: a process of its own each time, forked from one that has them already.

Most verbs need a hundredth of the time in which Python imports what they use, and tests start them hundreds of times.
Arguments, folder, environment, streams, signals and exit code are the process's own, as if it had been executed. What
can't be tested so, how little is imported, is tested by programs that are executed (`tests/unit/cli/test_main.py`).
"""

from __future__ import annotations

import functools
import gc
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]

ROOMS = ("k8stui.authoring", "k8stui.control", "k8stui.stacks", "k8stui.cluster", "k8stui_tui.cli")
"""Their modules are imported beforehand, with all that these import."""


# -- in the tests ------------------------------------------------------------------------------------------------------


def k8stui(
    arguments: Sequence[str], *, environ: Mapping[str, str], folder: Path | None = None, timeout: float = 90.0
) -> subprocess.CompletedProcess[str]:
    """One command of the command line, with nothing to read from standard input.

    Args:
        arguments: What follows the program's name.
        environ: All environment variables.
        folder: Where it runs; here by default.
        timeout: Seconds after which it is killed.

    Raises:
        subprocess.TimeoutExpired: It took longer.
    """
    request = json.dumps([[*arguments], str(folder or Path.cwd()), {**environ}]).encode()
    with socket.socket(socket.AF_UNIX) as door, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        door.connect(str(_server().door))
        door.settimeout(timeout)
        socket.send_fds(door, [b"%8d" % len(request)], [out.fileno(), err.fileno()])
        door.sendall(request)
        with door.makefile() as answers:
            process = int(answers.readline())
            try:
                code = int(answers.readline())
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                raise subprocess.TimeoutExpired([*arguments], timeout) from None
        return subprocess.CompletedProcess([*arguments], code, _text(out), _text(err))


_PROGRAM = """#!{python} -IS
import json, os, socket, sys
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as door:
    door.connect({door!r})
    socket.send_fds(door, [b"%8d" % len(request)], [1, 2])
    door.sendall(request)
    with door.makefile() as answers:
        answers.readline()
        code = int(answers.readline())
sys.exit(code if code >= 0 else 128 - code)
"""


def put_program(folder: Path) -> None:
    """Put a `k8stui` for shells into a folder, for as long as this process lives.

    Args:
        folder: One on the PATH of the shell.
    """
    program = folder / "k8stui"
    program.write_text(_PROGRAM.format(python=sys.executable, door=str(_server().door)), encoding="utf-8")
    program.chmod(0o755)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@dataclass(frozen=True)
class _Server:
    door: Path
    process: subprocess.Popen[bytes]
    """Ends when this process does, because that closes its standard input."""


@functools.cache
def _server() -> _Server:
    door = Path(tempfile.mkdtemp(prefix="k8stui-door-")) / "door"
    command = [sys.executable, "-m", __name__, str(door)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as ready:
        assert ready.read(), "the server of programs does not start"
    return _Server(door, process)


# -- in the server and its children ------------------------------------------------------------------------------------


def _serve(door: Path) -> bool:
    """Fork for each request.

    Returns:
        Whether this process is the program now.
    """
    for room in ROOMS:
        package = import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            import_module(found.name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(door))
        listener.listen()
        os.write(1, b"ready")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the end of what the tests wait for
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                door.unlink()
                door.parent.rmdir()
                return False
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    return _answer(connection)


def _answer(connection: socket.socket) -> bool:
    size, streams, _, _ = socket.recv_fds(connection, 8, 2)
    request = b""
    while len(request) < int(size):
        request += connection.recv(int(size) - len(request))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if process := os.fork():
        connection.sendall(b"%d\n" % process)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        with suppress(BrokenPipeError):
            connection.sendall(b"%d\n" % code)
        os._exit(0)
    arguments, folder, environ = json.loads(request)
    for stream, number in zip([os.open(os.devnull, os.O_RDONLY), *streams], range(3), strict=True):
        os.dup2(stream, number)
        os.close(stream)
    # Those that were there took their streams for files, and these may be pipes.
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", buffering=1, encoding=was.encoding, errors=was.errors, closefd=False)
        for number, was in ((1, sys.stdout), (2, sys.stderr))
    )
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv = ["k8stui", *arguments]
    return True


if __name__ == "__main__" and _serve(Path(sys.argv[1])):
    __package__ = ""  # the program's name in its help is not `python -m`
    from k8stui_tui.cli.main import main

    main()
