"""`k8stui run` of a file of ZenML: `python FILE` in the environment that has zenml, then its run is followed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forking
from tests.embedded.command import Shell, shell

STANDINS = Path(__file__).parent / "standins"

THEIRS = """
from zenml import pipeline, step

@step
def load(): ...

@step
def train(): ...

@pipeline
def theirs():
    load()
    train()

if __name__ == "__main__":
    theirs()
"""

DYNAMIC = """
import zenml

@zenml.step
def load(): ...

@zenml.step
def fails(): ...

@zenml.pipeline(dynamic=True)
def well():
    load()

@zenml.pipeline(dynamic=True)
def badly():
    load()
    fails()

"""

SCHEDULED = THEIRS.replace("    theirs()", "    theirs.with_options(schedule='5 2 * * *')()")


@pytest.fixture
def here(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    (tmp_path / "theirs.py").write_text(THEIRS)
    (tmp_path / "scheduled.py").write_text(SCHEDULED)
    for name in ("well", "badly"):
        (tmp_path / f"{name}.py").write_text(f"{DYNAMIC}{name}()\n")
    (tmp_path / "broken.py").write_text("import zenml\nraise SystemExit(3)\n")
    return shell(tmp_path, embedded_kubeconfig)


def k8stui(here: Shell, *words: str, zenml: bool = True) -> subprocess.CompletedProcess[str]:
    environ = {**here.environ(), "PATH": str(Path(sys.executable).parent)}
    paths = [*([str(STANDINS)] if zenml else []), *filter(None, [environ.get("PYTHONPATH")])]
    return forking.k8stui(words, environ={**environ, "PYTHONPATH": os.pathsep.join(paths)}, folder=here.folder)


def test_a_file_of_zenml_is_run_and_its_run_followed(here: Shell) -> None:
    done = k8stui(here, "run", "theirs.py")
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "Initiating a new run for the pipeline: theirs." in done.stdout
    written = [" ".join(line.split()) for line in done.stdout.splitlines()]  # names are as wide as those known by then
    assert {"load | load in a pod", "train | train in a pod"} <= set(written)
    (name,) = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("run ")]
    assert k8stui(here, "runs", "show", name, "-o", "name").stdout.strip() == name
    assert k8stui(here, "runs", "delete", name, "--yes").returncode == 0

    broken = k8stui(here, "run", "broken.py")
    assert (broken.returncode, "broken.py ended with exit code 3" in broken.stderr) == (1, True)
    assert "What the file wrote tells why it failed" in broken.stderr

    scheduled = k8stui(here, "run", "scheduled.py")
    assert scheduled.returncode == 0, scheduled.stderr
    assert scheduled.stderr.splitlines()[1:] == [
        "schedule 9a312283-theirs in namespace default: k8stui schedule describe 9a312283-theirs -n default"
    ]


@pytest.mark.parametrize(("name", "state", "code"), [("well", "succeeded", 0), ("badly", "failed", 1)])
def test_a_dynamic_pipeline_of_zenml_ends_with_the_exit_code_of_its_run(
    here: Shell, name: str, state: str, code: int
) -> None:
    done = k8stui(here, "run", f"{name}.py", "-o", "json")
    assert done.returncode == code, (done.stdout, done.stderr)
    view = json.loads(done.stdout)
    assert (view["state"], view["pipeline"], view["origin"]) == (state, name, "zenml")
    assert "write to the log of its orchestrator: add --orchestrator" in k8stui(here, "logs", view["run"]).stderr
    assert "load" in k8stui(here, "logs", view["run"], "--orchestrator", "-o", "raw").stdout
    assert k8stui(here, "runs", "delete", view["run"], "--yes").returncode == 0


@pytest.mark.parametrize(
    ("words", "zenml", "told"),
    [
        (("run", "theirs.py"), False, "has no zenml"),
        (("run", "theirs.py", "--param", "n=1"), True, "--param is for pipelines of k8stui"),
        (("run", "theirs.py:theirs"), True, ":theirs is for pipelines of k8stui"),
        (("schedule", "create", "theirs.py", "--cron", "@daily"), True, "theirs.py is a file of ZenML"),
        (("pipelines", "show", "theirs.py"), True, "theirs.py is a file of ZenML"),
    ],
)
def test_what_is_not_possible_is_told_with_a_way(here: Shell, words: tuple[str, ...], zenml: bool, told: str) -> None:
    done = k8stui(here, *words, zenml=zenml)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "docs/from-zenml.md" in done.stderr
