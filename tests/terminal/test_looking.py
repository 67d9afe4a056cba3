"""Why, describe, YAML and events of a run and of a step, in the real program on an embedded cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.command import PROGRAM, QUICK, Shell
from tests.terminal.screens import on_step
from tests.terminal.terminal import Terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory, own_kubeconfig: Path) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("author")
    (folder / "quick.py").write_text(QUICK)
    shell = Shell(folder, own_kubeconfig)
    done = shell.k8stui("run", "quick.py", "--param", "n=-1")
    assert done.returncode == 1, done.stderr
    with Terminal(PROGRAM, env=shell.environ()) as shown:
        shown.wait_for("failed", "no rows")
        yield shown


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("w", ("Why: run quick-", "ValueError: no rows", "What to do")),
        ("d", ("Describe: run quick-", "Pipeline", "double")),
        ("Y", ("YAML: Job quick-", "kind: Job", "apiVersion: batch/v1")),
        ("E", ("Events: Job quick-",)),
    ],
)
def test_of_a_run(terminal: Terminal, key: str, words: tuple[str, ...]) -> None:
    terminal.send(key)
    terminal.wait_for(*words)
    terminal.send("q")
    terminal.wait_until(lambda text: words[0] not in text, "the text is closed")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("w", ("Why: step double of quick-", "ValueError: no rows")),
        ("d", ("Describe: step double of quick-", "Attempt")),
        ("Y", ("YAML: Pod quick-", "kind: Pod", "namespace: default")),
        ("E", ("Events: Pod quick-", "Scheduled")),
    ],
)
def test_of_a_step(terminal: Terminal, key: str, words: tuple[str, ...]) -> None:
    terminal.send("\r")
    terminal.wait_until(lambda text: on_step(text) == "load", "the keys go to the steps")
    terminal.send("j")
    terminal.wait_until(lambda text: on_step(text) == "double", "the next step")
    terminal.send(key)
    terminal.wait_for(*words)
    terminal.send("q")
    terminal.wait_until(lambda text: words[0] not in text, "the text is closed")
    terminal.send("k", "escape")
    terminal.wait_until(lambda text: not on_step(text), "the keys go to the table")
