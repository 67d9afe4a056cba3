"""`k8stui why`, `describe`, `yaml` and `events`, against the embedded cluster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.embedded.command import Shell, shell


@pytest.fixture
def here(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    return shell(tmp_path, embedded_kubeconfig)


@pytest.fixture
def failed(here: Shell) -> str:
    """A run that has failed."""
    done = here.k8stui("run", "quick.py", "--param", "n=-1", "-o", "json")
    assert done.returncode == 1
    return str(json.loads(done.stdout)["run"])


def test_why_tells_cause_place_and_what_to_do(here: Shell, failed: str) -> None:
    done = here.k8stui("why", failed)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "step double"
    assert lines[1].startswith("  failed: ValueError: no rows (quick.py:")
    assert lines[2] == f"  -> Its log has the whole traceback: k8stui logs {failed} --step double"
    assert any(line.startswith("  failed: 1 of 2 steps done, 1 failed, ended ") for line in lines)


def test_the_command_that_why_advises_shows_the_traceback(here: Shell, failed: str) -> None:
    advised = here.k8stui("why", failed, "double").stdout.partition("k8stui logs ")[2].splitlines()[0].split()
    assert "ValueError: no rows" in here.k8stui("logs", *advised).stdout


def test_why_as_json(here: Shell, failed: str) -> None:
    first, last = json.loads(here.k8stui("why", failed, "-o", "json").stdout)
    assert set(first) == {"subject", "sentence", "advice", "evidence", "level"}
    assert (first["subject"], first["level"], last["subject"]) == ("step double", "failed", f"run {failed}")


def test_why_of_a_step_and_of_a_pod(here: Shell, failed: str) -> None:
    assert here.k8stui("why", failed, "load").stdout.startswith("step load\n  succeeded: in ")
    done = here.k8stui("why", "--pod", f"{failed}-double-1")
    assert done.stdout.startswith(f"pod {failed}-double-1\n  failed: ValueError: no rows (quick.py:")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("why", "nobody-x7k2p"), 4, "There is no run 'nobody-x7k2p'"),
        (("why", "--pod", "nobody"), 4, "does not exist"),
        (("why", "a", "--pod", "b"), 2, "Give a run or --pod"),
        (("pods", "describe", "nobody"), 4, "does not exist"),
        (("pods", "yaml", "nobody"), 4, "does not exist"),
        (("pods", "events", "nobody"), 4, "does not exist"),
        (("runs", "describe", "nobody-x7k2p"), 4, "There is no run"),
    ],
)
def test_what_does_not_exist_is_an_error(here: Shell, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = here.k8stui(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_a_step_that_is_not_there_is_answered_with_the_nearest(here: Shell, failed: str) -> None:
    for verb in (("why", failed, "doubel"), ("runs", "describe", failed, "doubel")):
        done = here.k8stui(*verb)
        assert done.returncode == 4
        assert "Did you mean double?" in done.stderr


def test_a_pod_is_described_without_the_values_of_its_variables(here: Shell, failed: str) -> None:
    done = here.k8stui("pods", "describe", f"{failed}-double-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "failed: ValueError: no rows" in done.stdout
    assert f"K8STUI_KEY from Secret run-{failed}-keys, key double" in done.stdout
    task = next(line for line in done.stdout.splitlines() if "K8STUI_TASK" in line)
    assert task.strip().endswith(" characters")


def test_a_pod_as_yaml_is_the_object_without_managed_fields(here: Shell, failed: str) -> None:
    found = yaml.safe_load(here.k8stui("pods", "yaml", f"{failed}-double-1").stdout)
    assert (found["kind"], found["metadata"]["name"]) == ("Pod", f"{failed}-double-1")
    assert "managedFields" not in found["metadata"]
    assert found["status"]["phase"] == "Failed"


def test_the_events_of_a_pod(here: Shell, failed: str) -> None:
    pod = f"{failed}-double-1"
    table = here.k8stui("pods", "events", pod).stdout
    assert table.split()[:5] == ["TYPE", "REASON", "AGE", "TIMES", "MESSAGE"]
    assert "Scheduled" in table
    first = json.loads(here.k8stui("pods", "events", pod, "-o", "json").stdout)[0]
    assert set(first) == {"time", "type", "reason", "message", "count"}
    assert first["time"].endswith("Z")


def test_a_run_and_a_step_of_it_are_described(here: Shell, failed: str) -> None:
    run = here.k8stui("runs", "describe", failed).stdout
    assert "step double: failed: ValueError: no rows" in run
    assert f"orchestrator job/{failed}" in run
    step = here.k8stui("runs", "describe", failed, "double").stdout
    assert "Function:             quick:double" in step
    assert "n = output of load" in step
    assert "Newest pod:" in step
