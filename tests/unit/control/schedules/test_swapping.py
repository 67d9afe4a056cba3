"""A schedule's next template."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from k8stui.cluster.client import Cluster
from k8stui.control.schedules.swapping import make_template
from k8stui.control.schedules.template import KeptTemplate
from k8stui.incluster.wire.variables import ENV_STORE
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.request import CompiledSchedule
from k8stui.plan.schedule import compile_schedule
from k8stui.plan.storing import owner_of, store_variables
from tests.unit.plan.samples import REQUEST, pipeline, python_step


class Accepting:
    """A cluster that takes whatever it is given."""

    async def list(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return []

    async def get(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"metadata": {"uid": "u"}}

    async def create(self, manifest: dict[str, Any], **_: Any) -> dict[str, Any]:
        return manifest


async def swapped(**request: Any) -> CompiledSchedule:
    """What comes after a template that was asked for so."""
    spec = pipeline(python_step("a"))
    before = compile_schedule(spec, ScheduleSpec(cron="@daily"), replace(REQUEST, **request))
    cron_job = {**before.cron_job, "metadata": {**before.cron_job["metadata"], "uid": "u"}}
    made = await make_template(
        cast("Cluster", Accepting()),
        KeptTemplate(cron_job, before.plan, b""),
        spec,
        overrides={},
        image="",
        cache=True,
        submitter="ada",
        dry_run=True,
    )
    return made.compiled


async def test_it_pulls_by_the_secret_of_the_one_before() -> None:
    after = await swapped(pull_secret="reg")
    for pod in (after.cron_job["spec"]["jobTemplate"]["spec"]["template"], *after.plan.templates):
        assert pod["spec"]["imagePullSecrets"] == [{"name": "reg"}]
    assert KeptTemplate(after.cron_job, after.plan, b"").pull_secret == "reg", "the one after it does, too"


async def test_it_keeps_results_where_the_one_before_does() -> None:
    claim = ArtifactStoreConfig(path="file:///mnt/artifacts", claim="results")
    bucket = ArtifactStoreConfig(path="s3://bucket/$team", options={"endpoint_url": "http://s3"})
    for store in (claim, bucket, None):
        after = await swapped(artifact_store=store)
        told = [one for one in after.plan.templates[0]["spec"]["containers"][0]["env"] if one["name"] == ENV_STORE]
        assert told == store_variables(store, owner_of("u", "my_pipeline"))
        assert KeptTemplate(after.cron_job, after.plan, b"").artifact_store == store, "the one after it does, too"
