"""That the probe's pod does not stay behind unsaid."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AccountMissingError
from k8stui.cluster.resources import Resource
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.inside import TARGETS
from k8stui.control.doctor.probing import probe
from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError
from k8stui.model.stacks import ArtifactStore, ContainerRegistry, Orchestrator, Stack
from k8stui.stacks.active import ActiveStack


class _Cluster:
    """Remembers what is made and deleted; creating fails."""

    namespace = "ml"

    def __init__(self, created: BaseException, deleted: K8stuiError | None = None, *, may_delete: bool = True) -> None:
        self._created, self._deleted, self._may_delete = created, deleted, may_delete
        self.made: list[dict[str, Any]] = []
        self.gone: list[str] = []

    async def can_i(self, verb: str, resource: Resource) -> bool:
        assert (verb, resource.plural) == ("delete", "pods")
        return self._may_delete

    async def create(self, manifest: dict[str, Any]) -> None:
        self.made.append(manifest)
        raise self._created

    async def delete(self, _: Resource, name: str, *, grace_seconds: int) -> None:
        assert grace_seconds == 0
        self.gone.append(name)
        if self._deleted:
            raise self._deleted


async def _probed(cluster: _Cluster, account: str = "k8stui") -> list[Finding]:
    return await probe(cast("Cluster", cluster), image="python:3", account=account)


async def test_a_pod_whose_creation_has_no_answer_is_deleted_and_ends_by_itself() -> None:
    cluster = _Cluster(K8stuiError("No answer."))
    (found,) = await _probed(cluster)
    assert (found.level, found.sentence) == (Level.PROBLEM, "No answer")
    assert cluster.gone == [one["metadata"]["name"] for one in cluster.made]
    assert cluster.made[0]["spec"]["activeDeadlineSeconds"] == 180


async def test_a_pod_whose_creation_is_cancelled_is_deleted() -> None:
    cluster = _Cluster(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await _probed(cluster)
    assert len(cluster.gone) == 1


async def test_a_pod_that_stays_behind_is_named_beside_what_was_found() -> None:
    cluster = _Cluster(K8stuiError("No answer."), ForbiddenError("You may not."))
    first, left = await _probed(cluster)
    assert first.sentence == "No answer"
    assert (left.level, left.fix) == (Level.WARNING, f"kubectl delete pod {cluster.gone[0]} -n ml")
    assert left.sentence == f"the pod {cluster.gone[0]} may still be there: You may not"
    assert len(await _probed(_Cluster(K8stuiError("Refused."), NotFoundError("None.")))) == 1


async def test_the_probe_is_as_the_stacks_orchestrators_and_tries_its_hosts() -> None:
    config = {"orchestrator_pod_settings": {"node_selectors": {"pool": "masters"}}}
    registry = {"uri": "registry.example.com", "pull_secret": "pull"}
    for endpoint, hosts in (("http://minio.ml:9000", ["minio.ml", "registry.example.com"]), ("http://minio:x", [])):
        store = {"path": "s3://bucket", "options": {"endpoint_url": endpoint}}
        stack = ActiveStack(
            "s", Stack(orchestrator="o"), Orchestrator.model_validate({"config": config}),
            ArtifactStore.model_validate({"config": store}), ContainerRegistry.model_validate({"config": registry}),
        )  # fmt: skip
        cluster = _Cluster(K8stuiError("No answer."))
        await probe(cast("Cluster", cluster), image="python:3", account="k8stui", stack=stack)
        spec = cluster.made[0]["spec"]
        assert (spec["nodeSelector"]["pool"], spec["imagePullSecrets"]) == ("masters", [{"name": "pull"}])
        (said,) = (one["value"] for one in spec["containers"][0]["env"] if one["name"] == TARGETS)
        assert [host for host, _ in json.loads(said).values()] == hosts


async def test_who_may_not_delete_pods_makes_none() -> None:
    cluster = _Cluster(K8stuiError("No answer."), may_delete=False)
    (found,) = await _probed(cluster)
    assert (found.level, cluster.made) == (Level.UNKNOWN, [])


async def test_a_missing_account_is_told_with_who_makes_it() -> None:
    refusal = AccountMissingError("pods is forbidden: error looking up service account ml/x")
    (found,) = await _probed(_Cluster(refusal))
    assert found.sentence.endswith("no service account k8stui yet, which the first run or k8stui init -n ml makes")
    (found,) = await _probed(_Cluster(refusal), "mine")
    assert found.sentence.endswith("no service account mine yet, which k8stui init -n ml --service-account mine makes")
