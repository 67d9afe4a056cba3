"""Lists: selectors, pages, metadata only."""

from __future__ import annotations

import pytest

from tests.cluster.contract.client import METADATA_LIST, Api
from tests.cluster.contract.manifests import config_map, pod

OTHERS = {"kube-root-ca.crt"}


def names(listed: dict[str, object]) -> list[str]:
    items = listed["items"]
    assert isinstance(items, list)
    return [obj["metadata"]["name"] for obj in items if obj["metadata"]["name"] not in OTHERS]


async def test_a_list_has_its_kind_version_and_bare_items(api: Api) -> None:
    await api.create("configmaps", config_map("a"))
    listed = await api.ok("GET", api.path("configmaps"))
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert listed["metadata"]["resourceVersion"].isdigit()
    assert all("kind" not in item for item in listed["items"])


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ("run=1", ["a"]),
        ("run==1,kind=x", ["a"]),
        ("run!=1", ["b", "c", "d"]),
        ("run", ["a", "b", "c"]),
        ("!run", ["d"]),
        ("run in (1, 2)", ["a", "b"]),
        ("run notin (1,2)", ["c", "d"]),
        ("kind=x,run in (2,3)", ["b"]),
    ],
)
async def test_label_selectors_select(api: Api, selector: str, selected: list[str]) -> None:
    for name, labels in {
        "a": {"run": "1", "kind": "x"},
        "b": {"run": "2", "kind": "x"},
        "c": {"run": "3"},
        "d": {},
    }.items():
        await api.create("configmaps", config_map(name, labels=labels))
    assert names(await api.ok("GET", api.path("configmaps"), labelSelector=selector)) == selected


async def test_a_malformed_label_selector_is_a_bad_request(api: Api) -> None:
    answer = await api.call("GET", api.path("configmaps"), labelSelector="a=b=c")
    assert (answer.code, answer.body["reason"]) == (400, "BadRequest")


async def test_field_selectors_know_names_and_phases(api: Api) -> None:
    await api.create("pods", pod("a", nodeSelector={"no": "such-node"}))
    await api.create("pods", pod("b", nodeSelector={"no": "such-node"}))
    assert names(await api.ok("GET", api.path("pods"), fieldSelector="metadata.name=a")) == ["a"]
    assert names(await api.ok("GET", api.path("pods"), fieldSelector="metadata.name!=a")) == ["b"]
    assert names(await api.ok("GET", api.path("pods"), fieldSelector="status.phase=Pending")) == ["a", "b"]
    assert names(await api.ok("GET", api.path("pods"), fieldSelector="status.phase!=Pending")) == []
    assert names(await api.ok("GET", api.path("pods"), fieldSelector="spec.nodeName=")) == ["a", "b"]


async def test_an_unknown_field_in_a_selector_is_a_bad_request(api: Api) -> None:
    answer = await api.call("GET", api.path("pods"), fieldSelector="spec.nonsense=1")
    assert answer.code == 400
    assert "field label not supported: spec.nonsense" in answer.body["message"]


async def test_pages_join_to_the_whole_list_as_it_was(api: Api) -> None:
    for index in range(5):
        await api.create("configmaps", config_map(f"page-{index}", labels={"paged": "yes"}))
    first = await api.ok("GET", api.path("configmaps"), limit=2, labelSelector="paged=yes")
    assert names(first) == ["page-0", "page-1"]
    await api.ok("DELETE", api.path("configmaps", "page-3"))
    found, token = names(first), first["metadata"]["continue"]
    while token:
        page = await api.ok("GET", api.path("configmaps"), limit=2, labelSelector="paged=yes", continue_=token)
        assert page["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        found += names(page)
        token = page["metadata"].get("continue", "")
    assert found == [f"page-{index}" for index in range(5)]


async def test_a_page_tells_how_many_items_remain(api: Api) -> None:
    for index in range(4):
        await api.create("secrets", {"metadata": {"name": f"s-{index}"}})
    listed = await api.ok("GET", api.path("secrets"), limit=1)
    assert listed["metadata"]["remainingItemCount"] == 3


async def test_a_continue_token_that_is_none_is_a_bad_request(api: Api) -> None:
    answer = await api.call("GET", api.path("configmaps"), limit=1, continue_="nonsense")
    assert answer.code == 400


async def test_metadata_only_lists_leave_out_the_rest(api: Api) -> None:
    await api.create("configmaps", config_map("a", {"k": "v" * 1000}, labels={"run": "1"}))
    listed = await api.ok("GET", api.path("configmaps"), accept=METADATA_LIST, labelSelector="run=1")
    assert (listed["kind"], listed["apiVersion"]) == ("PartialObjectMetadataList", "meta.k8s.io/v1")
    (item,) = listed["items"]
    assert item["kind"] == "PartialObjectMetadata"
    assert item["metadata"]["labels"] == {"run": "1"}
    assert "data" not in item


async def test_a_list_over_all_namespaces_contains_this_one(api: Api) -> None:
    await api.create("configmaps", config_map("everywhere", labels={"contract": api.namespace}))
    listed = await api.ok("GET", "/api/v1/configmaps", labelSelector=f"contract={api.namespace}")
    assert names(listed) == ["everywhere"]
