"""Pod settings as they arrive in the live pods, and those that are refused before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cluster.real.facts import Facts
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.journal import Pod
from tests.cluster.runs.pipelines.settings import HOST, ON_THIS_NODE
from tests.cluster.runs.space import Space, new_space
from tests.cluster.runs.views import View, output, states, step_of

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Everything:
    """The run of `settings.py`, which several tests look at: its view, its step's pod and its master's."""

    view: View
    step: Pod
    master: Pod


@pytest.fixture(scope="module")
def everything(facts: Facts) -> Iterator[Everything]:
    with new_space(facts) as space:
        space.create("ConfigMap", "ml-config", data={"model": "a small one"})
        space.create("Secret", "ml-secret", stringData={"PASSWORD": "hunter2"})
        done = space.run("settings.py")
        assert done.code == 0, done.err
        pods = {pod.step: pod for pod in space.journal.ever()}
        yield Everything(done.view, pods["look"], pods[""])


def test_the_step_finds_its_volumes_variables_and_user(everything: Everything) -> None:
    assert output(everything.view, "look") == {
        "scratch": "kept in memory",
        "config": "a small one",
        "secret": "hunter2",
        "plain": "1",
        "from_field": everything.view["namespace"],
        "from_secret": "hunter2",
        "uid": 1234,
    }


def test_a_steps_own_settings_win_and_leave_the_rest_of_the_pipelines(everything: Everything) -> None:
    assert output(everything.view, "overridden") == {"plain": "of the step", "from_secret": "hunter2"}


def test_placement_is_in_the_live_pod_of_the_step(everything: Everything) -> None:
    spec = everything.step.spec
    assert spec["nodeSelector"][HOST] == "k8stui-node"
    assert spec["affinity"] == ON_THIS_NODE
    gpu = {"key": "gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"}
    spot = {"key": "spot", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}
    assert spec["tolerations"][:2] == [gpu, spot]


def test_the_rest_of_the_pod_settings_is_in_the_live_pod_of_the_step(everything: Everything) -> None:
    pod, spec = everything.step, everything.step.spec
    requests = {"cpu": "20m", "memory": "32Mi"}
    assert pod.container["resources"] == {"requests": requests, "limits": {"memory": "256Mi"}}
    assert pod.annotations["example.org/owner"] == "data-science"
    assert pod.labels["team"] == "data-science"
    assert spec["hostIPC"] is True
    assert spec["imagePullSecrets"] == [{"name": "regcred"}, {"name": "other"}]
    assert (spec["activeDeadlineSeconds"], spec["terminationGracePeriodSeconds"]) == (300, 7)
    security = pod.container["securityContext"]
    assert (security["runAsUser"], security["readOnlyRootFilesystem"]) == (1234, False)
    assert security["allowPrivilegeEscalation"] is False


def test_the_orchestrator_has_settings_of_its_own(everything: Everything) -> None:
    pod, spec = everything.master, everything.master.spec
    assert spec["nodeSelector"][HOST] == "k8stui-node"
    assert spec["tolerations"][0] == {"key": "master", "operator": "Exists"}
    assert spec["priorityClassName"] == "system-cluster-critical"
    assert pod.container["resources"] == {"requests": {"cpu": "30m", "memory": "48Mi"}}
    assert (pod.labels["role"], pod.annotations["example.org/owner"]) == ("conductor", "platform")
    assert {"name": "PYTHONUNBUFFERED", "value": "1"} in pod.container["env"]
    assert "/mnt/scratch" in [mount["mountPath"] for mount in pod.container["volumeMounts"]]
    assert "team" not in pod.labels


def test_a_scheduler_of_ones_own_is_asked_and_the_waiting_step_is_shown_and_can_be_stopped(space: Space) -> None:
    run = space.submit("elsewhere.py")
    pod = space.journal.until(lambda pods: next((pod for pod in pods if pod.step), None), what="the step's pod exists")
    assert pod.spec["schedulerName"] == "nobody"
    eventually(lambda: states(space.show(run)) == {"waits": "queued"}, what="the run tells that its step waits")
    assert space.k8stui("runs", "stop", run).code == 0
    assert states(space.show(run)) == {"waits": "stopped"}


def test_a_step_over_its_deadline_fails_and_says_so(space: Space) -> None:
    done = space.run("deadline.py")
    assert (done.code, done.view["state"]) == (1, "failed")
    step = step_of(done.view, "too_long")
    assert (step["state"], step["failures"], step["disruptions"]) == ("failed", 1, 0)
    assert "DeadlineExceeded" in step["why"]


@pytest.mark.parametrize(
    ("mistake", "code", "named"),
    [
        ("unknown_setting", 2, "'pod_setings'"),
        ("unknown_pod_setting", 2, "'volumez'"),
        ("unknown_field_within", 2, "operater"),
        ("unknown_in_additional", 2, "active_deadline"),
        ("only_the_server", 8, "spec.dnsPolicy"),
    ],
)
def test_a_wrong_field_is_refused_by_its_name_before_anything_is_made(
    space: Space, mistake: str, code: int, named: str
) -> None:
    before = everything_there(space)
    done = space.run("mistakes.py:mistaken", mistake=mistake)
    assert done.code == code, done.err
    assert named in done.err
    assert "Traceback" not in done.err
    assert everything_there(space) == before


def test_a_wrong_field_of_the_orchestrators_pod_is_refused_as_well(space: Space) -> None:
    before = everything_there(space)
    done = space.run("mistakes.py:conducted")
    assert done.code == 8, done.err
    assert "dnsPolicy" in done.err
    assert everything_there(space) == before


def everything_there(space: Space) -> list[Any]:
    """Names of whatever a run would make."""
    return [one["metadata"]["name"] for one in space.objects("configmaps,secrets,jobs,pods")]
