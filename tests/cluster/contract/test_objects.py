"""Creating, reading, changing: what the engine's records and plans rely on."""

from __future__ import annotations

import asyncio

import pytest

from tests.cluster.contract.client import JSON_PATCH, MERGE_PATCH, METADATA, Api
from tests.cluster.contract.manifests import config_map, job, pod


async def test_a_created_object_has_uid_version_and_creation_time(api: Api) -> None:
    created = await api.create("configmaps", config_map("a", {"k": "v"}))
    metadata = created["metadata"]
    assert created["data"] == {"k": "v"}
    assert metadata["namespace"] == api.namespace
    assert metadata["uid"]
    assert metadata["resourceVersion"].isdigit()
    assert metadata["creationTimestamp"].endswith("Z")


async def test_a_second_create_of_a_name_is_already_exists(api: Api) -> None:
    await api.create("configmaps", config_map("a"))
    answer = await api.call("POST", api.path("configmaps"), config_map("a"))
    assert (answer.code, answer.body["reason"]) == (409, "AlreadyExists")
    assert answer.body["message"] == 'configmaps "a" already exists'
    assert answer.body["details"] == {"name": "a", "kind": "configmaps"}


async def test_a_missing_object_is_not_found(api: Api) -> None:
    answer = await api.call("GET", api.path("jobs", "nope"))
    assert (answer.code, answer.body["reason"]) == (404, "NotFound")
    assert answer.body["message"] == 'jobs.batch "nope" not found'
    assert answer.body["details"] == {"name": "nope", "group": "batch", "kind": "jobs"}


async def test_an_object_in_a_missing_namespace_is_not_found(api: Api) -> None:
    answer = await api.call("POST", api.path("configmaps", namespace="contract-nowhere"), config_map("a"))
    assert answer.code == 404
    assert answer.body["message"] == 'namespaces "contract-nowhere" not found'


async def test_generate_name_appends_five_characters(api: Api) -> None:
    given = config_map("", generateName="made-")
    del given["metadata"]["name"]
    names = {(await api.create("configmaps", given))["metadata"]["name"] for _ in range(3)}
    assert len(names) == 3
    assert all(name.startswith("made-") and len(name) == 10 for name in names)


async def test_dry_run_answers_like_a_create_and_stores_nothing(api: Api) -> None:
    answer = await api.call("POST", api.path("pods"), pod("a"), dryRun="All")
    assert answer.code == 201
    assert answer.body["spec"]["schedulerName"] == "default-scheduler"
    assert answer.body["metadata"]["uid"]
    assert (await api.call("GET", api.path("pods", "a"))).code == 404


async def test_an_update_with_an_old_version_is_a_conflict(api: Api) -> None:
    first = await api.create("configmaps", config_map("a", {"n": "1"}))
    await api.ok("PUT", api.path("configmaps", "a"), {**first, "data": {"n": "2"}})
    answer = await api.call("PUT", api.path("configmaps", "a"), {**first, "data": {"n": "3"}})
    assert (answer.code, answer.body["reason"]) == (409, "Conflict")
    assert answer.body["message"] == (
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes '
        "to the latest version and try again"
    )


async def test_a_patch_with_an_old_version_is_a_conflict(api: Api) -> None:
    first = await api.create("configmaps", config_map("a"))
    await api.patch("configmaps", "a", {"data": {"n": "2"}})
    change = {"metadata": {"resourceVersion": first["metadata"]["resourceVersion"]}, "data": {"n": "3"}}
    answer = await api.call("PATCH", api.path("configmaps", "a"), change, media=MERGE_PATCH)
    assert (answer.code, answer.body["reason"]) == (409, "Conflict")


async def test_of_many_writers_with_the_same_version_one_wins(api: Api) -> None:
    first = await api.create("configmaps", config_map("a"))
    writes = [api.call("PUT", api.path("configmaps", "a"), {**first, "data": {"n": str(n)}}) for n in range(8)]
    codes = sorted(answer.code for answer in await asyncio.gather(*writes))
    assert codes == [200] + [409] * 7


async def test_a_write_that_changes_nothing_keeps_the_version(api: Api) -> None:
    first = await api.create("configmaps", config_map("a", {"n": "1"}))
    again = await api.patch("configmaps", "a", {"data": {"n": "1"}})
    assert again["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


async def test_an_update_without_a_version_overwrites(api: Api) -> None:
    await api.create("configmaps", config_map("a", {"n": "1"}))
    await api.patch("configmaps", "a", {"data": {"n": "2"}})
    updated = await api.ok("PUT", api.path("configmaps", "a"), config_map("a", {"n": "3"}))
    assert updated["data"] == {"n": "3"}


async def test_a_merge_patch_merges_objects_and_null_deletes(api: Api) -> None:
    await api.create("configmaps", config_map("a", {"keep": "1", "drop": "2"}, annotations={"x": "y"}))
    patched = await api.patch("configmaps", "a", {"data": {"drop": None, "new": "3"}})
    assert patched["data"] == {"keep": "1", "new": "3"}
    assert patched["metadata"]["annotations"] == {"x": "y"}


async def test_a_json_patch_applies_its_operations_or_none(api: Api) -> None:
    await api.create("configmaps", config_map("a", {"n": "1"}))
    good = [{"op": "test", "path": "/data/n", "value": "1"}, {"op": "replace", "path": "/data/n", "value": "2"}]
    patched = await api.ok("PATCH", api.path("configmaps", "a"), good, media=JSON_PATCH)
    assert patched["data"] == {"n": "2"}
    answer = await api.call("PATCH", api.path("configmaps", "a"), good, media=JSON_PATCH)
    assert answer.code == 422
    assert (await api.get("configmaps", "a"))["data"] == {"n": "2"}


async def test_an_immutable_config_map_keeps_its_data(api: Api) -> None:
    await api.create("configmaps", {**config_map("a", {"n": "1"}), "immutable": True})
    answer = await api.call("PATCH", api.path("configmaps", "a"), {"data": {"n": "2"}}, media=MERGE_PATCH)
    assert (answer.code, answer.body["reason"]) == (422, "Invalid")
    assert answer.body["message"] == (
        'ConfigMap "a" is invalid: data: Forbidden: field is immutable when `immutable` is set'
    )
    labelled = await api.patch("configmaps", "a", {"metadata": {"labels": {"still": "possible"}}})
    assert labelled["metadata"]["labels"] == {"still": "possible"}


async def test_a_config_map_over_one_mebibyte_is_invalid(api: Api) -> None:
    answer = await api.call("POST", api.path("configmaps"), config_map("a", {"big": "x" * (1024 * 1024 + 1)}))
    assert answer.code == 422
    assert "Too long: may not be more than 1048576 bytes" in answer.body["message"]


async def test_a_name_must_be_a_dns_subdomain(api: Api) -> None:
    answer = await api.call("POST", api.path("configmaps"), config_map("Not_A_Name"))
    assert answer.code == 422
    assert answer.body["message"].startswith(
        'ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain'
    )


async def test_a_label_must_have_a_valid_value(api: Api) -> None:
    answer = await api.call("POST", api.path("configmaps"), config_map("a", labels={"run": "no spaces"}))
    assert answer.code == 422
    assert answer.body["details"]["causes"][0]["field"] == "metadata.labels"


async def test_a_container_without_name_and_image_is_invalid_with_both_causes(api: Api) -> None:
    wrong = pod("a", fields={"name": "", "image": ""})
    answer = await api.call("POST", api.path("pods"), wrong)
    assert (answer.code, answer.body["reason"]) == (422, "Invalid")
    fields = {cause["field"] for cause in answer.body["details"]["causes"]}
    assert fields == {"spec.containers[0].name", "spec.containers[0].image"}
    assert {cause["reason"] for cause in answer.body["details"]["causes"]} == {"FieldValueRequired"}


async def test_a_mount_of_a_volume_that_is_not_there_is_invalid(api: Api) -> None:
    wrong = pod("a", fields={"volumeMounts": [{"name": "nope", "mountPath": "/x"}]})
    answer = await api.call("POST", api.path("pods"), wrong)
    assert answer.body["message"] == ('Pod "a" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "nope"')


@pytest.mark.parametrize(("path", "why"), [("/etc", "must be a relative path"), ("a/../../b", "must not contain '..'")])
async def test_a_part_of_a_volume_does_not_lead_out_of_it(api: Api, path: str, why: str) -> None:
    mounts = [{"name": "v", "mountPath": "/x", "subPath": path}]
    wrong = pod("a", fields={"volumeMounts": mounts}, volumes=[{"name": "v", "emptyDir": {}}])
    answer = await api.call("POST", api.path("pods"), wrong)
    assert answer.code == 422
    told = f'spec.containers[0].volumeMounts.subPath: Invalid value: "{path}": {why}'
    assert answer.body["message"] == f'Pod "a" is invalid: {told}'


async def test_a_job_needs_a_restart_policy_of_its_own(api: Api) -> None:
    answer = await api.call("POST", api.path("jobs"), job("a", pod_fields={"restartPolicy": "Always"}))
    assert answer.code == 422
    assert answer.body["message"] == (
        'Job.batch "a" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    )


async def test_a_jobs_template_is_immutable(api: Api) -> None:
    await api.create("jobs", job("a", suspend=False))
    change = {"spec": {"template": {"spec": {"activeDeadlineSeconds": 5}}}}
    answer = await api.call("PATCH", api.path("jobs", "a"), change, media=MERGE_PATCH)
    assert answer.code == 422
    assert answer.body["details"]["causes"][0]["field"] == "spec.template"
    assert "field is immutable" in answer.body["message"]


async def test_a_pods_command_cannot_be_changed(api: Api) -> None:
    await api.create("pods", pod("a"))
    change = [{"op": "replace", "path": "/spec/containers/0/command", "value": ["true"]}]
    answer = await api.call("PATCH", api.path("pods", "a"), change, media=JSON_PATCH)
    assert answer.code == 422
    assert "pod updates may not change fields other than" in answer.body["message"]


async def test_an_ordinary_write_leaves_the_status_alone(api: Api) -> None:
    await api.create("jobs", job("a", suspend=True))
    await api.patch("jobs", "a", {"status": {"succeeded": 7}})
    assert "succeeded" not in (await api.get("jobs", "a"))["status"]


async def test_metadata_only_gets_leave_out_the_rest(api: Api) -> None:
    await api.create("configmaps", config_map("a", {"k": "v"}, annotations={"x": "y"}))
    found = await api.ok("GET", api.path("configmaps", "a"), accept=METADATA)
    assert (found["kind"], found["apiVersion"]) == ("PartialObjectMetadata", "meta.k8s.io/v1")
    assert found["metadata"]["annotations"] == {"x": "y"}
    assert "data" not in found


async def test_an_unknown_path_is_not_found(api: Api) -> None:
    answer = await api.call("GET", f"/apis/batch/v1/namespaces/{api.namespace}/nonsense")
    assert answer.code == 404


async def test_secret_string_data_is_stored_encoded(api: Api) -> None:
    created = await api.create("secrets", {"metadata": {"name": "s"}, "stringData": {"k": "v"}})
    assert created["data"] == {"k": "dg=="}
    assert created["type"] == "Opaque"
    assert "stringData" not in created
