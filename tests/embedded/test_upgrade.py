"""What earlier versions of k8stui have left in a cluster is seen, goes on, is changed and deleted by this one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, SECRETS
from k8stui.control.describing.reading import describe_run, describe_schedule
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.logs.stream import LogLine
from k8stui.control.namespaces.access import ensure_account
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.runs.watching import wait_run
from k8stui.control.schedules.deleting import delete_schedule
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.exporting import export_schedule
from k8stui.control.schedules.listing import list_schedules, show_schedule
from k8stui.control.schedules.refreshing import Refreshed, refresh_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.schedules.why import why_schedule
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from tests import forking
from tests.embedded.runs import PATIENCE, eventually, step_of
from tests.environ import clean_environ
from tests.older import VERSIONS, objects, owned_by


async def create(cluster: Cluster, made: list[dict[str, Any]]) -> dict[str, Any]:
    """Create the objects as their version did; gives the first."""
    first = await cluster.create(made[0])
    for manifest in owned_by(first, made[1:]):
        await cluster.create(manifest)
    return first


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_schedule_of_an_earlier_version(cluster: Cluster, embedded: EmbeddedCluster, version: str) -> None:
    await ensure_account(cluster, "default")
    await create(cluster, objects(version)["schedule"])
    (listed,) = await list_schedules(cluster)
    assert (listed.name, listed.pipeline, listed.submitted_by, listed.cron) == ("older", "older", "ada", "0 0 29 2 *")
    assert "Schedule: " in await describe_schedule(cluster, "older")
    assert (await why_schedule(cluster, "older"))[0].sentence.startswith("suspended")

    run = await trigger_schedule(cluster, "older")
    view = await wait_run(cluster, run, timeout=PATIENCE)
    assert (view.state, step_of(view, "double").results) == (RunState.SUCCEEDED, {"output": 8})

    edited = await edit_schedule(cluster, "older", ScheduleEdit(cron="0 1 29 2 *"))
    assert edited.cron == "0 1 29 2 *"
    assert await refresh_schedule(cluster, "older") is Refreshed.NONE
    assert (await export_schedule(cluster, "older")).manifests[-1]["kind"] == "CronJob"
    environ = {**clean_environ(), "KUBECONFIG": str(embedded.kubeconfig)}
    line = ("schedule", "edit", "older", "--param", "n=5", "--yes")
    done = await asyncio.to_thread(forking.k8stui, line, environ=environ)
    assert done.returncode == 0, done.stderr
    again = await wait_run(cluster, await trigger_schedule(cluster, "older"), timeout=PATIENCE)
    assert (again.state, step_of(again, "double").results) == (RunState.SUCCEEDED, {"output": 10})
    assert (await show_schedule(cluster, "older")).parameters == {"n": 5}

    await delete_schedule(cluster, "older")
    labels = f"{names.LABEL_SCHEDULE}=older,{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}"
    await eventually(lambda: cluster.list(CONFIGMAPS, labels=labels), until=lambda left: not left)
    await eventually(lambda: cluster.list(SECRETS, labels=names.LABEL_SCHEDULE), until=lambda left: not left)
    assert await cluster.list(CRONJOBS) == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_run_under_an_earlier_orchestrator(cluster: Cluster, version: str) -> None:
    await ensure_account(cluster, "default")
    record = await create(cluster, objects(version)["run"])
    run = record["metadata"]["labels"][names.LABEL_RUN_ID]
    lines, last = set(), None
    async for item in follow_run(cluster, run):
        if isinstance(item, LogLine):
            lines.add((item.step, item.text))
        elif isinstance(item, Ended):
            last = item.run
    assert last is not None
    assert (last.state, step_of(last, "double").results) == (RunState.SUCCEEDED, {"output": 8})
    assert lines >= {("load", "loading 4"), ("double", "doubling 4")}
    assert [(one.run, one.state) for one in await list_runs(cluster)] == [(run, RunState.SUCCEEDED)]
    assert [step.state for step in (await show_run(cluster, run)).steps] == [step.state for step in last.steps]
    assert run in await describe_run(cluster, run)
    await delete_run(cluster, run)
    left = await eventually(
        lambda: cluster.list(CONFIGMAPS, labels=f"{names.LABEL_RUN_ID}={run}", metadata_only=True),
        until=lambda found: not found,
    )
    assert left == []
