"""What users write for parts of a Pod becomes Kubernetes' JSON, or an error that names the place."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes.aio.client import models as aio_models
from kubernetes.client import models

from k8stui.model.errors import InvalidInputError
from k8stui.model.kubernetes_types import fields_of, to_json


def fail(value: object, kind: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        to_json(value, kind, where="x")
    return str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        {"key": "gpu", "tolerationSeconds": 30},
        {"key": "gpu", "toleration_seconds": 30},
        models.V1Toleration(key="gpu", toleration_seconds=30),
        aio_models.V1Toleration(key="gpu", toleration_seconds=30),
    ],
    ids=["camelCase", "snake_case", "model", "async model"],
)
def test_all_spellings_of_a_toleration_mean_the_same(value: object) -> None:
    assert to_json(value, "V1Toleration", where="x") == {"key": "gpu", "tolerationSeconds": 30}


def test_models_and_dictionaries_can_be_nested_in_each_other() -> None:
    term = models.V1NodeSelectorTerm(match_expressions=[models.V1NodeSelectorRequirement(key="a", operator="Exists")])
    value = {
        "node_affinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"node_selector_terms": [term]}},
        "podAffinity": models.V1PodAffinity(
            required_during_scheduling_ignored_during_execution=[models.V1PodAffinityTerm(topology_key="zone")]
        ),
    }
    assert to_json(value, "V1Affinity", where="x") == {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]
            }
        },
        "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]},
    }


def test_keys_that_are_the_users_own_are_left_alone() -> None:
    selector = {"match_labels": {"my_label": "a_b", "app.kubernetes.io/part_of": "x"}}
    assert to_json(selector, "V1LabelSelector", where="x") == {"matchLabels": selector["match_labels"]}
    resources = {"limits": {"example.com/my_gpu": 1, "cpu": 0.5, "memory": "4Gi"}}
    assert to_json(resources, "V1ResourceRequirements", where="x") == {
        "limits": {"example.com/my_gpu": "1", "cpu": "0.5", "memory": "4Gi"}
    }


def test_names_with_unusual_capitals_are_known_in_both_styles() -> None:
    assert to_json({"host_ipc": True, "host_pid": True}, "V1PodSpec", where="x", partial=True) == {
        "hostIPC": True,
        "hostPID": True,
    }


def test_an_unknown_field_is_named_with_its_full_path_and_the_nearest_known_one() -> None:
    term: dict[str, object] = {"nodeSelectorTerm": []}
    value = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": term}}
    assert fail(value, "V1Affinity") == (
        "x.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution: unknown field 'nodeSelectorTerm'; "
        "did you mean 'nodeSelectorTerms'?"
    )


def test_the_suggestion_keeps_to_the_case_style_of_the_user() -> None:
    assert "did you mean 'toleration_seconds'?" in fail({"tolerations_seconds": 3}, "V1Toleration")


def test_an_item_of_a_list_is_named_by_its_index() -> None:
    assert fail([{"key": "a"}, {"key": 3}], "[V1Toleration]").startswith("x[1].key: expected a text, got 3 (int)")


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ({"name": "A", "value": 1}, "V1EnvVar", "write '1'"),
        ({"name": "A", "value": True}, "V1EnvVar", "write 'true'"),
        ({"tolerationSeconds": True}, "V1Toleration", "x.tolerationSeconds: expected a whole number"),
        ({"tolerationSeconds": "3"}, "V1Toleration", "x.tolerationSeconds: expected a whole number"),
        ({"name": "v", "mountPath": "/v", "readOnly": "yes"}, "V1VolumeMount", "x.readOnly: expected true or false"),
        ("gpu", "[V1Toleration]", "x: expected a list"),
        ("gpu", "V1Toleration", "x: expected a dictionary with fields such as"),
        ({"mountPath": "/v"}, "V1VolumeMount", "x: field 'name' is missing"),
        ({"toleration_seconds": 1, "tolerationSeconds": 1}, "V1Toleration", "is given twice"),
        ({1: "a"}, "labels", "the key 1 must be a text"),
        ({"limits": {"cpu": "4 cores"}}, "V1ResourceRequirements", "x.limits['cpu']: '4 cores' is not possible"),
        ({"limits": {"cpu": "-1"}}, "V1ResourceRequirements", "is not possible"),
        ({"name": "1A"}, "V1EnvVar", "x.name: '1A' is not possible"),
    ],
)
def test_a_wrong_value_is_refused(value: object, kind: str, said: str) -> None:
    assert said in fail(value, kind)


def test_a_model_of_another_type_is_refused_by_name() -> None:
    assert fail(models.V1Toleration(key="a"), "V1Affinity") == "x: expected V1Affinity, got V1Toleration"


def test_the_clients_models_are_not_imported_for_it() -> None:
    program = (
        "import sys; from k8stui.model.settings import KubernetesOrchestratorSettings as S;"
        "S(pod_settings={'affinity': {}}); sys.exit('kubernetes' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def snake(name: str) -> str:
    python: dict[str, str] = {key: attribute for attribute, key in models.V1Toleration.attribute_map.items()}
    return python[name]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "key": st.text(),
            "effect": st.text(),
            "operator": st.text(),
            "value": st.text(),
            "tolerationSeconds": st.integers(),
        },
    )
)
def test_every_spelling_gives_the_same_and_what_it_gives_is_taken_unchanged(value: dict[str, Any]) -> None:
    in_snake_case = {snake(key): item for key, item in value.items()}
    for spelling in (value, in_snake_case, models.V1Toleration(**in_snake_case)):
        assert to_json(spelling, "V1Toleration", where="x") == value


def test_every_field_of_a_pod_spec_is_known_by_its_python_name() -> None:
    names = models.V1PodSpec.attribute_map
    assert set(names.values()) == set(fields_of("V1PodSpec"))
    for attribute, key in names.items():
        with pytest.raises(InvalidInputError) as caught:  # no field takes an object of a made-up class
            to_json({attribute: object()}, "V1PodSpec", where="x", partial=True)
        assert caught.value.message.startswith(f"x.{key}: expected")
