"""Editing schedules on the embedded cluster: in place, bound to what was seen, and each change is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.editing import NO_DEADLINE, ScheduleEdit, edit_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.switching import resume_schedule, suspend_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.registry import CRON_JOB
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.model.schedule import Concurrency, ScheduleSpec
from tests.cluster.deleting import delete_all
from tests.embedded.runs import PIPELINES, scheduled

NEVER = ScheduleSpec(cron="0 0 30 2 *")


def fire(embedded: EmbeddedCluster, cluster: Cluster, name: str) -> None:
    """Change a CronJob's status, and so its version, as a firing does."""

    def change(found: dict[str, Any]) -> None:
        found["status"] = {**(found.get("status") or {}), "lastScheduleTime": "2026-11-24T02:00:00Z"}

    found = embedded.resources.get(CRON_JOB, cluster.namespace, name)
    embedded.resources.change(CRON_JOB, found, change, subresource="status")


async def test_each_field_of_the_cronjob_is_edited_in_place(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    uid = (await cluster.get(CRONJOBS, name))["metadata"]["uid"]
    edit = ScheduleEdit(
        cron="5 2 * * *",
        time_zone="Europe/Berlin",
        suspend=False,
        concurrency=Concurrency.REPLACE,
        starting_deadline=90,
        successful_history=7,
        failed_history=0,
    )
    view = await edit_schedule(cluster, name, edit)
    assert view == await show_schedule(cluster, name)
    stored = await cluster.get(CRONJOBS, name)
    assert stored["metadata"]["uid"] == uid
    assert {key: value for key, value in stored["spec"].items() if key != "jobTemplate"} == {
        "schedule": "5 2 * * *",
        "timeZone": "Europe/Berlin",
        "suspend": False,
        "concurrencyPolicy": "Replace",
        "startingDeadlineSeconds": 90,
        "successfulJobsHistoryLimit": 7,
        "failedJobsHistoryLimit": 0,
    }
    assert view.next is not None
    (change,) = view.changes
    assert (change.generation, change.by) == (view.generation, view.submitted_by)
    assert [field.field for field in change.fields] == [
        "cron", "time-zone", "suspend", "concurrency", "starting-deadline", "successful-history", "failed-history",
    ]  # fmt: skip
    view = await edit_schedule(cluster, name, ScheduleEdit(starting_deadline=NO_DEADLINE))
    assert "startingDeadlineSeconds" not in (await cluster.get(CRONJOBS, name))["spec"]
    assert [(one.field, one.old, one.new) for one in view.changes[0].fields] == [("starting-deadline", "90", "none")]


async def test_an_edit_that_comes_to_nothing_writes_nothing(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    before = await cluster.get(CRONJOBS, name)
    view = await edit_schedule(cluster, name, ScheduleEdit(suspend=True, time_zone="Etc/UTC", starting_deadline="none"))
    assert view.changes == ()
    assert await cluster.get(CRONJOBS, name) == before


async def test_a_zone_is_written_where_the_cronjob_has_none_though_it_is_the_default(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    await cluster.patch(CRONJOBS, name, {"spec": {"timeZone": None}})
    assert "timeZone" not in (await cluster.get(CRONJOBS, name))["spec"]
    view = await edit_schedule(cluster, name, ScheduleEdit(time_zone="Etc/UTC"))
    assert (await cluster.get(CRONJOBS, name))["spec"]["timeZone"] == "Etc/UTC"
    assert [(one.field, one.old, one.new) for one in view.changes[0].fields] == [("time-zone", "", "Etc/UTC")]


async def test_of_two_editors_the_second_is_told_what_the_first_has_changed(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    seen = await show_schedule(cluster, name)
    first = await edit_schedule(cluster, name, ScheduleEdit(cron="@daily", suspend=False), seen=seen)
    with pytest.raises(ConflictError, match="was changed since it was looked at") as refused:
        await edit_schedule(cluster, name, ScheduleEdit(cron="@hourly"), seen=seen)
    by = first.submitted_by
    lines = refused.value.hint.splitlines()
    assert lines[0].startswith(f"cron: 0 0 29 2 * -> @daily ({by}, ")
    assert lines[1].startswith(f"suspend: yes -> no ({by}, ")
    assert (await show_schedule(cluster, name)).cron == "@daily"
    with pytest.raises(ConflictError, match=f"generation {seen.generation} then, {first.generation} now"):
        await edit_schedule(cluster, name, ScheduleEdit(cron="@hourly"), seen=seen.generation)
    assert (await edit_schedule(cluster, name, ScheduleEdit(cron="@hourly"), seen=first)).cron == "@hourly"


async def test_a_firing_in_between_is_no_conflict(
    embedded: EmbeddedCluster, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await scheduled(cluster, "due")
    seen = await show_schedule(cluster, name)
    patch, tries = cluster.patch, 0

    async def fired_meanwhile(*arguments: Any, **options: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries == 1:
            fire(embedded, cluster, name)
        return await patch(*arguments, **options)

    monkeypatch.setattr(cluster, "patch", fired_meanwhile)
    view = await edit_schedule(cluster, name, ScheduleEdit(cron="@daily"), seen=seen)
    assert (tries, view.cron, len(view.changes)) == (2, "@daily", 1)


async def test_an_own_write_whose_answer_was_lost_is_no_conflict_and_is_kept_once(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await scheduled(cluster, "due")
    seen = await show_schedule(cluster, name)
    patch = cluster.patch

    async def twice(*arguments: Any, **options: Any) -> Any:
        await patch(*arguments, **options)
        return await patch(*arguments, **options)

    monkeypatch.setattr(cluster, "patch", twice)
    view = await edit_schedule(cluster, name, ScheduleEdit(cron="@daily"), seen=seen)
    assert (view.cron, len(view.changes)) == ("@daily", 1)


async def test_many_editors_at_once_lose_no_change_of_each_other(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    edits = (
        ScheduleEdit(cron="@daily"),
        ScheduleEdit(time_zone="Asia/Kolkata"),
        ScheduleEdit(concurrency=Concurrency.FORBID),
        ScheduleEdit(starting_deadline=30),
    )
    await asyncio.gather(*(edit_schedule(cluster, name, edit) for edit in edits))
    view = await show_schedule(cluster, name)
    assert (view.cron, view.time_zone, view.concurrency) == ("@daily", "Asia/Kolkata", "Forbid")
    assert view.starting_deadline == 30
    assert len(view.changes) == len(edits)


async def test_suspending_and_resuming_are_changes_like_others(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    await suspend_schedule(cluster, name)  # It is suspended already.
    await resume_schedule(cluster, name)
    await suspend_schedule(cluster, name)
    changes = (await show_schedule(cluster, name)).changes
    assert [(field.old, field.new) for change in changes for field in change.fields] == [("no", "yes"), ("yes", "no")]


async def test_what_was_changed_without_us_is_told_from_the_first_moment(cluster: Cluster) -> None:
    spec = load(f"{PIPELINES / 'lines.py'}:due").trace({})
    for schedule in (NEVER, ScheduleSpec(cron=NEVER.cron, suspend=True)):
        name = (await create_schedule(cluster, spec, schedule)).name
        view = await show_schedule(cluster, name)
        assert view.changes == ()
        await cluster.patch(CRONJOBS, name, {"spec": {"schedule": "1 1 31 4 *"}})
        (change,) = (await show_schedule(cluster, name)).changes
        assert [(field.old, field.new) for field in change.fields] == [(NEVER.cron, "1 1 31 4 *")]
        await edit_schedule(cluster, name, ScheduleEdit(cron="@daily"))
        assert [change.fields[0].new for change in (await show_schedule(cluster, name)).changes] == [
            "@daily",
            "1 1 31 4 *",
        ]


async def test_nothing_is_written_of_an_edit_that_is_not_possible_as_a_whole(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due")
    before = await cluster.get(CRONJOBS, name)
    with pytest.raises(InvalidInputError, match="time_zone 'Mars'"):
        await edit_schedule(cluster, name, ScheduleEdit(cron="@daily", time_zone="Mars"))
    await delete_all(cluster, CONFIGMAPS, labels=f"{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}")
    with pytest.raises(ConflictError, match="lost its template"):
        await edit_schedule(cluster, name, ScheduleEdit(cron="@daily", suspend=False))
    assert await cluster.get(CRONJOBS, name) == before
    with pytest.raises(NotFoundError, match="no schedule 'weekly'"):
        await edit_schedule(cluster, "weekly", ScheduleEdit(cron="@daily"))
