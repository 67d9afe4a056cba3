"""Questions on a terminal: what becomes of running runs when a schedule is deleted, and ctrl+c for an answer."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.embedded.command import PROGRAM, Shell, shell
from tests.terminal.terminal import PATIENCE, Terminal


@pytest.fixture
def at(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    return shell(tmp_path, embedded_kubeconfig)


def k8stui(at: Shell, *arguments: str) -> Terminal:
    return Terminal([*PROGRAM, *arguments], env=at.environ())


def left(terminal: Terminal) -> int:
    return terminal.exit_code()


def state(at: Shell, run: str) -> str:
    return str(json.loads(at.k8stui("runs", "show", run, "-o", "json").stdout)["state"])


def test_a_schedule_with_running_runs_is_deleted_as_the_answer_says(at: Shell) -> None:
    made = at.k8stui("schedule", "create", "slow.py", "--cron", "@yearly", "--name", "asked", "--suspend")
    assert made.returncode == 0, made.stderr
    run = at.k8stui("schedule", "trigger", "asked", "-o", "name").stdout.strip()
    with k8stui(at, "schedule", "delete", "asked") as terminal:
        terminal.wait_for(f"Runs of it go on: {run}", "or cancel? [keep/stop/cancel]")
        terminal.send("ctrl+c")
        assert left(terminal) == 130
    with k8stui(at, "schedule", "delete", "asked") as terminal:
        terminal.wait_for("[keep/stop/cancel]")
        terminal.send("perhaps", "enter")
        terminal.wait_until(lambda text: text.count("[keep/stop/cancel]") == 2, "it asks again")
        terminal.send("cancel", "enter")
        terminal.wait_for("asked was not deleted.")
        assert left(terminal) == 0
    deadline = time.monotonic() + PATIENCE
    while run not in at.k8stui("runs", "list", "-o", "name").stdout.split():
        assert time.monotonic() < deadline, "its run has no record"
    with k8stui(at, "schedule", "delete", "asked") as terminal:
        terminal.wait_for("CronJob asked and its template go", "[keep/stop/cancel]")
        terminal.send("stop", "enter")
        terminal.wait_for("asked deleted")
        assert left(terminal) == 0
    assert state(at, run) == "stopped"


def test_all_are_suspended_after_a_yes(at: Shell) -> None:
    assert at.k8stui("schedule", "create", "quick.py", "--cron", "@yearly", "--name", "sure").returncode == 0
    for answer, said in (("n", "to be suspended?"), ("y", "sure suspended")):
        with k8stui(at, "schedule", "suspend", "--all") as terminal:
            terminal.wait_for("schedules of namespace default to be suspended?")
            terminal.send(answer, "enter")
            terminal.wait_for(said)
            assert left(terminal) == 0
    assert json.loads(at.k8stui("schedule", "show", "sure", "-o", "json").stdout)["suspended"] is True
    assert at.k8stui("schedule", "delete", "sure").returncode == 0
