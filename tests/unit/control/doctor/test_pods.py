"""The pod that the doctor shows to the server, and the one that it runs."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.doctor.pods import resources_of, usual_pod
from k8stui.model.errors import InvalidInputError
from k8stui.model.stacks import ContainerRegistry, Orchestrator, Stack
from k8stui.stacks.active import ActiveStack


def _stack(**config: Any) -> ActiveStack:
    return ActiveStack(
        "s",
        Stack(orchestrator="o"),
        Orchestrator.model_validate({"config": config}),
        None,
        ContainerRegistry.model_validate({"config": {"uri": "registry.example.com", "pull_secret": "pull"}}),
    )


def test_a_stacks_settings_and_secret_are_those_of_the_pod() -> None:
    stack = _stack(
        pod_settings={"node_selectors": {"pool": "steps"}},
        orchestrator_pod_settings={"node_selectors": {"pool": "masters"}},
    )
    for orchestrator, pool in ((False, "steps"), (True, "masters")):
        spec = usual_pod("ml", "python:3", ["true"], stack=stack, orchestrator=orchestrator)["spec"]
        assert spec["nodeSelector"]["pool"] == pool
        assert spec["imagePullSecrets"] == [{"name": "pull"}]
    assert "imagePullSecrets" not in usual_pod("ml", "python:3", ["true"])["spec"]


def test_only_pods_of_steps_are_privileged() -> None:
    for orchestrator in (False, True):
        spec = usual_pod("ml", "python:3", ["true"], stack=_stack(privileged=True), orchestrator=orchestrator)["spec"]
        assert bool(spec["containers"][0]["securityContext"].get("privileged")) is not orchestrator


def test_settings_that_do_not_fit_each_other_are_told_by_their_place() -> None:
    stack = _stack(orchestrator_pod_settings={"volume_mounts": [{"name": "no", "mountPath": "/a"}]})
    with pytest.raises(InvalidInputError, match=r"^orchestrator_pod_settings\.volume_mounts"):
        usual_pod("ml", "python:3", ["true"], stack=stack, orchestrator=True)


def test_what_pods_ask_for_is_told_once_where_all_ask_for_the_same() -> None:
    assert list(resources_of(None)) == ["pods of runs"]
    own = {"resources": {"limits": {"memory": "1Gi"}}}
    assert resources_of(_stack(pod_settings=own, orchestrator_pod_settings=own)) == {"pods of runs": own["resources"]}
    assert list(resources_of(_stack(pod_settings=own))) == ["pods of steps", "pods of orchestrators"]
