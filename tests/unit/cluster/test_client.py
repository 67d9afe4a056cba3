"""What each verb sends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k8stui.cluster.errors import NamespaceMissingError
from k8stui.cluster.resources import CRONJOBS, NODES, PODS, resource_of
from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError, UnreachableError
from tests.unit.cluster.fakes import answer, pod, pod_list, refusal, scripted


async def test_a_list_reads_all_pages_and_fills_in_the_kind() -> None:
    cluster, transport, _ = scripted(
        answer(200, pod_list(pod("a"), meta={"continue": "token", "remainingItemCount": 1})),
        answer(200, pod_list(pod("b"))),
    )
    items = await cluster.list(PODS, labels="a=b")
    assert [(item["kind"], item["metadata"]["name"]) for item in items] == [("Pod", "a"), ("Pod", "b")]
    assert dict(transport.calls[1].query) == {"labelSelector": "a=b", "limit": "500", "continue": "token"}


async def test_one_bad_object_hides_no_other_and_no_field_of_it_is_trusted() -> None:
    bad: dict[str, Any] = {
        "metadata": {"name": "bad", "labels": ["x"], "uid": 5},
        "status": None,
        "spec": {"containers": {}},
    }
    cluster, _, _ = scripted(
        answer(200, pod_list(None, [], {"metadata": None}, bad, pod("a"), meta={"remainingItemCount": "?"})),  # type: ignore[arg-type]  # what no server should send
        answer(200, bad),
        answer(200, bad),
        answer(200, {"metadata": []}),
        answer(200, {"items": "none"}),
    )
    known = {"metadata": {"name": "bad", "uid": "", "resourceVersion": ""}, "spec": {"containers": []}}
    assert [{**item, "kind": ""} for item in await cluster.list(PODS)] == [
        {**known, "apiVersion": "v1", "kind": ""},
        {**pod("a"), "spec": {"containers": []}, "apiVersion": "v1", "kind": ""},
    ]  # fmt: skip
    assert await cluster.get(PODS, "bad") == known
    assert await cluster.get(PODS, "bad", as_sent=True) == bad
    assert (await cluster.get(PODS, "c"))["metadata"]["name"] == "c"
    with pytest.raises(UnreachableError, match="something else than a list"):
        await cluster.list(PODS)


async def test_what_has_no_uid_is_not_deleted_by_its_name() -> None:
    cluster, transport, _ = scripted()
    with pytest.raises(ConflictError, match="no uid"):
        await cluster.delete(PODS, "a", uid="")
    with pytest.raises(ConflictError, match="no uid"):
        await cluster.evict("a", uid="")
    assert not transport.calls


async def test_a_list_that_ages_away_between_pages_is_read_again_in_one_piece() -> None:
    gone = answer(410, refusal(410, "Expired", "too old"))
    cluster, transport, _ = scripted(
        answer(200, pod_list(pod("a"), meta={"continue": "token"})), gone, answer(200, pod_list(pod("a"), pod("b")))
    )
    assert len(await cluster.list(PODS)) == 2
    assert "limit" not in transport.calls[2].query


async def test_metadata_only_asks_for_it() -> None:
    cluster, transport, _ = scripted(answer(200, pod_list()))
    await cluster.list(PODS, metadata_only=True)
    assert "as=PartialObjectMetadataList" in transport.calls[0].headers["Accept"]


async def test_namespaces_in_paths() -> None:
    cluster, transport, _ = scripted(*[answer(200, pod_list())] * 4)
    await cluster.list(PODS)
    await cluster.list(CRONJOBS, namespace="other")
    await cluster.list(PODS, all_namespaces=True)
    await cluster.get(NODES, "n")
    assert [call.path for call in transport.calls] == [
        "/api/v1/namespaces/ns/pods",
        "/apis/batch/v1/namespaces/other/cronjobs",
        "/api/v1/pods",
        "/api/v1/nodes/n",
    ]


async def test_every_manifest_is_checked_strictly() -> None:
    cluster, transport, _ = scripted(*[answer(200)] * 3)
    manifest = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "own"}}
    await cluster.create(manifest)
    await cluster.replace(manifest)
    await cluster.patch(resource_of(manifest), "j", {}, namespace="own")
    assert [(call.method, call.path) for call in transport.calls] == [
        ("POST", "/apis/batch/v1/namespaces/own/jobs"),
        ("PUT", "/apis/batch/v1/namespaces/own/jobs/j"),
        ("PATCH", "/apis/batch/v1/namespaces/own/jobs/j"),
    ]
    assert all(call.query["fieldValidation"] == "Strict" for call in transport.calls)
    assert transport.calls[2].headers["Content-Type"] == "application/merge-patch+json"


async def test_a_patch_can_insist_on_a_version() -> None:
    cluster, transport, _ = scripted(answer(200))
    await cluster.patch(PODS, "a", {"metadata": {"labels": {"x": "y"}}}, resource_version="7")
    assert json.loads(transport.calls[0].body or b"") == {"metadata": {"labels": {"x": "y"}, "resourceVersion": "7"}}


async def test_a_deletion_carries_its_preconditions() -> None:
    cluster, transport, _ = scripted(answer(200))
    await cluster.delete(PODS, "a", uid="u", resource_version="3", propagation="Foreground", grace_seconds=0)
    assert json.loads(transport.calls[0].body or b"") == {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "preconditions": {"uid": "u", "resourceVersion": "3"},
        "propagationPolicy": "Foreground",
        "gracePeriodSeconds": 0,
    }


async def test_an_eviction_goes_to_the_pods_subresource() -> None:
    cluster, transport, _ = scripted(answer(201))
    await cluster.evict("a", uid="u", grace_seconds=5)
    assert transport.calls[0].path == "/api/v1/namespaces/ns/pods/a/eviction"
    options = json.loads(transport.calls[0].body or b"")["deleteOptions"]
    assert (options["preconditions"], options["gracePeriodSeconds"]) == ({"uid": "u"}, 5)


async def test_log_options_become_a_query() -> None:
    cluster, transport, _ = scripted(answer(200))
    [line async for line in cluster.logs("a", container="c", follow=True, tail_lines=0, since_seconds=60)]
    assert dict(transport.calls[0].query) == {
        "container": "c",
        "follow": "true",
        "tailLines": "0",
        "sinceSeconds": "60",
    }


@pytest.mark.parametrize("status", [403, 404])
async def test_an_unknown_self_is_called_so(status: int) -> None:
    cluster, _, _ = scripted(answer(status, refusal(status)))
    assert await cluster.whoami() == "unknown"


async def test_the_name_of_oneself_and_the_version() -> None:
    cluster, _, _ = scripted(
        answer(201, {"status": {"userInfo": {"username": "eve"}}}), answer(200, {"gitVersion": "v1.34.4"})
    )
    assert await cluster.whoami() == "eve"
    assert await cluster.version() == "v1.34.4"


async def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(InvalidInputError, match="kind 'Deployment'"):
        resource_of({"apiVersion": "apps/v1", "kind": "Deployment"})
    with pytest.raises(InvalidInputError, match="no apiVersion"):
        resource_of({"kind": "Pod"})


async def test_a_missing_namespace_is_told_apart_from_a_missing_object() -> None:
    no_namespace = refusal(404, "NotFound", 'namespaces "ns" not found', name="ns", kind="namespaces")
    no_pod = refusal(404, "NotFound", 'pods "a" not found', name="a", kind="pods")
    cluster, _, _ = scripted(answer(404, no_namespace), answer(404, no_pod))
    with pytest.raises(NamespaceMissingError, match="Namespace ns does not exist"):
        await cluster.get(PODS, "a")
    with pytest.raises(NotFoundError, match="Pod a in namespace ns does not exist") as told:
        await cluster.get(PODS, "a")
    assert not isinstance(told.value, NamespaceMissingError)
