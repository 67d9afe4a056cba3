"""Each refusal says what to do."""

from __future__ import annotations

import json
from typing import Any

from k8stui.cluster.errors import (
    AccountMissingError,
    BusyError,
    DisruptionBudgetError,
    ExpiredError,
    NotStartedError,
    QuotaUsedUpError,
    error_of,
    read_status,
)
from k8stui.cluster.resources import JOBS, PODS, Resource
from k8stui.cluster.subject import What, Where
from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError, RejectedError
from tests.unit.cluster.fakes import refusal

WHERE = Where("dev", "https://server")


def error(
    code: int,
    message: str,
    *,
    verb: str = "create",
    resource: Resource = PODS,
    name: str = "a",
    subresource: str = "",
    **more: Any,
) -> K8stuiError:
    status = read_status(code, json.dumps(refusal(code, message=message, **more)).encode())
    return error_of(status, What(verb, resource, "ns", name, subresource), WHERE)


def test_a_missing_right_names_user_verb_resource_namespace_and_the_check() -> None:
    said = (
        'jobs.batch is forbidden: User "eve" cannot create resource "jobs" in API group "batch" in the namespace "ns"'
    )
    refused = error(403, said, resource=JOBS)
    assert isinstance(refused, ForbiddenError)
    assert refused.message == "User 'eve' may not create jobs in namespace ns."
    assert "verb 'create' on resource 'jobs' of apiGroup 'batch'" in refused.hint
    assert "kubectl auth can-i create jobs.batch -n ns" in refused.hint


def test_a_missing_right_for_a_subresource_is_checked_as_one() -> None:
    said = 'pods "a" is forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace "ns"'
    assert "kubectl auth can-i get pods --subresource=log -n ns" in error(403, said).hint


def test_a_missing_right_for_the_whole_cluster() -> None:
    said = 'nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the cluster scope'
    refused = error(403, said)
    assert refused.message == "User 'eve' may not list nodes in the whole cluster."
    assert refused.hint.endswith("kubectl auth can-i list nodes -A")
    assert refused.hint.startswith("A ClusterRole must allow verb 'list'")


def test_what_a_server_says_that_is_no_name_is_in_no_line_that_could_be_pasted_into_a_shell() -> None:
    said = 'User "eve" cannot list resource "pods; rm -rf ~" in API group "" in the namespace "$(reboot)"'
    refused = error(403, said)
    assert isinstance(refused, ForbiddenError)
    assert refused.message.endswith(said)
    assert refused.hint == ""


def test_quotas_and_policies_are_no_matter_of_rights() -> None:
    for said in (
        'pods "a" is forbidden: exceeded quota: q',
        'pods "a" is forbidden: failed quota: q: must specify limits.cpu',
        'pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
        'admission webhook "x" denied the request: no',
        "unable to create new content in namespace ns because it is being terminated",
    ):
        refused = error(403, said)
        assert isinstance(refused, RejectedError), said
        assert refused.hint, said


def test_refusals_that_may_pass_have_errors_of_their_own() -> None:
    used_up, unset = 'pods "a" is forbidden: exceeded quota: q', "failed quota: q: must specify limits.cpu"
    assert type(error(403, used_up)) is QuotaUsedUpError
    assert type(error(403, unset)) is RejectedError
    assert type(error(403, f"exceeded quota: q; {unset}")) is RejectedError
    missing = 'pods "a" is forbidden: error looking up service account ns/k8stui: serviceaccount "k8stui" not found'
    assert type(error(403, missing)) is AccountMissingError


def test_an_invalid_object_names_its_fields() -> None:
    causes = [
        {"field": "spec.containers[0].image", "message": "Required value"},
        {"field": "spec.restartPolicy", "message": 'Unsupported value: "Sometimes"'},
    ]
    refused = error(422, "Pod is invalid: …", causes=causes)
    assert isinstance(refused, RejectedError)
    assert refused.message == (
        "Pod a in namespace ns is invalid: spec.containers[0].image: Required value; "
        'spec.restartPolicy: Unsupported value: "Sometimes"'
    )


def test_a_cause_that_repeats_the_whole_object_is_shortened() -> None:
    causes = [{"field": "patch", "message": f'Invalid value: "{"x" * 9000}": unknown field "spec.foo"'}]
    message = error(422, "", causes=causes).message
    assert len(message) < 600
    assert 'unknown field "spec.foo"' in message


def test_a_budget_names_itself() -> None:
    causes = [
        {"reason": "DisruptionBudget", "message": "The disruption budget b needs 1 healthy pods and has 1 currently"}
    ]
    refused = error(429, "Cannot evict pod as it would violate the pod's disruption budget.", causes=causes)
    assert isinstance(refused, DisruptionBudgetError)
    assert "The disruption budget b needs 1" in refused.message


def test_logs_of_a_container_that_has_not_started() -> None:
    said = 'container "c" in pod "a" is waiting to start: ContainerCreating'
    assert isinstance(error(400, said, verb="get", subresource="log"), NotStartedError)


def test_an_expired_version() -> None:
    assert isinstance(error(410, "too old resource version"), ExpiredError)


def test_a_kind_the_cluster_does_not_serve() -> None:
    missing = error(404, "the server could not find the requested resource", verb="list", name="")
    assert isinstance(missing, NotFoundError)
    assert missing.message == "This cluster does not serve v1 Pod."


def test_a_failing_server_is_named() -> None:
    failed = error(500, "etcd is gone")
    assert isinstance(failed, BusyError)
    assert failed.message == (
        "The cluster at https://server (context dev) failed to create Pod a in namespace ns (HTTP 500): etcd is gone"
    )


def test_plain_text_of_a_proxy_is_kept() -> None:
    status = read_status(502, b"upstream died\n")
    assert "upstream died" in error_of(status, What("list", PODS, "ns"), WHERE).message
