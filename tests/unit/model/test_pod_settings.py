"""Pod settings: what they accept, how they keep it, and what belongs to k8stui alone."""

from typing import Any

import pytest
from kubernetes.client import models

from k8stui.model.errors import InvalidInputError
from k8stui.model.pod_settings import KubernetesPodSettings


def fail(**fields: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        KubernetesPodSettings(**fields)
    return str(caught.value)


def test_only_what_was_set_is_explicit() -> None:
    assert KubernetesPodSettings(labels={"a": "b"}).explicit() == {"labels": {"a": "b"}}


def test_the_fields_themselves_may_be_in_camel_case() -> None:
    settings = KubernetesPodSettings.model_validate({"nodeSelectors": {"a": "b"}, "hostIPC": True, "envFrom": []})
    assert settings.explicit() == {"node_selectors": {"a": "b"}, "env_from": [], "host_ipc": True}


def test_a_field_in_both_case_styles_is_refused() -> None:
    assert "field 'host_ipc' is given twice" in fail(host_ipc=True, hostIPC=True)


def test_pull_secrets_are_names_objects_or_models() -> None:
    settings = KubernetesPodSettings(
        image_pull_secrets=["a", {"name": "b"}, models.V1LocalObjectReference(name="c")],
    )
    assert settings.image_pull_secrets == [{"name": "a"}, {"name": "b"}, {"name": "c"}]


def test_further_fields_of_the_pod_spec_may_be_a_model() -> None:
    spec = models.V1PodSpec.model_construct(containers=None, priority_class_name="high")
    settings = KubernetesPodSettings(additional_pod_spec_args=spec)
    assert settings.additional_pod_spec_args == {"priorityClassName": "high"}


def test_what_the_user_passed_is_not_changed_or_shared() -> None:
    given = {"toleration_seconds": 3}
    settings = KubernetesPodSettings(tolerations=[given])
    given["toleration_seconds"] = 4
    assert settings.tolerations == [{"tolerationSeconds": 3}]


def test_an_unknown_field_is_named_with_the_nearest_known_one() -> None:
    assert fail(node_selector={"a": "b"}) == (
        "pod_settings: unknown field 'node_selector'; did you mean 'node_selectors'?"
    )


def test_variables_as_a_dictionary_are_told_how_to_be_written() -> None:
    assert "pod_settings.env: expected a list" in fail(env={"A": "1"})


@pytest.mark.parametrize(
    "key",
    ["run", "pipeline", "k8stui.io/step", "app.kubernetes.io/managed-by", "app.kubernetes.io/component", "job-name"],
)
def test_labels_that_k8stui_finds_its_pods_by_are_refused(key: str) -> None:
    assert f"pod_settings.labels: the label {key!r} is set by k8stui itself" in fail(labels={key: "x"})


def test_annotations_of_k8stui_are_refused() -> None:
    assert "the annotation 'k8stui.io/receipt'" in fail(annotations={"k8stui.io/receipt": "x"})


def test_variables_of_k8stui_are_refused() -> None:
    assert "'K8STUI_TASK' is not possible" in fail(env=[{"name": "K8STUI_TASK", "value": "x"}])
    assert "'K8STUI_' is not possible" in fail(env_from=[{"prefix": "K8STUI_", "secretRef": {"name": "x"}}])


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("containers", "k8stui writes the container"),
        ("restart_policy", "always Never"),
        ("service_account_name", "step_pod_service_account_name"),
        ("node_selector", "use node_selectors"),
        ("host_ipc", "use host_ipc"),
        ("image_pull_secrets", "use image_pull_secrets"),
        ("ephemeral_containers", "new pod"),
    ],
)
def test_further_fields_that_have_a_place_of_their_own_are_sent_there(key: str, advice: str) -> None:
    values: dict[str, Any] = {
        "restart_policy": "Always",
        "service_account_name": "x",
        "node_selector": {},
        "host_ipc": True,
    }
    assert advice in fail(additional_pod_spec_args={key: values.get(key, [])})
