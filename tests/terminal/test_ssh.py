"""The real program behind a real SSH server: as on a bastion."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui_tui.termkinds import PLAIN
from tests.embedded.command import PROGRAM, Shell
from tests.terminal.screens import left_clean
from tests.terminal.sshd import NEEDS_SSHD, Sshd
from tests.terminal.terminal import PATIENCE, Terminal
from tests.terminal.tmux import NEEDS_TMUX

pytestmark = NEEDS_SSHD

CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
YOUNGER = re.compile(rb"\x1b\[[<>][0-9;]*u|\x1b\[\?[0-9]+\$p|\x1b\]|\x1b\[\?(?:1000|1003|1006)h")

REMEMBER = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, lambda *_: None)
code = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(f"{code} ")
"""
"""Keeps the exit code of a program whose session is hung up: that it left, or which signal ended it."""


@pytest.fixture(scope="module")
def server(at: Shell, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    names = ("KUBECONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "K8STUI_STACKS", "K8STUI_SECRETS", "PYTHONPATH")
    env = {name: value for name, value in at.environ().items() if name in names} | {"LC_ALL": "C.UTF-8"}
    forced = shlex.join([*PROGRAM, "--read-only"])
    with Sshd(tmp_path_factory.mktemp("sshd"), env=env, forced=forced) as sshd:
        yield sshd


def session(server: Sshd, *command: str, term: str = "xterm-256color", forced: bool = False) -> Terminal:
    line = server.ssh(*command, pty=True, forced=forced)
    return Terminal(line, columns=80, rows=24, env={"TERM": term})


def state(at: Shell, run: str) -> str:
    return str(json.loads(at.k8stui("runs", "show", run, "-o", "json").stdout)["state"])


def test_the_screens_in_a_session(server: Sshd, run: str) -> None:
    with session(server, *PROGRAM) as terminal:
        terminal.wait_for("live", run)
        terminal.resize(120, 40)
        terminal.wait_for("RUNS", "STEPS", "LOGS", "started")
        assert not CLIPBOARD.search(terminal.output)
        terminal.send("?")
        terminal.wait_for("Keys and commands")
        terminal.send("y")
        terminal.wait_for("Copied")
        (copied,) = CLIPBOARD.findall(terminal.output)
        assert base64.b64decode(copied).decode().splitlines()[0] in terminal.text
        terminal.send("escape")
        terminal.wait_until(lambda text: "Keys and commands" not in text, "it is closed")
        terminal.send("q")
        left_clean(terminal)


def test_a_connection_that_drops_ends_the_screens_and_no_run(server: Sshd, at: Shell, run: str, tmp_path: Path) -> None:
    left = tmp_path / "left"
    with session(server, sys.executable, "-c", REMEMBER, str(left), *PROGRAM) as terminal:
        terminal.wait_for("live", run)
        terminal.process.kill()
        deadline = time.monotonic() + PATIENCE
        while not (left.exists() and left.read_text()):
            assert time.monotonic() < deadline, "the program goes on"
            time.sleep(0.02)
    assert left.read_text() == "129 "
    assert state(at, run) == "running"


def test_a_forced_command_is_all_there_is(server: Sshd, at: Shell, run: str, tmp_path: Path) -> None:
    with session(server, "touch", str(tmp_path / "touched"), forced=True) as terminal:
        terminal.wait_for("live", run, "READ-ONLY")
        terminal.send("S")
        terminal.wait_for("Not done: k8stui is read-only")
        terminal.send("q")
        left_clean(terminal)
    assert not (tmp_path / "touched").exists()
    assert state(at, run) == "running"


def test_without_a_terminal_the_output_is_nothing_but_what_was_asked_for(server: Sshd, run: str) -> None:
    command = server.ssh(*PROGRAM, "runs", "list", "-o", "json")
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=True
    )
    assert run in [one["run"] for one in json.loads(done.stdout)]
    assert done.stderr == ""


def test_every_kind_of_terminal_gets_what_it_knows(server: Sshd, run: str) -> None:
    kinds = ("vt100", "linux", "xterm", "screen", "tmux-256color", "dumb")
    with contextlib.ExitStack() as stack:
        opened = {kind: stack.enter_context(session(server, *PROGRAM, term=kind)) for kind in kinds}
        for kind, terminal in opened.items():
            if kind == "dumb":
                terminal.wait_for("The screens cannot be drawn here: TERM is dumb.", "k8stui runs list -o json")
                assert terminal.exit_code() == 2
                assert b"\x1b" not in terminal.output
                continue
            screen = terminal.wait_for("live", run, "? help")
            assert screen.startswith(" k8stui "), kind
            terminal.send("q")
            left_clean(terminal)
            output = bytes(terminal.output)
            assert (b"[38;5;" in output) is (kind == "tmux-256color"), kind
            assert b"[38;2;" not in output, kind
            if kind in PLAIN:
                assert YOUNGER.findall(output) == [], kind


@NEEDS_TMUX
def test_tmux_passes_on_what_is_copied(server: Sshd, run: str, tmp_path: Path) -> None:
    (config := tmp_path / "tmux.conf").write_text("set -g set-clipboard off\nset -g allow-passthrough on\n")
    tmux = ["tmux", "-u", "-S", str(tmp_path / "socket"), "-f", str(config), "new-session"]
    with session(server, *tmux, shlex.join(PROGRAM)) as terminal:
        terminal.wait_for("live", run)
        terminal.send("?")
        terminal.wait_for("Keys and commands")
        assert not CLIPBOARD.search(terminal.output)
        terminal.send("y")
        terminal.wait_for("Copied")
        terminal.send("escape")
        terminal.wait_until(lambda text: "Keys and commands" not in text, "it is closed")
        assert len(CLIPBOARD.findall(terminal.output)) == 1
        terminal.send("q")
        assert terminal.exit_code() == 0
