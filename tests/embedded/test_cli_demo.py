"""`k8stui demo` shows a run that survives an eviction, without a terminal."""

from __future__ import annotations

from pathlib import Path

from tests.embedded.command import Shell


def test_the_demo_succeeds_although_a_step_is_evicted(tmp_path: Path) -> None:
    done = Shell(tmp_path, tmp_path / "none").k8stui("demo")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert sum(line.startswith("succeeded in") for line in lines) == 3
    assert any("* evicted: The node was low on" in line for line in lines)
    assert any("2 attempts" in line for line in lines)
    kubeconfig = Path(next(line for line in lines if "KUBECONFIG=" in line).partition("KUBECONFIG=")[2])
    assert not kubeconfig.exists()
