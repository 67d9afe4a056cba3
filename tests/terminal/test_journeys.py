"""What a person comes for, from the first key to the last: the real program under tmux on an embedded cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.command import PROGRAM, Shell
from tests.terminal.terminal import Terminal
from tests.terminal.tmux import NEEDS_TMUX, Tmux

pytestmark = NEEDS_TMUX

PIPELINES = """
import time
from pathlib import Path
from k8stui import pipeline, step

@step(enable_cache=False)
def load() -> int:
    print("loading")
    return 3

@step(enable_cache=False)
def double(n: int, flag: str) -> int:
    if not Path(flag).exists():
        raise ValueError("no rows")
    print("doubled", 2 * n, flush=True)
    return 2 * n

@pipeline
def mended(flag: str = "FLAG") -> None:
    double(load(), flag)

@step(enable_cache=False)
def talk(flag: str) -> None:
    for number in range(200):
        print("epoch", number, flush=True)
    while not Path(flag).exists():
        time.sleep(0.05)
    print("that was all", flush=True)

@pipeline
def talking(flag: str = "FLAG") -> None:
    talk(flag)
"""

Start = Callable[..., Tmux]


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    """A file for which steps wait."""
    return tmp_path / "flag"


@pytest.fixture
def shell(tmp_path: Path, flag: Path, empty_kubeconfig: Path) -> Shell:
    (tmp_path / "author").mkdir()
    (tmp_path / "author" / "pipelines.py").write_text(PIPELINES.replace("FLAG", str(flag)))
    return Shell(tmp_path / "author", empty_kubeconfig)


@pytest.fixture
def start(shell: Shell, tmp_path: Path) -> Iterator[Start]:
    opened: list[Tmux] = []

    def begin(*arguments: str) -> Tmux:
        where = ["env", "-C", str(shell.folder), "-u", "COLORTERM", "TERM=screen"]
        program = [*where, *PROGRAM, *arguments]
        opened.append(Tmux(tmp_path, program, env=shell.environ()).__enter__())
        return opened[-1]

    yield begin
    for tmux in opened:
        tmux.__exit__(None, None, None)


def test_a_run_is_submitted_fails_is_understood_mended_retried_and_cleaned_up(start: Start, flag: Path) -> None:
    tmux = start()
    tmux.wait_for("live", "There are no runs")
    tmux.send("c")
    tmux.wait_for("mended", "talking")
    tmux.type("mended")
    tmux.wait_until(lambda text: "talking" not in text, "the list is filtered")
    tmux.send("Enter")
    tmux.wait_for(str(flag)[:20], "submit")
    tmux.send("C-s")
    tmux.wait_for("Run mended-", "was submitted.")
    tmux.wait_for("failed", "1/2")
    # TERM=screen: only the terminal's own sixteen colours are used.
    assert "\x1b[" in tmux.coloured
    assert not any(code in tmux.coloured for code in ("38;5", "38;2", "48;5", "48;2"))
    tmux.send("w")
    tmux.wait_for("Why: run mended-", "ValueError: no rows")
    tmux.send("q")
    tmux.wait_until(lambda text: "Why: run" not in text, "the text is closed")
    flag.touch()
    tmux.send("R")
    tmux.wait_for("Try run mended-", "retry (y)")
    tmux.send("y")
    tmux.wait_for("succeeded", "2/2")
    tmux.wait_for("doubled 6")
    tmux.send("2")
    tmux.wait_for("PODS", "mended-")
    tmux.send("/")
    tmux.type("run:mended*")
    tmux.send("Enter")
    tmux.wait_until(lambda text: "/run:mended*" in text and "A mark all" in text, "it is filtered")
    tmux.send("A")
    tmux.wait_for("marked")
    tmux.send("D")
    tmux.wait_for("Delete", "no")
    tmux.send("y")
    tmux.wait_for("deleted")
    tmux.send("Enter")
    tmux.wait_for("There are no pods")
    tmux.send("q")
    tmux.wait_for("left with 0")


def test_a_schedule_is_edited(start: Start, shell: Shell) -> None:
    made = shell.k8stui("schedule", "create", "pipelines.py:talking", "--cron", "@yearly", "--name", "edited")
    assert made.returncode == 0, made.stderr
    tmux = start("--screen", "schedules")
    tmux.wait_for("edited", "@yearly", "DETAILS")
    tmux.send("e")
    tmux.wait_for("Schedule edited", "next in")
    tmux.send("End", "C-u")
    tmux.wait_for("cron: @yearly -> nothing")
    tmux.type("5 4 1 * *")
    tmux.wait_for("At 04:05, on day 1 of the month")
    tmux.send("C-s")
    tmux.wait_for("DETAILS   edited", "cron            5 4 1 * *")
    tmux.send("q")
    tmux.wait_for("left with 0")


def test_a_run_is_tailed_and_its_end_is_told_on_another_screen(
    start: Start, shell: Shell, flag: Path, tmp_path: Path
) -> None:
    run = shell.name_of("pipelines.py:talking").removeprefix("run/")
    config = tmp_path / "config.toml"
    config.write_text('[notify]\nterminal = "osc9"\n')
    with Terminal(PROGRAM, env={**shell.environ(), "K8STUI_CONFIG": str(config)}) as terminal:
        terminal.wait_for(run, "running", "epoch 199")
        terminal.send("a")
        terminal.wait_for("running ◆")
        terminal.send("l")
        terminal.wait_for("▌ LOGS")
        terminal.send("g")
        terminal.wait_until(lambda text: "epoch 0 " in text and "epoch 199" not in text, "the first lines")
        terminal.send("G")
        terminal.wait_for("epoch 199")
        terminal.send("/", "epoch 17", "enter")
        terminal.wait_for("11 lines with epoch 17")
        terminal.send("2")
        terminal.wait_for("PODS")
        flag.touch()
        terminal.wait_for(f"Run {run} has succeeded.")
        terminal.send("q")
        assert terminal.exit_code() == 0
        assert f"\x1b]9;k8stui: Run {run} has succeeded\x07".encode() in terminal.output
