"""Deleting: preconditions, collections, garbage collection."""

from __future__ import annotations

import asyncio

import pytest

from tests.cluster.contract.client import MERGE_PATCH, Api
from tests.cluster.contract.manifests import SLEEP, config_map, job, owner, phase, pod, running

NOWHERE = {"no": "such-node"}


async def test_a_deleted_object_is_gone_and_the_answer_names_it(api: Api) -> None:
    created = await api.create("configmaps", config_map("a"))
    answer = await api.ok("DELETE", api.path("configmaps", "a"))
    assert (answer["kind"], answer["status"]) == ("Status", "Success")
    assert answer["details"] == {"name": "a", "kind": "configmaps", "uid": created["metadata"]["uid"]}
    assert (await api.call("DELETE", api.path("configmaps", "a"))).code == 404


async def test_a_delete_with_another_uid_is_a_conflict(api: Api) -> None:
    await api.create("configmaps", config_map("a"))
    options = {"preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}}
    answer = await api.call("DELETE", api.path("configmaps", "a"), options)
    assert (answer.code, answer.body["reason"]) == (409, "Conflict")
    assert "the UID in the precondition (00000000-0000-0000-0000-000000000000) does not match" in answer.body["message"]


async def test_a_delete_of_an_older_version_is_a_conflict(api: Api) -> None:
    first = await api.create("configmaps", config_map("a"))
    await api.patch("configmaps", "a", {"data": {"n": "1"}})
    options = {"preconditions": {"resourceVersion": first["metadata"]["resourceVersion"]}}
    answer = await api.call("DELETE", api.path("configmaps", "a"), options)
    assert (answer.code, answer.body["reason"]) == (409, "Conflict")


async def test_a_dry_run_deletes_nothing(api: Api) -> None:
    await api.create("configmaps", config_map("a"))
    await api.ok("DELETE", api.path("configmaps", "a"), dryRun="All")
    await api.get("configmaps", "a")


async def test_a_collection_is_deleted_by_label(api: Api) -> None:
    for name, run in (("a", "1"), ("b", "1"), ("c", "2")):
        await api.create("configmaps", config_map(name, labels={"run": run}))
    await api.ok("DELETE", api.path("configmaps"), labelSelector="run=1")
    left = await api.ok("GET", api.path("configmaps"), labelSelector="run")
    assert [obj["metadata"]["name"] for obj in left["items"]] == ["c"]


async def test_dependents_go_after_their_owner(api: Api) -> None:
    parent = await api.create("configmaps", config_map("parent"))
    child = await api.create("configmaps", config_map("child", ownerReferences=[owner(parent)]))
    await api.create("configmaps", config_map("grandchild", ownerReferences=[owner(child)]))
    await api.ok("DELETE", api.path("configmaps", "parent"), {"propagationPolicy": "Background"})
    await api.until_gone("configmaps", "child")
    await api.until_gone("configmaps", "grandchild")


async def test_a_dependent_of_two_owners_stays_with_the_other(api: Api) -> None:
    first = await api.create("configmaps", config_map("first"))
    second = await api.create("configmaps", config_map("second"))
    await api.create("configmaps", config_map("child", ownerReferences=[owner(first), owner(second)]))
    await api.ok("DELETE", api.path("configmaps", "first"))
    child = await api.until("configmaps", "child", lambda obj: len(obj["metadata"]["ownerReferences"]) == 1)
    assert child["metadata"]["ownerReferences"][0]["name"] == "second"


async def test_an_owner_that_comes_later_keeps_a_dependent_until_it_is_gone_as_well(api: Api) -> None:
    first = await api.create("configmaps", config_map("first"))
    second = await api.create("configmaps", config_map("second"))
    child = await api.create("configmaps", {**config_map("child", ownerReferences=[owner(first)]), "immutable": True})
    both = {"ownerReferences": [owner(first), owner(second)], "resourceVersion": child["metadata"]["resourceVersion"]}
    await api.patch("configmaps", "child", {"metadata": both})
    again = await api.call("PATCH", api.path("configmaps", "child"), {"metadata": both}, media=MERGE_PATCH)
    assert (again.code, again.body["reason"]) == (409, "Conflict")
    await api.ok("DELETE", api.path("configmaps", "first"))
    left = await api.until("configmaps", "child", lambda obj: len(obj["metadata"]["ownerReferences"]) == 1)
    assert left["metadata"]["ownerReferences"][0]["name"] == "second"
    await api.ok("DELETE", api.path("configmaps", "second"))
    await api.until_gone("configmaps", "child")


async def test_a_dependent_of_an_owner_that_never_was_is_collected(api: Api) -> None:
    ghost = {"apiVersion": "v1", "kind": "ConfigMap", "name": "ghost", "uid": "00000000-0000-0000-0000-000000000000"}
    await api.create("configmaps", config_map("child", ownerReferences=[ghost]))
    await api.until_gone("configmaps", "child")


async def test_orphans_lose_their_owner_and_stay(api: Api) -> None:
    parent = await api.create("configmaps", config_map("parent"))
    await api.create("configmaps", config_map("child", ownerReferences=[owner(parent)]))
    await api.ok("DELETE", api.path("configmaps", "parent"), {"propagationPolicy": "Orphan"})
    await api.until_gone("configmaps", "parent")
    child = await api.until("configmaps", "child", lambda obj: not obj["metadata"].get("ownerReferences"))
    assert "deletionTimestamp" not in child["metadata"]


async def test_a_foreground_deletion_waits_for_blocking_dependents(api: Api) -> None:
    parent = await api.create("configmaps", config_map("parent"))
    held = config_map("child", ownerReferences=[owner(parent, blockOwnerDeletion=True)], finalizers=["contract/hold"])
    await api.create("configmaps", held)
    answer = await api.ok("DELETE", api.path("configmaps", "parent"), {"propagationPolicy": "Foreground"})
    assert answer["metadata"]["finalizers"] == ["foregroundDeletion"]
    await api.until("configmaps", "child", lambda obj: obj["metadata"].get("deletionTimestamp"))
    assert (await api.get("configmaps", "parent"))["metadata"]["deletionTimestamp"]
    await api.patch("configmaps", "child", {"metadata": {"finalizers": None}})
    await api.until_gone("configmaps", "parent")


async def test_a_finalizer_holds_an_object_until_it_is_removed(api: Api) -> None:
    await api.create("configmaps", config_map("a", finalizers=["contract/hold"]))
    answer = await api.ok("DELETE", api.path("configmaps", "a"))
    assert answer["metadata"]["deletionTimestamp"]
    await api.patch("configmaps", "a", {"metadata": {"finalizers": None}})
    assert (await api.call("GET", api.path("configmaps", "a"))).code == 404


async def test_a_pod_controlled_by_a_config_map_goes_with_it(api: Api) -> None:
    work = await api.create("configmaps", config_map("work"))
    reference = owner(work, controller=True, blockOwnerDeletion=False)
    await api.create("pods", pod("step", SLEEP, metadata={"ownerReferences": [reference]}))
    await api.until("pods", "step", running)
    await api.ok("DELETE", api.path("configmaps", "work"), {"propagationPolicy": "Background"})
    await api.until_gone("pods", "step")


async def test_the_whole_of_a_run_goes_with_its_job(api: Api) -> None:
    """Job -> work ConfigMap -> step pods and keys: one delete of the Job clears all of it."""
    master = await api.create("jobs", job("master", SLEEP))
    work = await api.create("configmaps", config_map("work", ownerReferences=[owner(master)]))
    reference = owner(work, controller=True, blockOwnerDeletion=False)
    keys = {"metadata": {"name": "keys", "ownerReferences": [owner(master)]}}
    await api.create("secrets", keys)
    await api.create("pods", pod("step", nodeSelector=NOWHERE, metadata={"ownerReferences": [reference]}))
    await api.ok("DELETE", api.path("jobs", "master"), {"propagationPolicy": "Background"})
    await asyncio.gather(
        api.until_gone("jobs", "master"),
        api.until_gone("configmaps", "work"),
        api.until_gone("secrets", "keys"),
        api.until_gone("pods", "step"),
        api.until_listed("pods", lambda pods: not pods),
    )


async def test_a_job_deleted_without_a_policy_leaves_its_pods(api: Api) -> None:
    await api.create("jobs", job("a", SLEEP))
    (made,) = await api.until_listed("pods", lambda pods: len(pods) == 1)
    # The real garbage collector must have seen the pod before its Job goes, or it takes it for one without an owner.
    await api.until("pods", made["metadata"]["name"], running)
    await api.ok("DELETE", api.path("jobs", "a"))
    await api.until_gone("jobs", "a")
    left = await api.until("pods", made["metadata"]["name"], lambda obj: not obj["metadata"].get("ownerReferences"))
    assert "deletionTimestamp" not in left["metadata"]


async def test_a_running_pod_ends_within_its_grace_and_goes(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP))
    await api.until("pods", "a", running)
    answer = await api.ok("DELETE", api.path("pods", "a"))
    assert answer["metadata"]["deletionGracePeriodSeconds"] == 5
    await api.until_gone("pods", "a")


async def test_a_pod_that_no_node_has_goes_at_once(api: Api) -> None:
    await api.create("pods", pod("a", nodeSelector=NOWHERE))
    await api.ok("DELETE", api.path("pods", "a"))
    assert (await api.call("GET", api.path("pods", "a"))).code == 404


async def test_a_finished_pod_goes_at_once(api: Api) -> None:
    await api.create("pods", pod("a"))
    await api.until("pods", "a", phase("Succeeded"))
    await api.ok("DELETE", api.path("pods", "a"))
    assert (await api.call("GET", api.path("pods", "a"))).code == 404


@pytest.mark.parametrize("code", ["import time; time.sleep(600)", SLEEP], ids=["deaf", "obedient"])
async def test_a_pod_deleted_with_no_grace_goes_at_once(api: Api, code: str) -> None:
    await api.create("pods", pod("a", code))
    await api.until("pods", "a", running)
    await api.ok("DELETE", api.path("pods", "a"), {"gracePeriodSeconds": 0})
    assert (await api.call("GET", api.path("pods", "a"))).code == 404


async def test_a_namespace_takes_everything_with_it_and_nothing_new(api: Api) -> None:
    await api.create("configmaps", config_map("held", finalizers=["contract/hold"]))
    await api.ok("DELETE", f"/api/v1/namespaces/{api.namespace}")
    answer = await api.call("POST", api.path("configmaps"), config_map("late"))
    assert (answer.code, answer.body["reason"]) == (403, "Forbidden")
    assert answer.body["message"] == (
        f'configmaps "late" is forbidden: unable to create new content in namespace {api.namespace} because it is '
        "being terminated"
    )
    assert answer.body["details"]["causes"][0]["reason"] == "NamespaceTerminating"
    await api.patch("configmaps", "held", {"metadata": {"finalizers": None}})
    await api.until_gone("namespaces", api.namespace)
