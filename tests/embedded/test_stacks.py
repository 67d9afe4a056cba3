"""The active stack is where verbs and scripts go, with the settings of its orchestrator."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.embedded.command import Shell, shell


@pytest.fixture
def own(tmp_path: Path, embedded_kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    return shell(tmp_path, embedded_kubeconfig)


def good(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def places(done: subprocess.CompletedProcess[str]) -> set[str]:
    return {one["metadata"]["namespace"] for one in yaml.safe_load_all(good(done))}


def test_verbs_and_scripts_go_where_the_active_stack_leads(own: Shell) -> None:
    context = yaml.safe_load(own.kubeconfig.read_text())["current-context"]
    good(own.k8stui("init", "--create-namespace", "-n", "stacked"))
    good(own.k8stui(
        "orchestrator", "register", "here", f"--kubernetes_context={context}", "--kubernetes-namespace", "stacked",
        '--pod_settings={"labels": {"team": "ml"}}', "--synchronous=false",
    ))  # fmt: skip
    preview = ("run", "quick.py", "--dry-run=server")
    assert places(own.k8stui(*preview)) == {"default"}
    good(own.k8stui("stack", "register", "dev", "-o", "here", "--set"))

    shown = own.k8stui(*preview)
    assert places(shown) == {"stacked"}
    assert "team: ml" in shown.stdout
    assert places(own.k8stui(*preview, "-n", "default")) == {"default"}
    named = own.k8stui(*preview, "--context", context)
    assert places(named) == {"default"}
    assert "team: ml" not in named.stdout
    assert places(own.k8stui(*preview, "--stack", "none")) == {"default"}
    # Named beside the stack, a context is only where the run goes.
    both = own.k8stui("--stack=dev", *preview, "--context", context)
    assert places(both) == {"default"}
    assert "team: ml" in both.stdout

    ghost = own.k8stui("runs", "list", "--stack", "ghost")
    assert ghost.returncode == 4
    assert "There is no stack 'ghost'" in ghost.stderr
    assert "There are: dev" in ghost.stderr

    script = subprocess.run(
        [sys.executable, "quick.py"], capture_output=True, text=True, timeout=60, cwd=own.folder, env=own.environ(),
        check=False,
    )  # fmt: skip
    assert f"submitted to namespace stacked (stack dev, context {context})" in good(script)
    assert good(own.k8stui("runs", "list", "-o", "name")).startswith("quick-")

    assert "Namespace stacked is there" in good(own.k8stui("stack", "verify"))
    # A store that no pod sees is told before anything is made.
    good(own.k8stui("artifact-store", "register", "disk", "--path=file:///mnt/store"))
    good(own.k8stui("stack", "update", "dev", "-a", "disk"))
    unseen = own.k8stui(*preview)
    assert unseen.returncode == 2
    assert "artifact_store.path: file:///mnt/store is a folder that no pod sees" in unseen.stderr
    verified = own.k8stui("stack", "verify", "dev", "-o", "json")
    assert verified.returncode == 1
    assert [one["level"] for one in json.loads(verified.stdout)] == ["ok", "ok", "problem"]
    good(own.k8stui("orchestrator", "update", "here", "--skip_local_validations"))
    good(own.k8stui("stack", "verify"))


def test_a_context_of_the_stack_that_is_gone_is_told(own: Shell) -> None:
    good(own.k8stui("orchestrator", "register", "there", "--kubernetes_context=gone"))
    good(own.k8stui("stack", "register", "old", "-o", "there", "--set"))
    done = own.k8stui("runs", "list")
    assert done.returncode == 4
    assert "There is no context 'gone'" in done.stderr
    assert "The stack old names it: k8stui orchestrator update there --kubernetes_context=CONTEXT" in done.stderr
    good(own.k8stui("runs", "list", "--stack", "none"))
