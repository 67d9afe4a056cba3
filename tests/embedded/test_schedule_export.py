"""A schedule that was exported, deleted and applied again is a schedule as before, whatever becomes of its runs."""

from __future__ import annotations

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.runs.watching import wait_run
from k8stui.control.schedules.deleting import delete_schedule
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.exporting import export_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError
from tests.embedded.runs import PATIENCE, eventually, scheduled
from tests.zenmls import zenml_cron_job


async def test_what_was_exported_is_applied_and_fires(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    before = await show_schedule(cluster, name)
    await edit_schedule(cluster, name, ScheduleEdit(cron="0 1 29 2 *"))
    found = await export_schedule(cluster, name)
    assert await export_schedule(cluster, name) == found
    assert [one["kind"] for one in found.manifests][-1] == "CronJob"
    assert {key for one in found.manifests for key in one["metadata"]} == {"name", "namespace", "labels", "annotations"}
    assert all("status" not in one for one in found.manifests)
    assert found.notes == ("Its service account and role: k8stui init -n default --dry-run",)

    await delete_schedule(cluster, name)
    await eventually(lambda: _of(cluster, name), until=lambda left: not left)
    for manifest in found.manifests:
        await cluster.create(manifest)
    view = await show_schedule(cluster, name)
    assert (view.cron, view.changes, view.parameters) == ("0 1 29 2 *", (), before.parameters)
    for _ in range(2):  # the first run takes nothing along that the second one needs
        run = await trigger_schedule(cluster, name)
        assert (await wait_run(cluster, run, timeout=PATIENCE)).state is RunState.SUCCEEDED
        await delete_run(cluster, run)
    await delete_schedule(cluster, name)
    await eventually(lambda: _of(cluster, name), until=lambda left: not left)


async def _of(cluster: Cluster, name: str) -> list[str]:
    found = await cluster.list(CONFIGMAPS, labels=f"{names.LABEL_SCHEDULE}={name}", metadata_only=True)
    code = await cluster.list(CONFIGMAPS, labels=f"{names.LABEL_COMPONENT}={names.COMPONENT_CODE}", metadata_only=True)
    return [one["metadata"]["name"] for one in (*found, *code)]


async def test_one_of_zenml_is_not_exported(cluster: Cluster) -> None:
    await cluster.create(zenml_cron_job("1a119013-nightly-training", schedule="0 0 1 1 *"))
    with pytest.raises(InvalidInputError, match="was made by zenml: an export is not possible here"):
        await export_schedule(cluster, "1a119013-nightly-training")
