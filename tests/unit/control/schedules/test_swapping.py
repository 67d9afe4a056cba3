"""A schedule's next template."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from k8stui.cluster.client import Cluster
from k8stui.control.schedules.swapping import make_template
from k8stui.control.schedules.template import KeptTemplate
from k8stui.model.schedule import ScheduleSpec
from k8stui.plan.schedule import compile_schedule
from tests.unit.plan.samples import REQUEST, pipeline, python_step


class Accepting:
    """A cluster that takes whatever it is given."""

    async def create(self, manifest: dict[str, Any], **_: Any) -> dict[str, Any]:
        return manifest


async def test_it_pulls_by_the_secret_of_the_one_before() -> None:
    spec = pipeline(python_step("a"))
    before = compile_schedule(spec, ScheduleSpec(cron="@daily"), replace(REQUEST, pull_secret="reg"))
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
    after = made.compiled
    for pod in (after.cron_job["spec"]["jobTemplate"]["spec"]["template"], *after.plan.templates):
        assert pod["spec"]["imagePullSecrets"] == [{"name": "reg"}]
    assert KeptTemplate(after.cron_job, after.plan, b"").pull_secret == "reg", "the one after it does, too"
