"""`kubectl k8stui`: its name in help and advice, what completes its words; keys for k9s in `docs/kubectl.md`."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from k8stui_tui.cli.center import options_of
from k8stui_tui.cli.main import main
from k8stui_tui.program import COMPLETER, PLUGIN, as_called
from tests.environ import clean_environ
from tests.kubectlpage import command, plugins
from tests.unit.cli.command import k8stui

K9S_OWN = "AGJNP"
"""Keys that k9s 0.50.16 has in all of these tables, with shift. It leaves a plugin out that takes one of them, but for
`G`, to the last line, which a plugin takes away."""

K9S_OF = {"pods": "CFIMORSTVXZ", "jobs": "V", "cronjobs": "LV"}
"""What it has in one of them besides."""

PROJECT = Path(__file__).parents[3] / "pyproject.toml"
FIELDS = {"shortCut", "description", "scopes", "command", "args"}
"""Of a plugin of k9s: those that must be there, and what follows the command."""


def called(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The program under the name of a file that kubectl would execute."""
    code = f"import sys; sys.argv[0] = '/opt/bin/{name}'; from k8stui_tui.cli.main import main; main()"
    environ = {**clean_environ(), "KUBECONFIG": "/nowhere"}
    line = [sys.executable, "-c", code, *words]
    return subprocess.run(line, capture_output=True, text=True, env=environ, timeout=60, check=False)


def test_both_are_installed_as_what_they_are_here() -> None:
    scripts = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["scripts"]
    where = f"{main.__module__}:{main.__name__}"
    assert {name: scripts[name] for name in (PLUGIN, COMPLETER)} == {PLUGIN: where, COMPLETER: where}


def test_help_and_advice_name_the_plugin() -> None:
    shown = called(PLUGIN, "runs", "list", "--help")
    assert (shown.returncode, shown.stdout.split("\n")[0]) == (0, "Usage: kubectl k8stui runs list [OPTIONS]")
    assert "--install-completion" not in called(PLUGIN, "--help").stdout
    wrong = called(PLUGIN, "runs", "lst")
    assert (wrong.returncode, "Try 'kubectl k8stui runs" in wrong.stderr) == (2, True)
    lost = called(PLUGIN, "--context", "x", "-n", "y", "runs", "list")
    assert (lost.returncode, "start a cluster of your own with: kubectl k8stui demo" in lost.stderr) == (6, True)


def test_only_commands_in_our_own_words_are_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "An older k8stui started it (k8stui runs retry x). Log in: k8stui service-connector update; /bin/k8stui run"
    assert as_called(text) == text
    monkeypatch.setattr(sys, "argv", [f"/opt/bin/{PLUGIN}"])
    assert as_called(text) == (
        "An older k8stui started it (kubectl k8stui runs retry x). Log in: kubectl k8stui service-connector update; "
        "/bin/k8stui run"
    )


@pytest.mark.parametrize(
    ("words", "proposed", "besides"),
    [
        (("runs", "prun"), ["prune"], ":4"),
        (("--context", "x", "sched"), ["schedule"], ":4"),
        (("why", "--po"), ["--pod"], ":4"),
        (("--install",), [], ":0"),
        (("run", "it's"), [], ":0"),
    ],
)
def test_the_words_of_the_plugin_are_completed(
    words: tuple[str, ...], proposed: list[str], besides: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("_K8STUI_COMPLETE", "_TYPER_COMPLETE_ARGS", "_TYPER_COMPLETE_FISH_ACTION"):
        monkeypatch.setenv(name, "")  # put back at the end
    monkeypatch.setattr(sys, "argv", [COMPLETER, *words])
    main()
    *lines, last = capsys.readouterr().out.splitlines()
    assert ([line.split("\t")[0] for line in lines], last) == (proposed, besides)
    assert all("\t" in line for line in lines), "each says what it means"


def test_an_empty_word_may_be_any_verb() -> None:
    done = called(COMPLETER, "")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"runs", "schedule", "why"} <= {line.split("\t")[0] for line in done.stdout.splitlines()}


@pytest.mark.parametrize("plugin", plugins().values(), ids=plugins())
def test_the_keys_for_k9s_run_commands_that_there_are(plugin: dict[str, Any]) -> None:
    assert set(plugin) == FIELDS
    line = command(plugin, {"NAME": "a-pod", "NAMESPACE": "ml", "CONTEXT": "lab", "KUBECONFIG": "/nowhere"})
    where = line.index("env")
    assert line[where + 1 : where + 3] == ["KUBECONFIG=/nowhere", "k8stui"], "as k9s was told by --kubeconfig"
    words = line[where + 3 :]
    if words[0].startswith("-"):
        assert options_of(words) == {"context": "lab", "namespace": "ml"}
        return
    done = k8stui(*words, KUBECONFIG="/nowhere")
    assert (done.returncode, "/nowhere" in done.stderr) == (6, True), "it parses, and finds no cluster"


def test_no_key_is_there_twice_in_a_scope_or_k9s_own() -> None:
    keys = [(scope, one["shortCut"]) for one in plugins().values() for scope in one["scopes"]]
    assert len(keys) == len(set(keys))
    assert not {key for scope, key in keys if key.removeprefix("Shift-") in K9S_OWN + K9S_OF.get(scope, "")}
