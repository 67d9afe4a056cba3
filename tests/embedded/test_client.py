"""`Client` against the embedded cluster."""

from __future__ import annotations

import asyncio

import pytest

from k8stui import Client
from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import NotFoundError
from k8stui.model.schedule import ScheduleSpec
from tests.embedded.runs import PIPELINES


async def test_schedules_and_runs_are_found_and_a_schedule_goes_with_its_cron_job(
    cluster: Cluster, embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8STUI_KUBECONFIG", str(embedded.kubeconfig))
    spec = load(f"{PIPELINES / 'lines.py'}:due").trace({})
    name = (await create_schedule(cluster, spec, ScheduleSpec(cron="5 2 * * *"))).name
    run = await trigger_schedule(cluster, name)

    def script() -> None:
        client = Client()
        assert [one.name for one in client.list_schedules()] == [name]
        assert [one.name for one in client.list_schedules(pipeline="due")] == [client.get_schedule(name).name]
        assert client.list_schedules(pipeline="other") == []
        client.delete_schedule(name, running="keep")
        assert client.list_schedules() == []
        with pytest.raises(NotFoundError):
            client.get_schedule(name)
        while not client.list_pipeline_runs(pipeline="due"):  # its record comes with its orchestrator
            continue
        assert client.get_pipeline_run(run).schedule == name
        with pytest.raises(NotFoundError):
            client.get_pipeline_run("nobody-knows")

    await asyncio.to_thread(script)
