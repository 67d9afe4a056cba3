"""Parts of the embedded cluster that can be judged alone."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.embedded import watching
from k8stui.embedded.certificates import make_serving_identity
from k8stui.embedded.controllers.cronjobs import Times
from k8stui.embedded.failures import ApiError
from k8stui.embedded.kubelet.command import StartError, command_line
from k8stui.embedded.kubelet.environment import expand
from k8stui.embedded.patching import json_patch, merge_patch
from k8stui.embedded.protobuf import decode
from k8stui.embedded.registry import CONFIG_MAP, NAMESPACE, POD
from k8stui.embedded.resources import Resources
from k8stui.embedded.routes import route
from k8stui.embedded.store import Store
from k8stui.model.quantities import format_quantity, parse_quantity, pod_resources

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def without_nulls(value: Any) -> Any:
    """Return a value as a merge patch leaves it: null members of objects are gone."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return value


@given(target=JSON, patch=JSON)
def test_a_merge_patch_applied_twice_is_applied_once(target: Any, patch: Any) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


@given(patch=JSON)
def test_a_merge_patch_of_nothing_is_the_patch_without_nulls(patch: Any) -> None:
    assert merge_patch(None, patch) == without_nulls(patch)


@pytest.mark.parametrize(
    ("operations", "result"),
    [
        ([{"op": "add", "path": "/a/-", "value": 3}], {"a": [1, 2, 3], "b/c": 1}),
        ([{"op": "add", "path": "/a/0", "value": 0}], {"a": [0, 1, 2], "b/c": 1}),
        ([{"op": "remove", "path": "/b~1c"}], {"a": [1, 2]}),
        ([{"op": "move", "from": "/a/0", "path": "/d"}], {"a": [2], "b/c": 1, "d": 1}),
        ([{"op": "copy", "from": "/a", "path": "/d"}], {"a": [1, 2], "b/c": 1, "d": [1, 2]}),
        ([{"op": "replace", "path": "", "value": {"x": 1}}], {"x": 1}),
    ],
)
def test_json_patch_operations(operations: list[dict[str, Any]], result: dict[str, Any]) -> None:
    target = {"a": [1, 2], "b/c": 1}
    assert json_patch(target, operations) == result
    assert target == {"a": [1, 2], "b/c": 1}


@pytest.mark.parametrize("path", ["/nope/x", "/a/7", "/a/x"])
def test_a_json_patch_of_what_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(ApiError) as refused:
        json_patch({"a": [1]}, [{"op": "remove", "path": path}])
    assert refused.value.code == 422


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", "1"),
        ("500m", "0.5"),
        ("1Gi", "1073741824"),
        ("1.5k", "1500"),
        ("2e3", "2000"),
        ("1E", "1e18"),
        ("-1", "-1"),
    ],
)
def test_quantities_are_read(text: str, number: str) -> None:
    assert parse_quantity(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "1 Gi", "1GB", "half"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        parse_quantity(text)


@given(st.integers(min_value=0, max_value=10**9))
def test_quantities_survive_being_written(thousandths: int) -> None:
    number = Decimal(thousandths) / 1000
    assert parse_quantity(format_quantity(number)) == number


def test_a_large_init_container_decides_what_a_pod_requests() -> None:
    def container(cpu: str) -> dict[str, Any]:
        return {"resources": {"requests": {"cpu": cpu}}}

    spec = {"containers": [container("1"), container("1")], "initContainers": [container("3"), container("500m")]}
    assert pod_resources({"spec": spec}, "requests") == {"cpu": Decimal(3)}


@pytest.mark.parametrize(
    ("text", "result"),
    [("$(A)", "1"), ("$$(A)", "$(A)"), ("$(B)", "$(B)"), ("x$(A)y$(A)", "x1y1"), ("$A", "$A"), ("$$$(A)", "$1")],
)
def test_references_expand(text: str, result: str) -> None:
    assert expand(text, {"A": "1"}) == result


def test_python_of_any_path_is_this_interpreter() -> None:
    for word in ("python", "python3", "/usr/local/bin/python3.11"):
        assert command_line({"image": "x", "command": [word], "args": ["-V"]}, {}) == [sys.executable, "-V"]


def test_a_python_image_without_a_command_runs_its_arguments_as_the_command() -> None:
    assert command_line({"image": "python:3.12-slim", "args": ["sh", "-c", "true"]}, {})[1:] == ["-c", "true"]


def test_a_program_that_is_not_there_cannot_start() -> None:
    with pytest.raises(StartError, match="no such file or directory"):
        command_line({"image": "x", "command": ["/no/such"]}, {})


def test_the_certificate_is_trusted_for_loopback_and_nothing_else(tmp_path: Path) -> None:
    identity = make_serving_identity()
    chain = tmp_path / "chain.pem"
    chain.write_text(identity.certificate + identity.key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)

    def handshake(name: str) -> None:
        client = ssl.create_default_context(cadata=identity.ca)
        client.verify_flags |= ssl.VERIFY_X509_STRICT
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        ends = (
            client.wrap_bio(to_client, to_server, server_hostname=name),
            server.wrap_bio(to_server, to_client, server_side=True),
        )
        done = [False, False]
        for _ in range(6):
            for index, end in enumerate(ends):
                try:
                    end.do_handshake()
                    done[index] = True
                except ssl.SSLWantReadError:
                    continue
        assert all(done)

    handshake("127.0.0.1")
    handshake("kubernetes.default.svc")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake("example.com")


def new_store(history: int = 4096) -> tuple[Store, Resources]:
    store = Store(history=history)
    resources = Resources(store)
    resources.create(NAMESPACE, "", {"metadata": {"name": "n"}})
    return store, resources


def test_the_store_forgets_the_oldest_changes_first() -> None:
    store, resources = new_store(history=3)
    for index in range(5):
        resources.create(CONFIG_MAP, "n", {"metadata": {"name": f"c{index}"}})
    assert store.since(CONFIG_MAP, store.version - 3) is not None
    assert store.since(CONFIG_MAP, store.version - 4) is None
    assert store.since(POD, store.version - 4) == []


async def test_a_watch_of_what_nobody_changes_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a real server does, where leases are written all the time."""
    monkeypatch.setattr(watching, "BOOKMARK_EVERY", 0.01)
    store, _ = new_store()
    watch = watching.Watches(store).open(POD, watching.WatchOptions(since=store.version, bookmarks=True))
    async with asyncio.timeout(60):
        assert json.loads(await anext(watch.chunks()))["type"] == "BOOKMARK"


def test_stored_objects_are_not_the_callers() -> None:
    _, resources = new_store()
    given_object = {"metadata": {"name": "a"}, "data": {"k": "v"}}
    resources.create(CONFIG_MAP, "n", given_object)
    given_object["data"]["k"] = "changed"
    assert resources.get(CONFIG_MAP, "n", "a")["data"] == {"k": "v"}


@pytest.mark.parametrize(
    ("method", "path", "verb", "resource", "namespace", "name"),
    [
        ("GET", "/api/v1/pods", "list", "pods", "", ""),
        ("GET", "/api/v1/namespaces/n/pods/p/log", "get", "pods/log", "n", "p"),
        ("POST", "/api/v1/namespaces/n/pods/p/eviction", "create", "pods/eviction", "n", "p"),
        ("PATCH", "/apis/batch/v1/namespaces/n/jobs/j/status", "patch", "jobs/status", "n", "j"),
        ("DELETE", "/api/v1/namespaces/n/configmaps", "deletecollection", "configmaps", "n", ""),
        ("GET", "/api/v1/namespaces/n", "get", "namespaces", "n", "n"),
        ("GET", "/api/v1/nodes/x", "get", "nodes", "", "x"),
    ],
)
def test_paths_say_what_is_asked(method: str, path: str, verb: str, resource: str, namespace: str, name: str) -> None:
    attempt = route(method, path, {}).attempt
    assert (attempt.verb, attempt.resource, attempt.namespace, attempt.name) == (verb, resource, namespace, name)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/namespaces/n/pods/p/resize", 404),
        ("GET", "/apis/apps/v1/deployments", 404),
        ("GET", "/api/v1/namespaces/n/nodes", 404),
        ("PUT", "/api/v1/namespaces/n/pods", 405),
        ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405),
    ],
)
def test_paths_that_are_none_are_refused(method: str, path: str, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        route(method, path, {})
    assert refused.value.code == code


def test_a_schedule_knows_its_latest_time_and_how_many_were_missed() -> None:
    times = Times({"schedule": "*/10 * * * *"})
    moment = datetime(2026, 3, 1, 12, 34, tzinfo=UTC)
    assert times.latest(moment - timedelta(minutes=30), moment) == (datetime(2026, 3, 1, 12, 30, tzinfo=UTC), 3)
    assert times.latest(moment - timedelta(minutes=3), moment) == (None, 0)
    assert times.after(moment) == datetime(2026, 3, 1, 12, 40, tzinfo=UTC)


def test_a_time_that_is_now_is_due_now() -> None:
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert Times({"schedule": "*/10 * * * *"}).latest(moment - timedelta(minutes=1), moment) == (moment, 1)


def test_a_schedule_in_a_time_zone_follows_its_clock() -> None:
    times = Times({"schedule": "0 9 * * *", "timeZone": "Europe/Berlin"})
    assert times.after(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert times.after(datetime(2026, 7, 1, tzinfo=UTC)) == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_protobuf_bodies_of_reviews_are_read() -> None:
    def field(number: int, body: bytes) -> bytes:
        return bytes((number << 3 | 2, len(body))) + body

    kind = field(1, b"authorization.k8s.io/v1") + field(2, b"SelfSubjectAccessReview")
    attributes = field(1, b"ns") + field(2, b"list") + field(5, b"pods")
    raw = field(1, b"") + field(2, field(1, attributes))
    review = decode(b"k8s\x00" + field(1, kind) + field(2, raw))
    assert review == {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "metadata": {},
        "spec": {"resourceAttributes": {"namespace": "ns", "verb": "list", "resource": "pods"}},
    }


@pytest.mark.parametrize("body", [b"", b"k8s\x00", b"k8s\x00\xff", b"k8s\x00\x0a\x05abc"])
def test_a_malformed_protobuf_body_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        decode(body)
    assert refused.value.code == 400
