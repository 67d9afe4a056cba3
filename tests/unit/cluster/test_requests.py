"""How a request that meets trouble goes on, on virtual time."""

from __future__ import annotations

import pytest

from k8stui.cluster.errors import AlreadyExistsError, BusyError
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.model.errors import ConflictError, ForbiddenError, RejectedError, UnreachableError
from tests.unit.cluster.fakes import answer, lost, refusal, scripted

CONFIGMAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"run": "r1"}}}
QUOTA = refusal(403, "Forbidden", "exceeded quota: q, requested: pods=1")
EXISTS = refusal(409, "AlreadyExists", 'configmaps "a" already exists')


async def test_a_server_error_is_asked_again_until_it_passes() -> None:
    cluster, transport, time = scripted(answer(503), answer(500), answer(200, {"kind": "Pod"}))
    assert (await cluster.get(PODS, "a"))["kind"] == "Pod"
    assert len(transport.calls) == 3
    assert len(time.slept) == 2


async def test_retry_after_is_honoured() -> None:
    cluster, _, time = scripted(answer(429, Retry_After="4"), answer(200))
    await cluster.get(PODS, "a")
    assert 4 < time.slept[0] <= 4.2


async def test_a_server_error_that_lasts_becomes_an_error_in_bounded_time() -> None:
    cluster, _, time = scripted(*[answer(503, refusal(503, message="etcd is gone"))] * 100)
    with pytest.raises(BusyError, match="etcd is gone"):
        await cluster.get(PODS, "a")
    assert sum(time.slept) <= 30


async def test_unauthorized_is_tried_once_more_with_new_credentials() -> None:
    cluster, transport, _ = scripted(answer(401), answer(200))
    await cluster.get(PODS, "a")
    assert transport.reauthentications == 1


async def test_credentials_refused_twice_are_an_error() -> None:
    cluster, transport, _ = scripted(answer(401), answer(401))
    with pytest.raises(UnreachableError, match=r"credentials for the cluster at https://server \(context test\)"):
        await cluster.get(PODS, "a")
    assert len(transport.calls) == 2


async def test_a_create_of_unknown_outcome_that_succeeded_is_a_success() -> None:
    cluster, transport, _ = scripted(lost(), answer(409, EXISTS), answer(200, {**CONFIGMAP, "stored": True}))
    assert (await cluster.create(CONFIGMAP))["stored"] is True
    assert [call.method for call in transport.calls] == ["POST", "POST", "GET"]


async def test_after_an_unknown_outcome_someone_elses_object_is_still_in_the_way() -> None:
    other = {"metadata": {"name": "a", "labels": {"run": "r2"}}}
    cluster, _, _ = scripted(lost(), answer(409, EXISTS), answer(200, other))
    with pytest.raises(AlreadyExistsError, match="ConfigMap a in namespace ns exists already"):
        await cluster.create(CONFIGMAP)


async def test_the_caller_can_say_what_makes_an_object_the_same() -> None:
    cluster, _, _ = scripted(lost(), answer(409, EXISTS), answer(200, {"data": {"id": "7"}}))
    found = await cluster.create(CONFIGMAP, same=lambda one: one["data"]["id"] == "7")
    assert found["data"] == {"id": "7"}


async def test_a_first_create_that_meets_an_object_is_a_conflict_even_when_they_are_alike() -> None:
    cluster, transport, _ = scripted(answer(409, EXISTS))
    with pytest.raises(AlreadyExistsError):
        await cluster.create(CONFIGMAP)
    assert len(transport.calls) == 1


async def test_a_create_refused_before_it_was_sent_is_not_taken_for_done() -> None:
    cluster, _, _ = scripted(lost(maybe_sent=False), answer(409, EXISTS))
    with pytest.raises(AlreadyExistsError):
        await cluster.create(CONFIGMAP)


async def test_a_create_with_a_generated_name_is_never_sent_twice_blindly() -> None:
    cluster, transport, _ = scripted(lost())
    with pytest.raises(UnreachableError, match="is unknown"):
        await cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}})
    assert len(transport.calls) == 1


async def test_a_deletion_repeated_after_a_loss_may_find_nothing() -> None:
    cluster, _, _ = scripted(lost(), answer(404, refusal(404, "NotFound")))
    await cluster.delete(PODS, "a")


async def test_a_hopeless_connection_is_not_tried_again() -> None:
    cluster, transport, _ = scripted(lost(maybe_sent=False, final=True))
    with pytest.raises(UnreachableError):
        await cluster.get(PODS, "a")
    assert len(transport.calls) == 1


async def test_a_full_quota_is_an_error_by_default() -> None:
    cluster, _, time = scripted(answer(403, QUOTA))
    with pytest.raises(RejectedError, match="exceeded quota"):
        await cluster.create(CONFIGMAP)
    assert time.slept == []


async def test_a_full_quota_is_waited_out_and_told_when_asked_for() -> None:
    told: list[str] = []
    cluster, _, time = scripted(answer(403, QUOTA), answer(403, QUOTA), answer(201, CONFIGMAP))
    await cluster.create(CONFIGMAP, wait_quota=True, on_wait=told.append)
    assert told == ["waiting for room in the namespace's quota"] * 2
    assert len(time.slept) == 2


async def test_read_only_mode_sends_no_write() -> None:
    cluster, transport, _ = scripted(read_only=True)
    writes = [
        cluster.create(CONFIGMAP), cluster.replace(CONFIGMAP), cluster.patch(PODS, "a", {}), cluster.delete(PODS, "a"),
        cluster.evict("a"),
    ]  # fmt: skip
    for write in writes:
        with pytest.raises(ForbiddenError, match=r"Read-only mode \(--read-only\): will not"):
            await write
    assert transport.calls == []


async def test_read_only_mode_lets_dry_runs_and_reviews_through() -> None:
    allowed = answer(201, {"status": {"allowed": True}})
    cluster, transport, _ = scripted(answer(201, CONFIGMAP), answer(200), allowed, read_only=True)
    await cluster.create(CONFIGMAP, dry_run=True)
    await cluster.delete(CONFIGMAPS, "a", dry_run=True)
    assert await cluster.can_i("delete", PODS)
    assert [call.query.get("dryRun") for call in transport.calls] == ["All", "All", None]


async def test_a_page_of_html_is_named_as_such() -> None:
    page = answer(200, Content_Type="text/html")
    cluster, _, _ = scripted(type(page)(200, page.headers, b"<html>login</html>", page.secret))
    with pytest.raises(UnreachableError, match=r"else than JSON \(text/html\)"):
        await cluster.get(PODS, "a")


async def test_a_conflict_is_told_apart_from_a_replaced_object() -> None:
    replaced = refusal(409, "Conflict", "the UID in the precondition (x) does not match")
    cluster, _, _ = scripted(answer(409, replaced), answer(409, refusal(409, "Conflict", "modified")))
    with pytest.raises(ConflictError, match="was replaced by another one"):
        await cluster.delete(PODS, "a", uid="x")
    with pytest.raises(ConflictError, match="changed in the meantime"):
        await cluster.patch(PODS, "a", {}, resource_version="3")
