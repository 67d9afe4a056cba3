"""A shell in a container, from the screens and from the command line, on a real terminal."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.cluster.connect import connect
from tests.embedded.command import PROGRAM, Shell
from tests.embedded.pods import SLEEP, made, manifest
from tests.terminal.terminal import Terminal

COUNTING = "until stty size | grep -q '40 120'; do sleep 0.05; done; echo $((40 * 3)) columns; exit 7"


def prompted(text: str) -> bool:
    return re.search(r"[$#] *$", text, re.MULTILINE) is not None


@pytest.fixture(scope="module")
def env(own_kubeconfig: Path) -> dict[str, str]:
    """The environment of a person, on whose cluster a pod runs."""

    async def make() -> None:
        async with asyncio.timeout(60), await connect(kubeconfig=own_kubeconfig) as cluster:
            await made(cluster, manifest("busy", SLEEP), status="running")

    asyncio.run(make())
    return Shell(own_kubeconfig.parent, own_kubeconfig).environ()


@pytest.fixture
def center(env: dict[str, str]) -> Iterator[Terminal]:
    with Terminal(PROGRAM, env=env) as terminal:
        terminal.wait_for("live")
        yield terminal


def test_a_shell_opens_from_the_screens_and_leads_back_to_them(center: Terminal) -> None:
    center.send("2")
    center.wait_for("busy", "running")
    center.send("s")
    center.wait_for("container main of pod busy, namespace default. exit leaves it.")
    center.wait_until(prompted, "a prompt")
    center.send("until stty size | grep -q '40 120'; do sleep 0.05; done; echo $((6 * 7))\r")
    center.wait_for("42")
    center.send("until stty size | grep -q '30 100'; do sleep 0.05; done; echo $((100 - 1)) columns\r")
    center.resize(100, 30)
    center.wait_for("99 columns")
    center.send("sh -c 'echo waiting; exec sleep 1000'\r")  # it writes when it has the terminal, and so gets the signal
    center.wait_for("\nwaiting")
    center.send("ctrl+c")  # which ends the sleep, not k8stui
    center.wait_for("^C")
    center.wait_until(lambda text: prompted(text.partition("^C")[2]), "the next prompt")
    center.send("echo still $((40 + 2))\r")
    center.wait_for("still 42")
    center.send("exit 3\r")
    center.wait_for("PODS", "exit code 3.", "live")
    center.send("s")
    center.wait_until(lambda text: prompted(text) and "still" not in text, "a prompt")
    center.send("\x04")
    center.wait_for("PODS", "live")
    center.send("q")
    assert center.exit_code() == 0
    assert center.after == center.before
    assert not center.cursor_hidden


def test_the_exit_code_of_a_command_is_that_of_the_command_line(env: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "pods", "shell", "busy", "--", "sh", "-c", COUNTING], env=env) as terminal:
        terminal.wait_for("120 columns")
        assert terminal.exit_code() == 7
        assert terminal.after == terminal.before


def test_who_is_ended_in_a_shell_leaves_the_terminal_as_it_was(env: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "pods", "shell", "busy"], env=env) as terminal:
        terminal.wait_until(prompted, "a prompt")
        assert terminal.after != terminal.before
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.exit_code() == -signal.SIGTERM
        assert terminal.after == terminal.before
