"""`kubectl k8stui` by the real kubectl, and the keys for k9s of `docs/kubectl.md`, as k9s would execute them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from k8stui_tui.program import COMPLETER, PLUGIN
from tests.cluster.runs.space import Space, kubectl
from tests.kubectlpage import command, plugins

pytestmark = pytest.mark.real

CONTEXT = "k8stui-test"


@pytest.fixture
def environ(space: Space, tmp_path: Path) -> dict[str, str]:
    """A person's, with the programs that installing k8stui makes, kubectl, and a pager that does not wait."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("k8stui", PLUGIN, COMPLETER):
        program = programs / name
        program.write_text(f"#!{sys.executable}\nfrom k8stui_tui.cli.main import main\nmain()\n")
        program.chmod(0o755)
    (programs / "kubectl").symlink_to(kubectl(space.facts, space.namespace)[0])
    (less := programs / "less").write_text("#!/bin/sh\nexec cat\n")
    less.chmod(0o755)
    own = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "KUBECONFIG": space.kubeconfig}
    return {**os.environ, **own, "HOME": str(tmp_path), "NO_COLOR": "1"}


def said(environ: dict[str, str], *words: str) -> str:
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kubectl_runs_and_completes_it_and_k9s_has_keys(space: Space, environ: dict[str, str]) -> None:
    run = space.run("chain.py", length=1).view["run"]
    there = ("--context", CONTEXT, "-n", space.namespace)
    for words in ((*there, "runs", "list"), ("runs", "list", *there)):
        assert [one["run"] for one in json.loads(said(environ, "kubectl", "k8stui", *words, "-o", "json"))] == [run]
    assert "Usage: kubectl k8stui runs list" in said(environ, "kubectl", "k8stui", "runs", "list", "--help")
    assert "kubectl-k8stui" in said(environ, "kubectl", "plugin", "list")
    proposed = said(environ, "kubectl", "__complete", "k8stui", *there, "runs", "prun")
    assert [line.split("\t")[0] for line in proposed.splitlines()][:2] == ["prune", ":4"]

    (pod,) = space.objects("pods", f"run={run},k8stui.io/step")
    where = {"NAMESPACE": space.namespace, "CONTEXT": CONTEXT, "KUBECONFIG": space.kubeconfig}
    selected = {**where, "NAME": pod["metadata"]["name"]}
    shown = {
        name: said(environ, *command(one, selected)) for name, one in plugins().items() if one["scopes"] == ["pods"]
    }
    assert "succeeded" in shown["k8stui-why"]
    assert shown["k8stui-logs"].startswith("count | ")
    assert run in shown["k8stui-run"]
