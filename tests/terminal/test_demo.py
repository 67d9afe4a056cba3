"""`k8stui demo` on a terminal: runs in every state, within seconds, and nothing left behind."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from tests.embedded.command import PROGRAM
from tests.terminal.screens import left_clean
from tests.terminal.terminal import PATIENCE, Terminal

STATES = ("running", "pending", "succeeded", "failed", "stopped", "paused")


def test_shows_runs_in_every_state_and_ends_with_all_its_processes() -> None:
    with Terminal([*PROGRAM, "demo"]) as terminal:
        terminal.wait_for("live", "running")
        terminal.wait_for(*STATES)
        host = _children(terminal.process.pid)
        assert host
        terminal.send("q")
        left_clean(terminal)
        # The cluster's process ends by itself once the screens are gone, and with it all pods.
        deadline = time.monotonic() + PATIENCE
        while any(_alive(pid) for pid in host):
            assert time.monotonic() < deadline, "the demo's cluster goes on without its screens"
            time.sleep(0.1)


def _alive(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


def _children(pid: int) -> list[str]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.split()
