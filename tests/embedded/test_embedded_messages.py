"""Objects as kubectl sends them to the embedded cluster: protobuf, strategic patches, fields that do not exist."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from k8stui.embedded.failures import ApiError
from k8stui.embedded.messages import fields, known
from k8stui.embedded.openapi import document
from k8stui.embedded.protobuf import decode
from k8stui.embedded.registry import CRON_JOB, KINDS, POD
from k8stui.embedded.strategic import strategic_patch
from k8stui.embedded.strictness import refuse_unknown

JOB_OF_A_SCHEDULE = (
    "azhzAAoPCghiYXRjaC92MRIDSm9iEtcCCoABCgJqMhIAGgAiACoAMgA4AEIAYisKIWNyb25qb2Iua3ViZXJuZXRlcy5pby9pbnN0"
    "YW50aWF0ZRIGbWFudWFsaj8KB0Nyb25Kb2IaAmNqIiRjMGE0ZGM1Yy0wYzlkLTRkODItYjY5OS03MGUzNmY2ZDczMTAqCGJhdGNo"
    "L3YxMAESxwEyxAEKEAoAEgAaACIAKgAyADgAQgASrwESZAoCY2oSEHB5dGhvbjozLjExLXNsaW0aBnB5dGhvbhoCLWMaCHByaW50"
    "KDEpKgBCAGoUL2Rldi90ZXJtaW5hdGlvbi1sb2dyDElmTm90UHJlc2VudIABAIgBAJABAKIBBEZpbGUaCU9uRmFpbHVyZSAeMgxD"
    "bHVzdGVyRmlyc3RCAEoAUgBYAGAAaAByAIIBAIoBAJoBEWRlZmF1bHQtc2NoZWR1bGVywgEA8AEBGgggACgAMAA6ABoAIgA="
)
"""Sent by `kubectl create job j2 --from=cronjob/cj` of 1.34."""

SECRET = "azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWESAWIaABoAIgA="
"""Sent by `kubectl create secret generic s --from-literal=a=b`."""

BUDGET = (
    "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSMwoRCgFiEgAaACIAKgAyADgAQgAS"
    "EgoGCAAQARoAEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA="
)
"""Sent by `kubectl create pdb b --selector=a=b --min-available=1`."""

QUOTA = "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIlChEKAXESABoAIgAqADIAOABCABIOCgwKBHBvZHMSBAoCNTAaABoAIgA="
"""Sent by `kubectl create quota q --hard=pods=50`."""


def sent(text: str) -> dict[str, Any]:
    return decode(base64.b64decode(text))


def test_a_job_that_kubectl_makes_of_a_schedule_keeps_its_pod() -> None:
    job = sent(JOB_OF_A_SCHEDULE)
    owner = job["metadata"].pop("ownerReferences")[0]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("CronJob", "cj", True)
    assert "creationTimestamp" not in job["metadata"]
    spec = job["spec"]["template"]["spec"]
    container = spec.pop("containers")[0]
    assert (container["name"], container["command"]) == ("cj", ["python", "-c", "print(1)"])
    # What nobody set is not there, so that the server's defaults hold.
    assert "stdin" not in container
    assert spec["restartPolicy"] == "OnFailure"
    assert spec["terminationGracePeriodSeconds"] == 30
    assert "hostNetwork" not in spec


def test_bytes_quantities_and_numbers_or_texts_are_as_in_json() -> None:
    assert sent(SECRET)["data"] == {"a": "Yg=="}
    assert sent(QUOTA)["spec"]["hard"] == {"pods": "50"}
    assert sent(BUDGET)["spec"]["minAvailable"] == 1
    assert sent(BUDGET)["spec"]["selector"] == {"matchLabels": {"a": "b"}}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.kind))
def test_all_kinds_that_are_served_are_read_as_protobuf(kind: Any) -> None:
    assert known(kind.kind)


def test_all_types_that_fields_have_are_known() -> None:
    plain = {"str", "bool", "int", "bytes", "quantity", "intOrString", "time", "json"}
    seen: set[str] = set()
    waiting = [kind.kind for kind in KINDS]
    while waiting:
        name = waiting.pop()
        if name in plain or name in seen:
            continue
        seen.add(name)
        assert known(name), name
        waiting.extend(field.type.name for field in fields(name).values())
    assert "Container" in seen


def container(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "python:3.11-slim", **more}


def patched(spec: dict[str, Any], patch: dict[str, Any]) -> Any:
    return strategic_patch({"spec": spec}, {"spec": patch}, "Pod")["spec"]


def test_a_strategic_patch_merges_containers_and_their_variables_by_name() -> None:
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    spec = {"containers": [container("main", env=env), container("side")]}
    change = {"name": "main", "image": "x", "env": [{"name": "C", "value": "3"}, {"$patch": "delete", "name": "A"}]}
    new = patched(spec, {"containers": [change]})
    assert [c["name"] for c in new["containers"]] == ["main", "side"]
    assert new["containers"][0]["image"] == "x"
    assert new["containers"][0]["env"] == [{"name": "B", "value": "2"}, {"name": "C", "value": "3"}]


def test_a_strategic_patch_puts_items_in_the_order_that_it_names() -> None:
    order = {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}
    new = patched({"containers": [container("a")]}, {"containers": [container("b")], **order})
    assert [c["name"] for c in new["containers"]] == ["b", "a"]


def test_a_strategic_patch_replaces_other_lists_and_what_it_says_to_replace() -> None:
    assert patched({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}) == {"tolerations": [{"key": "b"}]}
    replaced = patched({"containers": [container("a")]}, {"containers": [container("b"), {"$patch": "replace"}]})
    assert replaced == {"containers": [container("b")]}
    assert patched({"securityContext": {"runAsUser": 1}}, {"securityContext": {"$patch": "replace"}}) == {
        "securityContext": {}
    }


def test_a_strategic_patch_keeps_only_the_source_of_a_volume_that_it_names() -> None:
    volume = {"name": "v", "emptyDir": {}}
    change = {"name": "v", "configMap": {"name": "c"}, "$retainKeys": ["name", "configMap"]}
    assert patched({"volumes": [volume]}, {"volumes": [change]})["volumes"] == [
        {"name": "v", "configMap": {"name": "c"}}
    ]


def test_a_strategic_patch_takes_texts_out_of_a_list() -> None:
    obj = {"metadata": {"finalizers": ["a", "b"]}}
    gone = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]}}
    assert strategic_patch(obj, gone, "Pod")["metadata"]["finalizers"] == ["b", "c"]


def test_a_strategic_patch_of_an_item_without_its_key_is_a_bad_request() -> None:
    with pytest.raises(ApiError, match="merge key: name"):
        patched({}, {"containers": [{"image": "x"}]})


def test_fields_that_do_not_exist_are_refused_with_their_places() -> None:
    pod = {"metadata": {"nam": "p"}, "spec": {"containers": [container("a", comand=["x"])], "volumes": []}}
    with pytest.raises(ApiError) as refused:
        refuse_unknown(POD, pod)
    assert refused.value.code == 400
    assert str(refused.value).endswith(
        'strict decoding error: unknown field "metadata.nam", unknown field "spec.containers[0].comand"'
    )
    with pytest.raises(ApiError) as refused:
        refuse_unknown(CRON_JOB, {"spec": {"sched": ""}}, patch="{}")
    assert refused.value.code == 422


def test_a_source_of_a_volume_stands_beside_its_name() -> None:
    refuse_unknown(POD, {"spec": {"volumes": [{"name": "v", "emptyDir": {"medium": "Memory"}}]}})


def test_labels_may_have_any_name() -> None:
    refuse_unknown(POD, {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"any": "x"}}})


def test_kubectl_is_told_that_the_server_checks_fields() -> None:
    listed = document("/openapi/v3")["paths"]
    batch = document(listed["apis/batch/v1"]["serverRelativeURL"])
    patch = batch["paths"]["/apis/batch/v1/namespaces/{namespace}/cronjobs/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "batch", "version": "v1", "kind": "CronJob"}
    assert patch["parameters"][0]["name"] == "fieldValidation"
    with pytest.raises(ApiError):
        document("/openapi/v3/apis/none/v1")
