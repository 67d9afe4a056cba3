"""The real program on a real terminal, on an embedded cluster: as a person would use it over SSH."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.command import PROGRAM, QUICK, SLOW, Shell
from tests.terminal.screens import left_clean, on_step
from tests.terminal.terminal import Terminal
from tests.terminal.tmux import NEEDS_TMUX, Tmux


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, own_kubeconfig: Path) -> Shell:
    folder = tmp_path_factory.mktemp("author")
    (folder / "quick.py").write_text(QUICK)
    (folder / "slow.py").write_text(SLOW)
    return Shell(folder, own_kubeconfig)


@pytest.fixture
def start(shell: Shell) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def begin(*arguments: str, columns: int = 120, rows: int = 40, **env: str) -> Terminal:
        terminal = Terminal([*PROGRAM, *arguments], columns=columns, rows=rows, env={**shell.environ(), **env})
        opened.append(terminal.__enter__())
        return terminal

    yield begin
    for terminal in opened:
        terminal.__exit__(None, None, None)


def submitted(shell: Shell, file: str) -> str:
    done = shell.k8stui("run", file, "--no-synchronous", "-o", "name")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().removeprefix("run/")


class TestARun:
    def test_is_watched_to_its_end_and_its_logs_are_read(
        self, shell: Shell, empty_kubeconfig: Path, start: Callable[..., Terminal]
    ) -> None:
        terminal = start(KUBECONFIG=str(empty_kubeconfig))
        terminal.wait_for("live", "There are no runs")
        run = submitted(Shell(shell.folder, empty_kubeconfig), "quick.py")
        terminal.wait_for(run, "succeeded", "2/2")
        terminal.wait_for("double", "doubling 3")
        terminal.send("enter")
        terminal.wait_until(lambda text: on_step(text) == "load", "the keys go to the steps")
        terminal.send("j")
        terminal.wait_until(lambda text: on_step(text) == "double", "the next step")
        terminal.send("l")
        terminal.wait_for("step:double", "doubling 3")
        terminal.send("q")
        left_clean(terminal)

    def test_is_stopped_after_a_question(self, shell: Shell, start: Callable[..., Terminal]) -> None:
        run = submitted(shell, "slow.py")
        terminal = start()
        terminal.wait_for(run, "running", "started")
        terminal.send("S")
        terminal.wait_for(f"Stop run {run}?")
        terminal.send("enter")
        terminal.wait_until(lambda text: "Stop run" not in text, "the question is gone")
        assert "running" in terminal.text
        terminal.send("S")
        terminal.wait_for(f"Stop run {run}?")
        terminal.send("y")
        terminal.wait_for(f"{run} stopped.", "stopped")
        terminal.send("q")
        left_clean(terminal)

    def test_is_found_by_a_filter(self, shell: Shell, start: Callable[..., Terminal]) -> None:
        run = submitted(shell, "quick.py")
        terminal = start()
        terminal.wait_for(run)
        terminal.send("/", "pipeline:quick status:succeeded", "enter")
        terminal.wait_for("/pipeline:quick")
        terminal.wait_until(lambda text: "slow-" not in text, "only runs of quick are left")
        terminal.send("escape")
        terminal.wait_until(lambda text: "/pipeline:quick" not in text, "all runs are back")
        terminal.send("q")
        left_clean(terminal)


class TestTerminals:
    @pytest.mark.parametrize("size", [(80, 24), (200, 60)])
    def test_sizes_and_a_resize(self, start: Callable[..., Terminal], size: tuple[int, int]) -> None:
        terminal = start(columns=size[0], rows=size[1])
        terminal.wait_for("live", "? help")
        terminal.resize(60, 15)
        terminal.wait_for("live")
        terminal.resize(120, 40)
        terminal.wait_for("LOGS", "STEPS", "RUNS")
        terminal.send("q")
        left_clean(terminal)

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "xterm-16color", "COLORTERM": ""}], ids=str)
    def test_where_there_are_few_colours_no_others_are_sent(
        self, start: Callable[..., Terminal], env: dict[str, str]
    ) -> None:
        terminal = start(**env, K8STUI_THEME="contrast")
        terminal.wait_for("live")
        terminal.send("q")
        left_clean(terminal)
        assert re.findall(rb"\x1b\[[0-9;]*[34]8;[0-9;]*m.{20}", terminal.output, re.DOTALL) == []

    def test_ctrl_c_leaves_too(self, start: Callable[..., Terminal]) -> None:
        terminal = start()
        terminal.wait_for("live")
        terminal.send("ctrl+c")
        left_clean(terminal)

    def test_without_utf8_only_ascii_is_drawn(self, start: Callable[..., Terminal]) -> None:
        terminal = start(LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
        terminal.wait_for("live")
        terminal.send("q")
        left_clean(terminal)
        assert bytes(terminal.output).isascii()

    def test_begins_on_the_screen_and_in_the_place_that_are_asked_for(
        self, shell: Shell, start: Callable[..., Terminal]
    ) -> None:
        own = shell.environ()["KUBECONFIG"]
        terminal = start("--screen", "po", K8STUI_NAMESPACE="kube-public", KUBECONFIG="", K8STUI_KUBECONFIG=own)
        terminal.wait_for("live", "kube-public", "PODS")
        terminal.send("q")
        left_clean(terminal)

    def test_no_kubeconfig_is_told_on_the_screen(self, start: Callable[..., Terminal], tmp_path: Path) -> None:
        terminal = start(KUBECONFIG=str(tmp_path / "none"), HOME=str(tmp_path))
        terminal.wait_for("not connected", "kubeconfig")
        terminal.send("q")
        left_clean(terminal)

    def test_a_newcomer_is_told_of_keys_until_they_are_hidden(
        self, start: Callable[..., Terminal], tmp_path: Path
    ) -> None:
        terminal = start(XDG_STATE_HOME=str(tmp_path))
        terminal.wait_for("live", "New here?  1-5 screens  tab next pane")
        terminal.send("escape")
        terminal.wait_until(lambda text: "New here?" not in text, "they are hidden")
        terminal.send("q")
        left_clean(terminal)
        again = start(XDG_STATE_HOME=str(tmp_path))
        assert "New here?" not in again.wait_for("live")
        again.send("q")
        left_clean(again)


def test_without_a_terminal_the_help_is_printed(shell: Shell) -> None:
    done = shell.k8stui()
    assert done.returncode == 0
    assert "Usage" in done.stdout
    done = shell.k8stui("-n", "default", "-A")
    assert done.returncode == 2
    assert "The screens need a terminal" in done.stderr


@NEEDS_TMUX
def test_inside_tmux(shell: Shell, tmp_path: Path) -> None:
    run = submitted(shell, "quick.py")
    with Tmux(tmp_path, PROGRAM, env=shell.environ()) as tmux:
        tmux.wait_for(run, "live")
        tmux.send("Enter")
        tmux.wait_for("double")
        tmux.send("?")
        tmux.wait_for("Keys and commands")
        tmux.send("q")
        tmux.send("q")
        tmux.wait_for("left with 0")


class TestASchedule:
    def test_is_run_now_suspended_and_deleted_by_keys(
        self, shell: Shell, empty_kubeconfig: Path, start: Callable[..., Terminal]
    ) -> None:
        own = Shell(shell.folder, empty_kubeconfig)
        done = own.k8stui("schedule", "create", "quick.py", "--cron", "0 0 29 2 *", "-o", "name")
        assert done.returncode == 0, done.stderr
        terminal = start(KUBECONFIG=str(empty_kubeconfig))
        terminal.wait_for("live")
        terminal.send("3")
        terminal.wait_for("SCHEDULES", "0 0 29 2 *", "active", "29 Feb")
        terminal.send("t")
        terminal.wait_for("was started.", "by hand", "succeeded", "1/1")
        terminal.send("P")
        terminal.wait_for("suspended", "It is suspended: P resumes it.")
        terminal.send("D")
        terminal.wait_for("Delete schedule quick-")
        terminal.send("y")
        terminal.wait_for("deleted.", "There are no schedules")
        terminal.send("1", "q")
        left_clean(terminal)
