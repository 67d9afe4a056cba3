"""`python file.py` and `k8stui run`: what they print, what they make, and how they exit."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.cluster.runs.space import PIPELINES, Space
from tests.cluster.runs.views import states

pytestmark = pytest.mark.real


def test_a_script_shows_its_pipelines_logs_and_goes_on_with_its_results(space: Space) -> None:
    done = space.python(PIPELINES / "script.py", WORD="kubernetes")
    assert done.code == 0, done.err
    assert "work | the word is kubernetes" in done.out
    assert done.out.endswith("back in the script: succeeded, {'work': {'output': 'kubernetes'}}\n")


def test_a_script_whose_run_fails_exits_with_1_and_a_sentence(space: Space) -> None:
    done = space.python(PIPELINES / "script.py", WORD="fail")
    assert done.code == 1
    assert "Error: run scripted-" in done.err
    assert "failed" in done.err
    assert "Traceback" not in done.err
    assert "ValueError: told to fail" in done.out
    assert "back in the script" not in done.out


def test_a_run_that_is_not_waited_for_is_announced_as_json(space: Space) -> None:
    done = space.k8stui(*space.command("chain.py", length=1), "--no-synchronous", "-o", "json")
    assert done.code == 0, done.err
    run = done.view["run"]
    assert done.view["state"] in ("pending", "running")
    assert done.view["parameters"] == {"length": 1, "hold_at": 0}
    assert space.watch(run).view["state"] == "succeeded"
    listed = json.loads(space.k8stui("runs", "list", "-o", "json").out)
    assert [(one["run"], one["state"], one["done"]) for one in listed] == [(run, "succeeded", 1)]


def test_pods_are_listed_with_their_steps(space: Space) -> None:
    done = space.run("chain.py", length=2)
    listed = json.loads(space.k8stui("pods", "list", "--run", done.view["run"], "-o", "json").out)
    assert sorted(one["step"] or one["component"] for one in listed) == ["count", "count_2", "orchestrator"]


def test_a_dry_run_is_accepted_by_the_server_and_makes_nothing(space: Space) -> None:
    kinds = "configmaps,secrets,jobs,pods,serviceaccounts,roles,rolebindings"
    before = [one["metadata"]["name"] for one in space.objects(kinds)]
    done = space.k8stui(*space.command("chain.py", length=2), "--dry-run=server", "-o", "yaml")
    assert done.code == 0, done.err
    shown = [(one["kind"], "uid" in one["metadata"]) for one in yaml.safe_load_all(done.out)]
    assert {kind for kind, _ in shown} >= {"ServiceAccount", "Role", "RoleBinding", "ConfigMap", "Job", "Pod"}
    assert all(known for _, known in shown), "each was given a uid by the server"
    assert [one["metadata"]["name"] for one in space.objects(kinds)] == before


def test_a_submitter_whose_time_is_over_exits_with_3_and_the_run_goes_on(space: Space) -> None:
    done = space.k8stui(*space.command("impatient.py"))
    assert done.code == 3
    assert "has not ended within 3 s (setting timeout); it goes on" in done.err
    (run,) = space.k8stui("runs", "list", "-o", "name").out.split()
    space.open_gate(space.journal.running("held"))
    assert states(space.watch(run).view) == {"held": "succeeded"}


def test_a_run_whose_image_cannot_be_pulled_fails_with_the_reason(space: Space) -> None:
    absent = "registry.invalid/nothing:1"
    done = space.k8stui("run", str(PIPELINES / "chain.py"), "--image", absent, "-o", "json")
    assert (done.code, done.view["state"]) == (1, "failed")
    assert done.view["why"].startswith(f"the image {absent} of its orchestrator cannot be pulled (")
    assert re.search("ErrImagePull|ImagePullBackOff", done.err)
    assert set(states(done.view).values()) == {"skipped"}
    space.journal.until(lambda pods: not pods, what="the orchestrator's pod is gone")
