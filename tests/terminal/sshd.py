"""An SSH server of our own on loopback: its keys, its configuration, and one user, who runs the tests."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.terminal.terminal import PATIENCE

SSHD = "/usr/sbin/sshd"

NEEDS_SSHD = pytest.mark.skipif(
    not os.environ.get("K8STUI_REQUIRE_SSHD") and not os.access(SSHD, os.X_OK), reason="openssh-server is not installed"
)
"""For tests that are left out where it is missing, unless it may not be."""

_CONFIG = """
ListenAddress 127.0.0.1
Port {free}
Port {forced}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
PrintMotd no
PrintLastLog no
SetEnv {env}
Match LocalPort {forced}
  ForceCommand {command}
"""


class Sshd:
    """The server; a context manager that ends it."""

    def __init__(self, folder: Path, *, env: Mapping[str, str], forced: str) -> None:
        self._folder, self._env, self._command = folder, env, forced

    def __enter__(self) -> Self:
        for name in ("host", "user"):
            key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)]
            subprocess.run(key, check=True)
        (self._folder / "known").write_text(f"here {(self._folder / 'host.pub').read_text()}")
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where its service would make it
        while not self._listens():
            self._end()
        return self

    def _listens(self) -> bool:
        """Start the server on two free ports; false where somebody else took one of them meanwhile."""
        self._free, self._forced = _ports()
        env = " ".join(f'"{name}={value}"' for name, value in self._env.items())
        config, log = self._folder / "config", self._folder / "log"
        config.write_text(
            _CONFIG.format(
                free=self._free, forced=self._forced, folder=self._folder, env=env, command=self._command
            ).lstrip()
        )
        self._log = log.open("wb")
        self._process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stderr=self._log)
        deadline = time.monotonic() + PATIENCE
        while not all(_answers(port) for port in (self._free, self._forced)):
            if "Address already in use" in log.read_text():
                return False
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, "sshd does not listen"
            time.sleep(0.02)
        return "Address already in use" not in log.read_text()

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._log.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ssh(self, *command: str, pty: bool = False, forced: bool = False) -> list[str]:
        """The command line of a client: with a terminal of its own there, or to the port with the forced command."""
        options = {
            "IdentityFile": self._folder / "user", "IdentitiesOnly": "yes", "BatchMode": "yes", "LogLevel": "ERROR",
            "UserKnownHostsFile": self._folder / "known", "HostKeyAlias": "here", "ControlMaster": "no",
        }  # fmt: skip
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        port = self._forced if forced else self._free
        return [
            "ssh", "-F", "/dev/null", *given, "-p", str(port), "-tt" if pty else "-T", "127.0.0.1",
            *([shlex.join(command)] if command else []),
        ]  # fmt: skip


def _ports() -> tuple[int, int]:
    """Two that are free."""
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
