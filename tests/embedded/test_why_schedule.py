"""Why a schedule does not fire, asked of a cluster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, SERVICE_ACCOUNTS
from k8stui.control.describing.reading import describe_schedule
from k8stui.control.diagnosis.finding import Diagnosis, Level
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.switching import resume_schedule, suspend_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.schedules.why import why_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.model.errors import NotFoundError
from k8stui.model.schedule import Concurrency, ScheduleSpec
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from tests.cluster.deleting import delete_all
from tests.embedded.firing import pretend_last_fired
from tests.embedded.readers import reader_of
from tests.embedded.runs import PIPELINES, eventually


def minutes_ago(minutes: int) -> str:
    """An hourly expression that was due so many minutes ago."""
    return f"{(datetime.now(UTC) - timedelta(minutes=minutes)).minute} * * * *"


async def scheduled(cluster: Cluster, pipeline: str = "due", *, settings: Settings | None = None, **spec: Any) -> str:
    """A suspended schedule of a pipeline."""
    found = load(f"{PIPELINES / 'lines.py'}:{pipeline}").trace(spec.pop("parameters", {}))
    found = replace(found, settings=settings or found.settings)
    known = {"cron": minutes_ago(20), "suspend": True, **spec}
    return (await create_schedule(cluster, found, ScheduleSpec(**known))).name


async def told(cluster: Cluster, name: str, start: str) -> list[Diagnosis]:
    """The answer, once one of its sentences begins so."""
    return await eventually(
        lambda: why_schedule(cluster, name), until=lambda found: any(one.sentence.startswith(start) for one in found)
    )


async def test_one_that_is_not_due_says_when_it_is(cluster: Cluster) -> None:
    name = await scheduled(cluster, suspend=False)
    (own,) = await why_schedule(cluster, name)
    view = await show_schedule(cluster, name)
    assert view.next is not None
    assert own.sentence.startswith(
        f"on time: it fires first at {datetime.fromtimestamp(view.next, UTC):%Y-%m-%d %H:%M}"
    )
    with pytest.raises(NotFoundError, match="no schedule 'none'"):
        await why_schedule(cluster, "none")


async def test_a_suspended_one_names_who_did_it(cluster: Cluster) -> None:
    name = await scheduled(cluster, suspend=False)
    await suspend_schedule(cluster, name)
    (own,) = await why_schedule(cluster, name)
    assert own.sentence.startswith("suspended: it does not fire until it is resumed; since ")
    assert own.sentence.endswith(" by kubernetes-admin")


async def test_a_run_that_goes_on_holds_the_next_one_back(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    name = await scheduled(cluster, "waiting", concurrency=Concurrency.FORBID, parameters={"flag": str(flag)})
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.5)
    await resume_schedule(cluster, name)
    view = await eventually(lambda: show_schedule(cluster, name), until=lambda found: bool(found.active))
    await cluster.patch(CRONJOBS, name, {"spec": {"schedule": minutes_ago(5)}})
    own, *_ = await told(cluster, name, "held back")
    assert own.level is Level.WAITING
    assert own.sentence.startswith(f"held back: run {view.active[0]} goes on and the concurrency policy is Forbid")
    flag.touch()


async def test_a_time_beyond_its_starting_deadline_is_told_lost(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, starting_deadline=60, suspend=False)
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.8)
    (own,) = await why_schedule(cluster, name)
    assert own.sentence.startswith("left out: the run that was due at ")
    assert (await show_schedule(cluster, name)).missed == 1
    await suspend_schedule(cluster, name)
    await resume_schedule(cluster, name)
    (own,) = await why_schedule(cluster, name)
    assert own.level is Level.FINE
    assert (await show_schedule(cluster, name)).missed == 0


async def test_a_quota_that_keeps_its_run_from_starting(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster)
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": {"hard": {"pods": "0"}}}
    await cluster.create(quota)
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.5)
    await resume_schedule(cluster, name)
    own, other = await told(cluster, name, "queued: quota few of the namespace is used up")
    assert own.level is Level.FINE
    view = await show_schedule(cluster, name)
    assert other.subject == f"orchestrator of {view.active[0]}"
    assert other.evidence


async def test_a_service_account_that_is_gone(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "etl"}}
    await cluster.create(account)
    name = await scheduled(cluster, settings=Settings(service_account_name="etl"))
    await cluster.delete(SERVICE_ACCOUNTS, "etl")
    await trigger_schedule(cluster, name)
    own, other = await told(cluster, name, "queued: service account etl does not exist in the namespace")
    assert own.sentence.startswith("suspended")
    assert other.level is Level.STUCK


async def test_a_lost_template_is_told_before_it_is_missed(cluster: Cluster) -> None:
    name = await scheduled(cluster, suspend=False)
    await delete_all(cluster, CONFIGMAPS, labels=f"{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}")
    own, other = await why_schedule(cluster, name)
    assert own.level is Level.FINE
    assert other.sentence.startswith("incomplete: its template is gone")


async def test_who_may_not_read_events_is_told_less(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, suspend=False)
    kubeconfig = await reader_of(cluster, embedded, "ada", "cronjobs", "jobs", "configmaps", "pods")
    async with await connect(kubeconfig=kubeconfig) as ada:
        (own,) = await why_schedule(ada, name)
        assert own.level is Level.FINE


async def test_it_is_described_with_why_first_then_times_runs_changes_and_events(
    embedded: EmbeddedCluster, cluster: Cluster
) -> None:
    name = await scheduled(cluster, time_zone="Asia/Tokyo", parameters={})
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.5)
    await resume_schedule(cluster, name)
    await eventually(lambda: show_schedule(cluster, name), until=lambda found: bool(found.outcomes))
    text = await describe_schedule(cluster, name)
    lines = text.splitlines()
    assert lines[0].split() == ["Schedule:", name]
    parts = [
        "Status:",
        "on time: it fires next at",
        "In words:",
        "Next:",
        "Asia/Tokyo  ",
        "Runs:",
        "succeeded",
        "Changes:",
    ]
    places = [text.index(part) for part in [*parts, "Events:", "SuccessfulCreate"]]
    assert places == sorted(places)
    assert sum(line.endswith(" JST") or " JST " in line for line in lines) == 5
    assert "Success:" in text
    assert "1 of the last 1 runs that ended" in text
