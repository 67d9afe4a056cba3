"""Container steps beside Python steps, in Python files and in YAML."""

from __future__ import annotations

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.jobs import failed
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states, step_of

pytestmark = pytest.mark.real


def test_a_container_gets_inputs_of_python_steps_and_runs_unchanged(space: Space) -> None:
    done = space.run("containers.py", name="reader")
    assert done.code == 0, done.err
    assert output(done.view, "last") == "READER"
    pod = next(pod for pod in space.journal.ever() if pod.step == "greet")
    assert pod.container["image"] == "k8stui-test/busybox:1"
    assert pod.container["command"] == ["sh", "-c"]
    assert space.kubectl("logs", pod.name) == "hello reader, 6 times, 65532\n"
    assert not [one for one in pod.container["env"] if one["name"].startswith("K8STUI_")]


def test_a_yaml_pipeline_runs_with_its_parameter(space: Space) -> None:
    done = space.run("mixed.yaml", word="eleven")
    assert done.code == 0, done.err
    assert states(done.view) == {"measure": "succeeded", "shout": "succeeded", "double": "succeeded"}
    assert output(done.view, "double") == 12
    assert "shout   | eleven has 6 letters" in done.err


def test_a_failing_container_fails_the_run_and_its_job(space: Space) -> None:
    done = space.run("failing.py:container_fails")
    assert (done.code, done.view["state"]) == (1, "failed")
    step = step_of(done.view, "broken_container")
    assert (step["state"], step["attempts"][0]["exit_code"]) == ("failed", 7)
    assert "out of luck" in done.err
    eventually(lambda: failed(space, done.view["run"]), what="the Job has failed")
    assert sum(pod.is_master for pod in space.journal.ever()) == 1
