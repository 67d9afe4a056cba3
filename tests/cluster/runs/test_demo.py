"""The demo pipeline on real Kubernetes, in a plain Python image with nothing of ours in it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from k8stui.incluster.contract import names
from tests.cluster.real.facts import Facts
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.journal import Pod
from tests.cluster.runs.space import EXAMPLES, Done, Space, new_space
from tests.cluster.runs.views import View, output, states, step_of

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Demo:
    """The one run that this module's tests look at."""

    space: Space
    done: Done
    view: View

    @property
    def run(self) -> str:
        return str(self.view["run"])

    @property
    def steps(self) -> list[Pod]:
        return [pod for pod in self.space.journal.ever() if pod.step]

    @property
    def pods(self) -> list[Pod]:
        return self.space.journal.ever()


@pytest.fixture(scope="module")
def demo(facts: Facts) -> Iterator[Demo]:
    with new_space(facts) as space:
        done = space.run(EXAMPLES / "train.py")
        assert done.code == 0, done.err
        space.journal.catch_up()
        space.journal.until(lambda pods: all(pod.ended for pod in pods), what="Kubernetes has seen all pods end")
        yield Demo(space, done, space.show(done.view["run"]))


def expected_accuracy() -> float:
    """What the same functions give when they are simply called here."""
    spec = importlib.util.spec_from_file_location("train_here", EXAMPLES / "train.py")
    assert spec
    assert spec.loader
    train: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(train)
    train.time = SimpleNamespace(sleep=lambda _seconds: None)  # nobody watches here
    data = train.load_data(1200, 7)
    means, spreads = train.clean(data)
    models = [train.train(data, means, spreads, rate, 50) for rate in (0.02, 0.1, 0.5, 2.0)]
    return float(train.pick_best(models)["accuracy"])


def test_it_succeeds_with_the_accuracy_that_the_same_functions_give_here(demo: Demo) -> None:
    assert demo.view["state"] == "succeeded"
    assert output(demo.view, "report", "accuracy") == expected_accuracy() > 0.85


def test_every_step_ran_in_a_pod_of_its_own(demo: Demo) -> None:
    assert sorted(pod.step for pod in demo.steps) == sorted(states(demo.view))
    assert len({pod.uid for pod in demo.steps}) == len(demo.view["steps"]) == 8


def test_all_pods_run_a_plain_python_image(demo: Demo, facts: Facts) -> None:
    assert {pod.container["image"] for pod in demo.pods} == {facts.images["python_default"]}


def test_step_pods_have_no_volumes_and_no_credentials_of_kubernetes(demo: Demo) -> None:
    for pod in demo.steps:
        assert not pod.spec.get("volumes")
        assert not pod.container.get("volumeMounts")
        assert pod.spec["automountServiceAccountToken"] is False


def test_all_pods_run_as_a_user_without_rights(demo: Demo) -> None:
    for pod in demo.pods:
        security = pod.spec["securityContext"]
        assert (security["runAsUser"], security["runAsGroup"], security["runAsNonRoot"]) == (65532, 65532, True)
        assert pod.container["securityContext"]["allowPrivilegeEscalation"] is False


def test_all_pods_carry_the_labels_of_run_and_pipeline(demo: Demo) -> None:
    chosen = demo.space.objects("pods", f"run={demo.run},pipeline=training")
    assert len(chosen) == len(demo.pods) == 9
    components = sorted(one["metadata"]["labels"][names.LABEL_COMPONENT] for one in chosen)
    assert components == ["orchestrator"] + ["step"] * 8


def test_no_step_started_before_its_parents_had_ended(demo: Demo) -> None:
    made = {pod.step: pod.raw["metadata"]["creationTimestamp"] for pod in demo.steps}
    for step in demo.view["steps"]:
        for parent in step["after"]:
            # What it has told, not when its container was gone, and in whole seconds, as Kubernetes counts.
            ended = step_of(demo.view, parent)["attempts"][-1]["finished"]
            assert ended[:19] <= made[step["name"]][:19], (parent, step["name"])


def test_step_pods_are_controlled_so_that_a_node_can_be_drained(demo: Demo) -> None:
    for pod in demo.steps:
        (owner,) = pod.raw["metadata"]["ownerReferences"]
        assert (owner["kind"], owner["controller"]) == ("ConfigMap", True)


def test_the_log_of_the_job_shows_the_logs_of_the_steps(demo: Demo) -> None:
    log = demo.space.master_log(demo.run)
    assert "[load_data] generating 1200 rows from seed 7" in log
    assert f"[report] accuracy {output(demo.view, 'report', 'accuracy'):.1%}" in log


def test_the_synchronous_output_has_the_logs_and_the_tree(demo: Demo) -> None:
    assert "generating 1200 rows from seed 7" in demo.done.err
    assert "└ report" in demo.done.err


def test_the_keys_are_gone_and_the_job_is_complete(demo: Demo) -> None:
    eventually(lambda: demo.space.job(demo.run)["status"].get("succeeded") == 1, what="the Job is complete")
    assert demo.space.objects("secrets") == []


def test_nothing_is_left_when_the_run_was_deleted(space: Space) -> None:
    run = space.run(EXAMPLES / "train.py").view["run"]  # one of its own: who looks at the other may come later
    assert space.k8stui("runs", "delete", run).code == 0
    eventually(lambda: not space.remains(run), what="nothing of the run is left")
    assert space.k8stui("runs", "show", run).code == 4
