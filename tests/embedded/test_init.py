"""What `k8stui init` makes of a namespace, on the embedded cluster."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import NAMESPACES, PVCS, ROLE_BINDINGS
from k8stui.control.namespaces.access import ensure_account
from k8stui.control.namespaces.preparing import prepare
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui.model.preparing import CLAIM, PSS_ENFORCE, Access, PodSecurity
from k8stui.plan.preparing import Preparation
from k8stui.plan.rbac import ROLE


async def _told(cluster: Cluster, **wanted: Any) -> list[str]:
    return [line async for line in prepare(cluster, Preparation(namespace="ml", **wanted))]


async def test_a_namespace_is_made_once_and_changed_when_asked_again(embedded: EmbeddedCluster) -> None:
    account = [
        f"{what} ready in namespace ml"
        for what in ("role/k8stui-orchestrator", "rolebinding/k8stui-orchestrator", "serviceaccount/k8stui")
    ]
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        with pytest.raises(NotFoundError, match="Namespace 'ml' does not exist"):
            await _told(cluster, pss=PodSecurity.BASELINE)
        assert await _told(cluster, create_namespace=True, pss=PodSecurity.BASELINE, store_size="10Gi") == [
            "namespace/ml created, enforces Pod Security baseline",
            *account,
            f"persistentvolumeclaim/{CLAIM} created (10Gi)",
        ]
        assert await _told(cluster, create_namespace=True) == ["namespace/ml exists", *account]
        again = await _told(cluster, pss=PodSecurity.RESTRICTED, store_size="20Gi")
        assert again[0] == "namespace/ml enforces Pod Security restricted, no longer baseline"
        assert again[-1] == f"persistentvolumeclaim/{CLAIM} exists (10Gi, Pending); it keeps its size, not 20Gi"
        assert (await _told(cluster, pss=PodSecurity.RESTRICTED))[0].endswith("restricted already")
        assert (await cluster.get(NAMESPACES, "ml"))["metadata"]["labels"][PSS_ENFORCE] == "restricted"
        claim = await cluster.get(PVCS, CLAIM, namespace="ml")
        assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
        assert "storageClassName" not in claim["spec"]


async def test_another_account_is_bound_besides_the_ones_that_are(embedded: EmbeddedCluster) -> None:
    async def bound(cluster: Cluster) -> list[str]:
        binding = await cluster.get(ROLE_BINDINGS, ROLE, namespace="ml")
        return [one["name"] for one in binding["subjects"]]

    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await _told(cluster, create_namespace=True, service_account="first")
        await _told(cluster, service_account="second")
        assert await bound(cluster) == ["first", "second"]
        await _told(cluster, service_account="second")
        await ensure_account(cluster, "ml")
        assert await bound(cluster) == ["first", "second", "k8stui"]


def test_the_manifests_are_all_that_is_asked_for_in_an_order_that_can_be_applied() -> None:
    wanted = Preparation(
        namespace="ml", pss=PodSecurity.RESTRICTED, store_size="1Ti", storage_class="nfs", access=Access.MANY_NODES
    )
    made = wanted.manifests()
    assert [one["kind"] for one in made] == [
        "Namespace", "ServiceAccount", "Role", "RoleBinding", "PersistentVolumeClaim",
    ]  # fmt: skip
    assert made[0]["metadata"]["labels"] == {PSS_ENFORCE: "restricted"}
    assert made[-1]["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "1Ti"}},
        "storageClassName": "nfs",
    }
    assert [one["kind"] for one in Preparation(namespace="ml").manifests()] == ["ServiceAccount", "Role", "RoleBinding"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"store_size": "large"}, "--store-size: 'large' is no size"),
        ({"store_size": "0"}, "--store-size: '0' is no size"),
        ({"storage_class": "nfs"}, "--storage-class: 'nfs' has nothing to hold for"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(wanted: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        Preparation(namespace="ml", **wanted)  # type: ignore[arg-type]  # texts only, here
