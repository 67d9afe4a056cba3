"""Defaults of the pods, and how the user's settings go over them, for steps and master alike."""

from collections.abc import Callable
from typing import Any

import pytest

from k8stui.incluster.bootstrap import SOURCE
from k8stui.model.errors import InvalidInputError
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.request import CompiledRun
from tests.unit.plan.samples import (
    compiled,
    container,
    container_step,
    master_pod,
    must_be_known_to_kubernetes,
    python_step,
    step_pod,
    variables,
)

Find = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(params=["pod_settings", "orchestrator_pod_settings"])
def with_settings(request: pytest.FixtureRequest) -> Find:
    """The step's or the master's pod under given pod settings."""

    def find(settings: dict[str, Any]) -> dict[str, Any]:
        run = compiled(settings=Settings(**{request.param: settings}))
        must_be_known_to_kubernetes(run.job)
        must_be_known_to_kubernetes(step_pod(run))
        return step_pod(run) if request.param == "pod_settings" else master_pod(run)

    return find


def test_a_pod_without_settings_asks_for_little_and_runs_once_on_linux(with_settings: Find) -> None:
    pod = with_settings({})
    assert pod["spec"]["restartPolicy"] == "Never"
    assert pod["spec"]["enableServiceLinks"] is False
    assert pod["spec"]["nodeSelector"] == {"kubernetes.io/os": "linux"}
    assert container(pod)["resources"] == {"requests": {"cpu": "50m", "memory": "64Mi"}}
    assert pod["metadata"]["annotations"]["sidecar.istio.io/inject"] == "false"
    assert "volumes" not in pod["spec"]


@pytest.mark.parametrize(
    ("settings", "field", "expected"),
    [
        ({"node_selectors": {"kubernetes.io/os": "other"}}, "nodeSelector", {"kubernetes.io/os": "other"}),
        ({"affinity": {"podAffinity": {}}}, "affinity", {"podAffinity": {}}),
        ({"volumes": [{"name": "v", "empty_dir": {}}]}, "volumes", [{"name": "v", "emptyDir": {}}]),
        ({"host_ipc": True}, "hostIPC", True),
        ({"image_pull_secrets": ["a"]}, "imagePullSecrets", [{"name": "a"}]),
        ({"scheduler_name": "volcano"}, "schedulerName", "volcano"),
        ({"additional_pod_spec_args": {"priority_class_name": "high"}}, "priorityClassName", "high"),
        ({"additional_pod_spec_args": {"enableServiceLinks": True}}, "enableServiceLinks", True),
        ({"additional_pod_spec_args": {"hostNetwork": True}}, "hostNetwork", True),
    ],
)
def test_fields_of_the_spec(with_settings: Find, settings: dict[str, Any], field: str, expected: object) -> None:
    assert with_settings(settings)["spec"][field] == expected


@pytest.mark.parametrize(
    ("settings", "field", "expected"),
    [
        ({"resources": {"limits": {"cpu": 1}}}, "resources", {"limits": {"cpu": "1"}}),
        ({"env_from": [{"config_map_ref": {"name": "c"}}]}, "envFrom", [{"configMapRef": {"name": "c"}}]),
        (
            {"volumes": [{"name": "v", "empty_dir": {}}], "volume_mounts": [{"name": "v", "mount_path": "/v"}]},
            "volumeMounts",
            [{"name": "v", "mountPath": "/v"}],
        ),
    ],
)
def test_fields_of_the_container(with_settings: Find, settings: dict[str, Any], field: str, expected: object) -> None:
    assert container(with_settings(settings))[field] == expected


def test_variables_of_the_user_win_over_the_defaults(with_settings: Find) -> None:
    found = variables(with_settings({"env": [{"name": "HOME", "value": "/data"}, {"name": "A", "value": "1"}]}))
    assert (found["HOME"], found["USER"], found["A"]) == ("/data", "k8stui", "1")


def test_annotations_of_the_user_win_over_the_defaults(with_settings: Find) -> None:
    pod = with_settings({"annotations": {"sidecar.istio.io/inject": "true", "x": "y"}})
    assert pod["metadata"]["annotations"].items() >= {("sidecar.istio.io/inject", "true"), ("x", "y")}


def test_a_mesh_that_is_asked_for_by_label_is_not_refused_by_annotation(with_settings: Find) -> None:
    pod = with_settings({"labels": {"sidecar.istio.io/inject": "true"}})
    assert "sidecar.istio.io/inject" not in pod["metadata"]["annotations"]


def test_init_containers_are_taken_beside_our_container(with_settings: Find) -> None:
    pod = with_settings({"additional_pod_spec_args": {"init_containers": [{"name": "i", "image": "x"}]}})
    assert pod["spec"]["initContainers"] == [{"name": "i", "image": "x"}]
    assert len(pod["spec"]["containers"]) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"volume_mounts": [{"name": "v", "mountPath": "/v"}]}, "volume_mounts[0].name: there is no volume 'v'"),
        ({"volumes": [{"name": "v"}, {"name": "v"}]}, "the name 'v' is there twice"),
        (
            {
                "volumes": [{"name": "v"}],
                "volume_mounts": [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}],
            },
            "the path '/v' is there twice",
        ),
    ],
)
def test_volumes_and_mounts_that_do_not_fit_are_refused(
    with_settings: Find, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        with_settings(settings)
    assert said in caught.value.message


def test_a_mount_may_use_a_volume_of_the_outer_layer() -> None:
    inner = Settings(pod_settings={"volume_mounts": [{"name": "v", "mountPath": "/v"}]})
    outer = Settings(pod_settings={"volumes": [{"name": "v", "emptyDir": {}}]})
    run = compiled(python_step("a", settings=inner), settings=outer)
    assert container(step_pod(run))["volumeMounts"] == [{"name": "v", "mountPath": "/v"}]


def programs(run: CompiledRun) -> list[list[str]]:
    return [container(pod)["command"] for pod in (step_pod(run), master_pod(run))]


def test_python_steps_and_master_start_from_the_bootstrap() -> None:
    assert programs(compiled()) == [["python3", "-c", SOURCE, "step"], ["python3", "-c", SOURCE, "master"]]


def test_a_container_step_keeps_its_command_and_gets_nothing_of_ours() -> None:
    run = compiled(container_step("a", command=("sh", "-c"), args=("echo $(date)",)))
    one = container(step_pod(run))
    assert (one["image"], one["command"], one["args"]) == ("example/tool:2", ["sh", "-c"], ["echo $(date)"])
    assert set(variables(step_pod(run))) == {"HOME", "USER"}


def test_a_container_step_without_a_command_leaves_it_to_its_image() -> None:
    assert container(step_pod(compiled(container_step("a")))).keys().isdisjoint({"command", "args"})


def test_a_python_step_uses_its_own_image_or_the_runs() -> None:
    run = compiled(python_step("a"), python_step("b", image="example/gpu:3"))
    assert [container(step_pod(run, name))["image"] for name in "ab"] == ["example/python:1", "example/gpu:3"]


def test_a_step_gets_a_token_only_with_an_account_of_its_own() -> None:
    assert step_pod(compiled())["spec"]["automountServiceAccountToken"] is False
    named = step_pod(compiled(settings=Settings(step_pod_service_account_name="reader")))["spec"]
    assert named["serviceAccountName"] == "reader"
    assert "automountServiceAccountToken" not in named


def test_variables_of_the_step_itself_are_left_to_the_master_who_adds_them() -> None:
    settings = Settings(pod_settings={"env": [{"name": "A", "value": "outer"}, {"name": "B", "value": "outer"}]})
    run = compiled(python_step("a", env={"A": "inner", "HOME": "/x"}), python_step("b"), settings=settings)
    assert variables(step_pod(run, "a")).keys().isdisjoint({"A", "HOME"})
    assert variables(step_pod(run, "a"))["B"] == "outer"
    assert variables(step_pod(run, "b"))["A"] == "outer"
    assert run.plan.steps[0].env == {"A": "inner", "HOME": "/x"}


def test_steps_that_need_the_same_pod_share_a_template() -> None:
    gpu = {"pod_settings": {"node_selectors": {"pool": "gpu"}}}
    run = compiled(
        python_step("a"),
        python_step("b", settings=Settings(**gpu)),
        python_step("c", settings=Settings(**gpu)),
        python_step("d", settings=Settings(timeout=3)),
    )
    assert [step.template for step in run.plan.steps] == [0, 1, 1, 0]
    assert len(run.plan.templates) == 2


def test_a_steps_settings_win_over_the_pipelines_for_that_step_alone() -> None:
    inner = Settings(pod_settings={"labels": {"team": "b"}}, privileged=True)
    run = compiled(
        python_step("a", settings=inner),
        python_step("b"),
        settings=Settings(pod_settings={"labels": {"team": "a", "app": "x"}}),
    )
    assert step_pod(run, "a")["metadata"]["labels"].items() >= {("team", "b"), ("app", "x")}
    assert step_pod(run, "b")["metadata"]["labels"]["team"] == "a"
    assert "privileged" not in container(step_pod(run, "b"))["securityContext"]
