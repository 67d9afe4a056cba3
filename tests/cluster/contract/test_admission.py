"""Refusals by a namespace's rules: quotas, Pod Security, service accounts, disruption budgets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.contract.client import WAIT, Api, namespace_of
from tests.cluster.contract.manifests import SLEEP, condition, config_map, has_condition, job, owner, phase, pod

NOWHERE = {"no": "such-node"}


def quota(**hard: str) -> dict[str, Any]:
    return {"metadata": {"name": "few"}, "spec": {"hard": {k.replace("_", "."): v for k, v in hard.items()}}}


async def limited(api: Api, **hard: str) -> None:
    """Create a quota and wait until it is in force: what applies it learns of its status a moment later than we."""
    made = await api.create("resourcequotas", quota(secrets="0", **hard))
    wanted = made["spec"]["hard"]
    await api.until("resourcequotas", "few", lambda obj: (obj.get("status") or {}).get("hard") == wanted)
    await answered(api, 403, "secrets", {"metadata": {"name": "probe"}}, dryRun="All")


async def answered(api: Api, code: int, plural: str, obj: dict[str, Any], **query: str) -> None:
    """Create an object again and again until the answer is this one."""
    async with asyncio.timeout(WAIT):
        while (await api.call("POST", api.path(plural), obj, **query)).code != code:  # noqa: ASYNC110 - a pause keeps requests few
            await asyncio.sleep(0.05)  # nothing can be watched for what the admission of a server knows


async def test_a_pod_over_the_quota_is_forbidden_with_the_numbers(api: Api) -> None:
    await limited(api, pods="2")
    await api.create("pods", pod("a", nodeSelector=NOWHERE))
    await api.create("pods", pod("b", nodeSelector=NOWHERE))
    answer = await api.call("POST", api.path("pods"), pod("c"))
    assert (answer.code, answer.body["reason"]) == (403, "Forbidden")
    assert answer.body["message"] == (
        'pods "c" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2'
    )


async def test_a_finished_pod_does_not_count_against_the_quota(api: Api) -> None:
    await limited(api, pods="1")
    await api.create("pods", pod("a"))
    await api.until("pods", "a", phase("Succeeded"))
    await api.until("resourcequotas", "few", lambda obj: obj["status"]["used"]["pods"] == "0")
    await answered(api, 201, "pods", pod("b"))


async def test_a_quota_on_memory_wants_every_container_to_say_what_it_needs(api: Api) -> None:
    await limited(api, requests_memory="1Gi")
    answer = await api.call("POST", api.path("pods"), pod("a"))
    assert answer.code == 403
    assert answer.body["message"] == (
        'pods "a" is forbidden: failed quota: few: must specify requests.memory for: main'
    )


async def test_the_sum_of_requests_is_held_against_the_quota(api: Api) -> None:
    await limited(api, requests_cpu="1")
    fields = {"resources": {"requests": {"cpu": "600m"}}}
    await api.create("pods", pod("a", nodeSelector=NOWHERE, fields=fields))
    answer = await api.call("POST", api.path("pods"), pod("b", fields=fields))
    assert answer.body["message"] == (
        'pods "b" is forbidden: exceeded quota: few, requested: requests.cpu=600m, used: requests.cpu=600m, '
        "limited: requests.cpu=1"
    )


async def test_a_job_over_the_quota_tells_it_in_an_event(api: Api) -> None:
    await limited(api, pods="0")
    await api.create("jobs", job("a"))
    events = await api.until_listed(
        "events",
        lambda found: any(event["reason"] == "FailedCreate" for event in found),
        fieldSelector="involvedObject.kind=Job",
    )
    told = next(event["message"] for event in events if event["reason"] == "FailedCreate")
    assert told.startswith("Error creating: pods ")
    assert "exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0" in told


async def test_a_pod_of_a_missing_service_account_is_forbidden(api: Api) -> None:
    answer = await api.call("POST", api.path("pods"), pod("a", serviceAccountName="nope"))
    assert answer.code == 403
    assert answer.body["message"] == (
        f'pods "a" is forbidden: error looking up service account {api.namespace}/nope: serviceaccount "nope" not found'
    )


async def test_credentials_are_mounted_unless_declined(api: Api) -> None:
    manifest = pod("a", automountServiceAccountToken=True)
    made = await api.ok("POST", api.path("pods"), manifest, dryRun="All")
    (mount,) = made["spec"]["containers"][0]["volumeMounts"]
    assert mount["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount"
    assert made["spec"]["serviceAccountName"] == "default"
    declined = await api.ok("POST", api.path("pods"), pod("b"), dryRun="All")
    assert "volumes" not in declined["spec"]


@pytest.fixture
async def restricted(contract_kubeconfig: Path) -> AsyncIterator[Api]:
    """Give a namespace that enforces Pod Security `restricted`."""
    async with namespace_of(contract_kubeconfig, {"pod-security.kubernetes.io/enforce": "restricted"}) as found:
        yield found


GOOD_POD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
}
GOOD_CONTAINER: dict[str, Any] = {
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
}


async def test_a_restricted_pod_is_admitted_and_runs(restricted: Api) -> None:
    await restricted.create("pods", pod("a", fields=GOOD_CONTAINER, **GOOD_POD))
    await restricted.until("pods", "a", phase("Succeeded"))


async def test_an_ordinary_pod_is_refused_with_everything_it_lacks(restricted: Api) -> None:
    answer = await restricted.call("POST", restricted.path("pods"), pod("a"))
    assert (answer.code, answer.body["reason"]) == (403, "Forbidden")
    assert answer.body["message"] == (
        'pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container '
        '"main" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "main" '
        'must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "main" must set '
        'securityContext.runAsNonRoot=true), seccompProfile (pod or container "main" must set '
        'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
    )


@pytest.mark.parametrize(
    ("spec", "fields", "violation"),
    [
        ({"hostIPC": True}, {}, "host namespaces (hostIPC=true)"),
        ({"hostNetwork": True, "hostPID": True}, {}, "host namespaces (hostNetwork=true, hostPID=true)"),
        (
            {"volumes": [{"name": "v", "hostPath": {"path": "/tmp"}}]},
            {},
            'restricted volume types (volume "v" uses restricted volume type "hostPath")',
        ),
        (
            {},
            {"securityContext": {**GOOD_CONTAINER["securityContext"], "runAsNonRoot": False}},
            'runAsNonRoot != true (container "main" must not set securityContext.runAsNonRoot=false)',
        ),
        (
            {},
            {"securityContext": {**GOOD_CONTAINER["securityContext"], "runAsUser": 0}},
            'runAsUser=0 (container "main" must not set runAsUser=0)',
        ),
        (
            {},
            {"securityContext": {"privileged": True, "capabilities": {"drop": ["ALL"]}}},
            (
                'privileged (container "main" must not set securityContext.privileged=true), allowPrivilegeEscalation '
                '!= false (container "main" must set securityContext.allowPrivilegeEscalation=false)'
            ),
        ),
    ],
)
async def test_each_violation_is_named(
    restricted: Api, spec: dict[str, Any], fields: dict[str, Any], violation: str
) -> None:
    manifest = pod("a", fields={**GOOD_CONTAINER, **fields}, **{**GOOD_POD, **spec})
    answer = await restricted.call("POST", restricted.path("pods"), manifest)
    assert answer.code == 403
    assert answer.body["message"] == f'pods "a" is forbidden: violates PodSecurity "restricted:latest": {violation}'


async def test_a_job_is_admitted_and_its_pods_are_refused(restricted: Api) -> None:
    await restricted.create("jobs", job("a"))
    events = await restricted.until_listed(
        "events",
        lambda found: any(event["reason"] == "FailedCreate" for event in found),
        fieldSelector="involvedObject.kind=Job",
    )
    told = next(event["message"] for event in events if event["reason"] == "FailedCreate")
    assert 'violates PodSecurity "restricted:latest"' in told


def eviction(name: str, **options: Any) -> dict[str, Any]:
    more = {"deleteOptions": options} if options else {}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}, **more}


def budget(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": "x"}}, **spec}}


async def test_an_evicted_pod_goes_with_the_reason_on_it(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP, metadata={"finalizers": ["contract/hold"]}))
    await api.until("pods", "a", has_condition("Ready"))
    answer = await api.call("POST", api.path("pods", "a", "eviction"), eviction("a"))
    assert (answer.code, answer.body["status"]) == (201, "Success")
    found = await api.until("pods", "a", has_condition("DisruptionTarget"))
    target = condition(found, "DisruptionTarget")
    assert (target["reason"], target["message"]) == ("EvictionByEvictionAPI", "Eviction API: evicting")
    assert found["metadata"]["deletionTimestamp"]
    await api.patch("pods", "a", {"metadata": {"finalizers": None}})
    await api.until_gone("pods", "a")


async def test_a_budget_without_room_refuses_an_eviction_for_now(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP, metadata={"labels": {"app": "x"}}))
    await api.until("pods", "a", has_condition("Ready"))
    await api.create("poddisruptionbudgets", budget("all", minAvailable=1))
    await api.until("poddisruptionbudgets", "all", lambda obj: (obj.get("status") or {}).get("currentHealthy") == 1)
    answer = await api.call("POST", api.path("pods", "a", "eviction"), eviction("a"))
    assert (answer.code, answer.body["reason"]) == (429, "TooManyRequests")
    assert answer.body["message"] == "Cannot evict pod as it would violate the pod's disruption budget."
    (cause,) = answer.body["details"]["causes"]
    assert cause["reason"] == "DisruptionBudget"
    assert cause["message"] == "The disruption budget all needs 1 healthy pods and has 1 currently"


async def test_a_budget_with_room_lets_a_pod_go(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP, metadata={"labels": {"app": "x"}}))
    await api.until("pods", "a", has_condition("Ready"))
    await api.create("poddisruptionbudgets", budget("none", minAvailable=0))
    found = await api.until(
        "poddisruptionbudgets", "none", lambda obj: (obj.get("status") or {}).get("disruptionsAllowed") == 1
    )
    assert found["status"]["expectedPods"] == 1
    await api.ok("POST", api.path("pods", "a", "eviction"), eviction("a"))
    await api.until_gone("pods", "a")


async def test_an_eviction_of_another_uid_is_a_conflict(api: Api) -> None:
    await api.create("pods", pod("a", nodeSelector=NOWHERE))
    wrong = eviction("a", preconditions={"uid": "00000000-0000-0000-0000-000000000000"})
    answer = await api.call("POST", api.path("pods", "a", "eviction"), wrong)
    assert (answer.code, answer.body["reason"]) == (409, "Conflict")


async def test_a_dry_eviction_changes_nothing(api: Api) -> None:
    await api.create("pods", pod("a", nodeSelector=NOWHERE))
    await api.ok("POST", api.path("pods", "a", "eviction"), eviction("a", dryRun=["All"]))
    assert "deletionTimestamp" not in (await api.get("pods", "a"))["metadata"]


async def test_a_share_of_pods_without_controllers_leaves_no_room(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP, metadata={"labels": {"app": "x"}}))
    await api.until("pods", "a", has_condition("Ready"))
    await api.create("poddisruptionbudgets", budget("share", maxUnavailable="50%"))
    found = await api.until("poddisruptionbudgets", "share", has_condition("DisruptionAllowed", "False"))
    assert condition(found, "DisruptionAllowed")["reason"] == "InsufficientPods"
    answer = await api.call("POST", api.path("pods", "a", "eviction"), eviction("a"))
    assert answer.code == 429


async def test_a_share_of_pods_controlled_by_a_config_map_cannot_be_computed(api: Api) -> None:
    work = await api.create("configmaps", config_map("work"))
    reference = owner(work, controller=True, blockOwnerDeletion=False)
    await api.create("pods", pod("a", SLEEP, metadata={"labels": {"app": "x"}, "ownerReferences": [reference]}))
    await api.until("pods", "a", has_condition("Ready"))
    await api.create("poddisruptionbudgets", budget("share", maxUnavailable="50%"))
    found = await api.until(
        "poddisruptionbudgets", "share", lambda obj: condition(obj, "DisruptionAllowed").get("reason") == "SyncFailed"
    )
    assert found["status"]["disruptionsAllowed"] == 0
    answer = await api.call("POST", api.path("pods", "a", "eviction"), eviction("a"))
    assert answer.code == 429
