"""What the doctor says of a stack: its way to the cluster, its artifact store and its registry."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from k8stui.control.doctor.connection import stack_finding
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.inside import inside_findings
from k8stui.control.doctor.targets import Target, claim_finding, targets_of, tried
from k8stui.model.errors import InvalidInputError
from k8stui.model.stacks import ArtifactStore, ContainerRegistry, Orchestrator, Stack
from k8stui.stacks.active import ActiveStack


def _stack(
    store: dict[str, Any] | None = None, registry: dict[str, Any] | None = None, **orchestrator: Any
) -> ActiveStack:
    return ActiveStack(
        "s",
        Stack(orchestrator="o"),
        Orchestrator(**orchestrator),
        ArtifactStore.model_validate({"config": store}) if store else None,
        ContainerRegistry.model_validate({"config": registry}) if registry else None,
    )


@pytest.mark.parametrize(
    ("store", "target"),
    [
        ({"path": "s3://bucket"}, "s3.amazonaws.com:443"),
        ({"path": "s3://bucket", "options": {"endpoint_url": "http://minio.ml:9000"}}, "minio.ml:9000"),
        ({"path": "s3://bucket", "options": {"endpoint_url": "http://minio"}}, "minio:80"),
        (
            {"path": "s3://bucket", "options": {"client_kwargs": {"endpoint_url": "http://minio.ml:9000"}}},
            "minio.ml:9000",
        ),
        ({"path": "gs://bucket"}, "storage.googleapis.com:443"),
        ({"path": "az://box", "options": {"account_name": "ours"}}, "ours.blob.core.windows.net:443"),
    ],
)
def test_the_host_of_a_store_follows_from_its_path_and_options(store: dict[str, Any], target: str) -> None:
    assert [str(one) for one in targets_of(_stack(store=store))] == [target]


def test_a_port_that_cannot_be_is_told_with_what_has_it() -> None:
    for bad in ("http://minio.ml:90x0", "http://minio.ml:90000"):
        with pytest.raises(InvalidInputError, match=f"'{bad}' has no port that is possible"):
            targets_of(_stack(store={"path": "s3://bucket", "options": {"endpoint_url": bad}}))


def test_the_host_of_a_registry_is_what_its_images_begin_with() -> None:
    (found,) = targets_of(_stack(registry={"uri": "registry.example.com:5000/team"}))
    assert found == Target("registry", "registry.example.com", 5000)
    (found,) = targets_of(_stack(registry={"uri": "registry.example.com/team", "insecure": True}))
    assert found.port == 80


def test_a_store_on_a_claim_and_no_stack_have_no_host() -> None:
    assert not targets_of(_stack(store={"path": "file:///mnt/a", "claim": "c"}))
    assert not targets_of(None)


async def test_hosts_are_tried_from_here() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await tried([Target("registry", "127.0.0.1", port)]) == [
            Finding("registry", Level.OK, f"127.0.0.1:{port} can be reached from here")
        ]
    (found,) = await tried([Target("registry", "127.0.0.1", port)])
    assert found.level is Level.WARNING
    assert found.sentence.startswith(f"127.0.0.1:{port} cannot be reached from here: ")


def test_a_claim_that_is_missing_or_lost_is_a_problem() -> None:
    assert claim_finding("c", None, "ml").level is Level.PROBLEM
    assert claim_finding("c", {"status": {"phase": "Lost"}}, "ml").level is Level.PROBLEM
    assert claim_finding("c", {"status": {"phase": "Bound"}}, "ml").sentence == "claim c is bound"
    assert claim_finding("c", {}, "ml").level is Level.OK


def test_a_stack_tells_its_way_to_the_cluster() -> None:
    assert "by the kubeconfig" in stack_finding(_stack()).sentence
    assert "by connector aws" in stack_finding(_stack(connector="aws")).sentence
    inside = _stack(config={"incluster": True})
    assert "by the service account of this pod" in stack_finding(inside).sentence


def test_what_a_pod_cannot_reach_is_told_with_its_reason() -> None:
    targets = [Target("registry", "r.example.com", 443), Target("artifact store", "s.example.com", 443)]
    good = {"ok": True, "said": ""}
    told = {"python": "3.12", "ahead": 0.4, "server": good, "names": {"ok": False, "said": "gaierror: no"},
            "registry": {"ok": False, "said": "OSError: no"},
            "artifact store": {"ok": False, "said": "TimeoutError: timed out"}}  # fmt: skip
    found = {one.check: one for one in inside_findings(json.dumps(told), targets)}
    assert {check: one.level.value for check, one in found.items()} == {
        "probe: image": "ok", "probe: server": "ok", "probe: clock": "ok", "probe: dns": "warning",
        "probe: registry": "warning", "probe: artifact store": "problem",
    }  # fmt: skip
    assert found["probe: artifact store"].sentence == (
        "pods do not reach the artifact store s.example.com:443: TimeoutError: timed out; steps cannot use it"
    )


def test_an_old_python_and_a_clock_that_differs_are_told() -> None:
    found = {one.check: one for one in inside_findings('{"python": "3.8", "ahead": 90}', [])}
    assert found["probe: image"].level is Level.PROBLEM
    assert found["probe: clock"].sentence.startswith("the node's clock differs from the server's by 90 s")


def test_a_pod_without_an_answer_is_a_problem() -> None:
    assert [one.level for one in inside_findings("", [])] == [Level.PROBLEM]
