"""The artifact store in the manifests of a run."""

from __future__ import annotations

import json
from typing import Any

from k8stui.incluster.wire.variables import ENV_ARCHIVE, ENV_STORE_SECRETS
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.compiler import compile_run
from k8stui.plan.kept import VOLUME, archive_of
from k8stui.plan.request import CompiledRun, RunRequest
from k8stui.plan.storing import mount_claim, owner_of
from tests.unit.plan.samples import pipeline, python_step


def compiled(**request: Any) -> CompiledRun:
    return compile_run(pipeline(python_step("a")), RunRequest(namespace="ml", **request))


CLAIM = ArtifactStoreConfig(path="file:///mnt/artifacts", claim="results")
BUCKET = ArtifactStoreConfig(path="s3://bucket/$team", options={"endpoint_url": "http://s3"})


def test_a_claim_is_mounted_at_the_stores_path_in_each_step() -> None:
    [template] = compiled(artifact_store=CLAIM).plan.templates
    [container] = template["spec"]["containers"]
    assert template["spec"]["volumes"] == [{"name": VOLUME, "persistentVolumeClaim": {"claimName": "results"}}]
    assert container["volumeMounts"] == [{"name": VOLUME, "mountPath": "/mnt/artifacts"}]


def test_logs_are_archived_where_there_is_a_store_unless_a_step_shall_not() -> None:
    for store in (CLAIM, BUCKET):
        [template] = compiled(artifact_store=store, place="uid").plan.templates
        told = {one["name"]: one for one in template["spec"]["containers"][0]["env"]}
        assert told[ENV_ARCHIVE]["value"] == str(16 << 20)
        assert archive_of([{}, template]) == (store, owner_of("uid", "my_pipeline"))
    config = KubernetesOrchestratorConfig(archive_logs=False)
    for less in (compiled(artifact_store=CLAIM, config=config), compiled()):
        assert archive_of(less.plan.templates) is None
    little = compiled(artifact_store=CLAIM, config=KubernetesOrchestratorConfig(archive_logs_limit=1))
    assert f'"{1 << 20}"' in json.dumps(little.plan.templates)


def test_what_the_author_mounts_there_stays() -> None:
    mounts: list[dict[str, Any]] = [{"name": "own", "mountPath": "/mnt/artifacts/"}]
    spec: dict[str, Any] = {"containers": [{"name": "step", "volumeMounts": mounts}], "volumes": [{"name": "own"}]}
    mount_claim(spec, CLAIM)
    assert spec["volumes"] == [{"name": "own"}]


def test_secrets_stand_in_no_plan_and_no_record() -> None:
    secrets = {"secret": "hush"}
    config = KubernetesOrchestratorConfig(pass_token_as_secret=True)
    made = compiled(artifact_store=BUCKET, store_secrets=secrets, config=config)
    assert made.plan.credentials == (ENV_STORE_SECRETS,)
    assert made.secret is not None
    assert list(made.secret["data"]) == [ENV_STORE_SECRETS]
    assert "hush" not in repr(RunRequest(namespace="ml", store_secrets=secrets))
    assert "hush" not in json.dumps([made.record, *made.parts, made.job]) + made.plan.to_text()


def test_results_of_a_store_with_other_options_are_not_taken() -> None:
    def digest(**options: str) -> str:
        store = ArtifactStoreConfig(path="s3://bucket", options=options)
        return compiled(artifact_store=store).plan.steps[0].cache

    assert digest() == digest() != digest(endpoint_url="http://minio:9000")
