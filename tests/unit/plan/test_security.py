"""Pods are `restricted` by default; what a user asks for wins, and never leaves a pod that the server would refuse."""

from typing import Any

import pytest

from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.security import SecurityContexts, security_contexts
from tests.unit.plan.samples import compiled, container, master_pod, step_pod, variables


def contexts(
    *,
    pod: dict[str, Any] | None = None,
    container: dict[str, Any] | None = None,
    privileged: bool = False,
    uid: int | None = 65532,
) -> SecurityContexts:
    return security_contexts(pod=pod or {}, container=container or {}, privileged=privileged, uid=uid)


def test_the_default_is_restricted_with_a_numeric_user() -> None:
    found = contexts()
    assert found.pod == {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "fsGroup": 65532,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert found.container == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


@pytest.mark.parametrize("find", [step_pod, master_pod])
def test_a_user_without_an_entry_in_the_image_has_a_home_and_a_name(find: Any) -> None:
    assert variables(find(compiled())).items() >= {("HOME", "/tmp"), ("USER", "k8stui")}


def test_where_the_platform_assigns_users_none_is_given() -> None:
    found = contexts(uid=None)
    assert found.pod == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert found.foreign_user


def test_a_user_that_may_be_root_and_is_not_named_is_the_images_own() -> None:
    found = contexts(container={"runAsNonRoot": False})
    assert found.pod == {"seccompProfile": {"type": "RuntimeDefault"}}
    assert not found.foreign_user


def test_root_is_not_contradicted_by_run_as_non_root() -> None:
    for found in (contexts(container={"runAsUser": 0}), contexts(pod={"runAsUser": 0})):
        assert "runAsNonRoot" not in found.pod
        assert not found.foreign_user


def test_another_user_keeps_the_group_of_volumes_but_not_the_default_group() -> None:
    found = contexts(container={"runAsUser": 1000})
    assert found.container["runAsUser"] == 1000
    assert found.pod.keys() >= {"runAsNonRoot", "fsGroup"}
    assert "runAsGroup" not in found.pod
    assert found.foreign_user


def test_the_users_values_go_over_the_defaults_key_by_key() -> None:
    found = contexts(
        pod={"fsGroup": 7, "seccompProfile": {"type": "Unconfined"}},
        container={"readOnlyRootFilesystem": True, "capabilities": {"add": ["NET_BIND_SERVICE"]}},
    )
    assert (found.pod["fsGroup"], found.pod["seccompProfile"]) == (7, {"type": "Unconfined"})
    assert found.container == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
    }


@pytest.mark.parametrize("found", [contexts(privileged=True), contexts(container={"privileged": True})])
def test_privileged_containers_run_as_the_images_user_without_our_limits(found: SecurityContexts) -> None:
    assert (found.pod, found.container, found.foreign_user) == ({}, {"privileged": True}, False)


def test_an_explicit_not_privileged_in_the_container_wins_over_the_setting() -> None:
    found = contexts(privileged=True, container={"privileged": False})
    assert found.pod["runAsNonRoot"] is True
    assert found.container["allowPrivilegeEscalation"] is False


def test_sys_admin_is_not_contradicted_by_allow_privilege_escalation() -> None:
    assert "allowPrivilegeEscalation" not in contexts(container={"capabilities": {"add": ["SYS_ADMIN"]}}).container


def test_the_setting_privileged_is_for_steps_alone() -> None:
    run = compiled(settings=Settings(privileged=True))
    assert container(step_pod(run))["securityContext"] == {"privileged": True}
    assert "privileged" not in container(master_pod(run))["securityContext"]


def test_contexts_of_the_settings_arrive_in_pod_and_container() -> None:
    run = compiled(
        settings=Settings(
            pod_settings={
                "container_security_context": {"read_only_root_filesystem": True},
                "additional_pod_spec_args": {"security_context": {"supplemental_groups": [4]}},
            }
        )
    )
    assert container(step_pod(run))["securityContext"]["readOnlyRootFilesystem"] is True
    assert step_pod(run)["spec"]["securityContext"].items() >= {"runAsUser": 65532}.items()
    assert step_pod(run)["spec"]["securityContext"]["supplementalGroups"] == [4]
