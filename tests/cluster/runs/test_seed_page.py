"""The settings of the page that k8stui follows, as they stand there: a real server takes every pod they come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.incluster.contract import names
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import EXAMPLES, Space

pytestmark = pytest.mark.real

NODE_POOL = "cloud.google.com/gke-nodepool"
GPU = {"key": "gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"}


@pytest.fixture
def pipeline(space: Space, tmp_path: Path) -> Path:
    """The example, with steps where the page says that there will be some, and the account that it names."""
    text = (EXAMPLES / "seed_settings.py").read_text(encoding="utf-8")
    for old, new in (
        ("\nkubernetes_settings = ", "\n@step\ndef look() -> None: ...\n\n\nkubernetes_settings = "),
        ("    # Your pipeline steps here\n    ...", "    look()\n    train_model({})"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "seed_page.py").write_text(text, encoding="utf-8")
    space.create("ServiceAccount", "zenml-pipeline-runner")
    return tmp_path / "seed_page.py:my_kubernetes_pipeline"


def spec_of(objects: list[dict[str, Any]], step: str) -> dict[str, Any]:
    """The spec of a step's pod."""
    pods = [one for one in objects if one["kind"] == "Pod"]
    (found,) = [one for one in pods if one["metadata"]["annotations"][names.ANNOTATION_STEP] == step]
    spec: dict[str, Any] = found["spec"]
    return spec


def test_a_real_server_takes_all_of_it_and_a_steps_own_settings_win(space: Space, pipeline: Path) -> None:
    done = space.k8stui(*space.command(pipeline), "--dry-run=server", "-o", "yaml")
    assert done.code == 0, done.err
    objects = list(yaml.safe_load_all(done.out))
    (job,) = [one for one in objects if one["kind"] == "Job"]
    master, look, train = job["spec"]["template"]["spec"], spec_of(objects, "look"), spec_of(objects, "train_model")
    assert [spec["nodeSelector"][NODE_POOL] for spec in (master, look, train)] == [
        "orchestrator-pool",
        "ml-pool",
        "gpu-pool",
    ]
    assert [one["key"] for one in look["tolerations"][:2]] == ["gpu", "high-priority"]
    assert train["tolerations"][0] == GPU
    assert "high-priority" not in [one["key"] for one in train["tolerations"]]
    assert train["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert master["serviceAccountName"] == "zenml-pipeline-runner"


def test_where_no_node_is_like_that_the_run_says_so_and_can_be_stopped(space: Space, pipeline: Path) -> None:
    run = space.submit(pipeline)
    why = eventually(lambda: space.show(run)["why"], what="the run tells what it waits for")
    assert "does not run (Unschedulable: 0/1 nodes are available" in why
    assert space.show(run)["state"] == "pending"
    stopped = space.k8stui("runs", "stop", run)
    assert (stopped.code, stopped.out) == (0, f"{run} stopped\n")
    space.journal.until(lambda pods: not pods, what="the orchestrator's pod is gone")
