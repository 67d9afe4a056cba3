"""Terminals that vanish, and signals: the control center ends, gives back what there is, and runs go on."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

import pytest

from tests.embedded.command import PROGRAM, Shell
from tests.terminal.screens import left_clean
from tests.terminal.terminal import Terminal


class Unowned(Terminal):
    """A terminal that does not control the program's session, so that no signal tells of its end."""

    WRAPPER: ClassVar[Sequence[str]] = ()


class Stalled(Terminal):
    """A terminal that takes no more once the screen is live, as a line that stands still."""

    def _take(self, data: bytes) -> None:
        super()._take(data)
        if "live" in self.text:
            self._dropped.wait()

    def fill(self) -> None:
        """Leave no room for what is drawn: the center itself sends no frame before the last one has left."""
        other = os.open(os.ttyname(self._slave), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        with suppress(BlockingIOError):
            while True:
                os.write(other, b" " * 64)
        os.close(other)


@pytest.mark.parametrize("kind", [Unowned, Terminal], ids=["without a signal", "SIGHUP"])
def test_a_terminal_that_vanishes_ends_the_center_and_no_run(at: Shell, run: str, kind: type[Terminal]) -> None:
    with kind(PROGRAM, env=at.environ()) as terminal:
        terminal.wait_for("live", run, "running")
        terminal.drop()
        assert terminal.exit_code() == 128 + signal.SIGHUP
    shown = json.loads(at.k8stui("runs", "show", run, "-o", "json").stdout)
    assert shown["state"] == "running"


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_gives_the_terminal_back(at: Shell, number: signal.Signals) -> None:
    with Terminal(PROGRAM, env=at.environ()) as terminal:
        terminal.wait_for("live", "? help")
        os.write(terminal.master, b"\xe9")  # what is no UTF-8 is ignored
        terminal.send("?")
        terminal.wait_for("Keys and commands")
        os.kill(terminal.process.pid, number)
        left_clean(terminal, 128 + number)


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTSTP])
def test_stopped_and_continued_it_draws_again_reads_keys_once_and_ends(at: Shell, number: signal.Signals) -> None:
    with Terminal(PROGRAM, env=at.environ()) as terminal:
        terminal.wait_for("live", "? help")
        for _ in range(2):
            os.kill(terminal.process.pid, number)
            os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
            terminal.overwrite("a shell was here")
            terminal.wait_for("a shell was here")
            os.kill(terminal.process.pid, signal.SIGCONT)
            terminal.wait_until(lambda text: "? help" in text and "a shell was here" not in text, "it is drawn again")
        terminal.send(":", "x", "y", "z")
        terminal.wait_for("xyz")
        terminal.send("escape")
        terminal.wait_until(lambda text: "xyz" not in text, "the prompt is gone")
        terminal.send("q")
        left_clean(terminal, times=3)


def test_a_line_that_stands_still_keeps_no_program_alive(at: Shell) -> None:
    with Stalled(PROGRAM, env=at.environ()) as terminal:
        terminal.wait_for("live")
        terminal.fill()
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.exit_code() in (-signal.SIGTERM, 128 + signal.SIGTERM)
        assert terminal.after == terminal.before
        terminal.drop()


def test_where_nothing_can_be_drawn_a_sentence_says_so(at: Shell) -> None:
    with Terminal(PROGRAM, env={**at.environ(), "TERM": "dumb"}) as terminal:
        terminal.wait_for("The screens cannot be drawn here: TERM is dumb.", "k8stui runs list -o json")
        assert terminal.exit_code() == 2
    assert b"\x1b[?" not in terminal.output
