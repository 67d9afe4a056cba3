"""Schedules that an API server refuses, and with which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from k8stui.model.cron.grammar import CronError, parse
from tests.cluster.contract.client import MERGE_PATCH, Api
from tests.cluster.contract.manifests import job

REFUSED = ("0 2 * *", "0 0 * * 7", "0 0 L * *", "0 0 * * fri-mon", "0 0 2 * * *", "@never", "@every 5d", "60 * * * *")

TAKEN = ("? ? ? ? ?", "@every 5m", "5/10 * * * *", "0 0 30 2 *", "@midnight")


def firing(schedule: str, **fields: Any) -> dict[str, Any]:
    spec = {"schedule": schedule, "suspend": True, "jobTemplate": {"spec": job("a")["spec"]}, **fields}
    return {"metadata": {"generateName": "cron-"}, "spec": spec}


@pytest.mark.parametrize("schedule", REFUSED)
async def test_a_wrong_schedule_is_invalid_for_the_reason_that_we_tell(api: Api, schedule: str) -> None:
    with pytest.raises(CronError) as ours:
        parse(schedule)
    answer = await api.call("POST", api.path("cronjobs"), firing(schedule))
    assert (answer.code, answer.body["reason"]) == (422, "Invalid")
    assert f'spec.schedule: Invalid value: "{schedule}": {ours.value}' in answer.body["message"]


@pytest.mark.parametrize("schedule", TAKEN)
async def test_an_odd_one_is_taken_as_we_take_it(api: Api, schedule: str) -> None:
    parse(schedule)
    assert (await api.create("cronjobs", firing(schedule)))["spec"]["schedule"] == schedule


async def test_a_zone_in_the_schedule_is_refused(api: Api) -> None:
    answer = await api.call("POST", api.path("cronjobs"), firing("TZ=UTC 0 2 * * *"))
    assert answer.code == 422
    assert "cannot use TZ or CRON_TZ in schedule, use timeZone field instead" in answer.body["message"]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Local"])
async def test_an_unknown_zone_is_invalid(api: Api, zone: str) -> None:
    answer = await api.call("POST", api.path("cronjobs"), firing("0 2 * * *", timeZone=zone))
    assert answer.code == 422
    assert f'spec.timeZone: Invalid value: "{zone}"' in answer.body["message"]


async def test_the_generation_grows_with_the_spec_and_not_with_firings_or_labels(api: Api) -> None:
    name = (await api.create("cronjobs", firing("0 2 * * *")))["metadata"]["name"]
    assert (await api.get("cronjobs", name))["metadata"]["generation"] == 1
    for change, generation in (
        ({"spec": {"schedule": "0 3 * * *"}}, 2),
        ({"spec": {"schedule": "0 3 * * *"}}, 2),
        ({"metadata": {"annotations": {"a": "b"}, "labels": {"c": "d"}}}, 2),
        ({"spec": {"startingDeadlineSeconds": 100}}, 3),
        ({"spec": {"startingDeadlineSeconds": None}, "metadata": {"annotations": {"a": "c"}}}, 4),
        ({"spec": {"jobTemplate": {"spec": {"backoffLimit": 3}}}}, 5),
        ({"metadata": {"generation": 50}}, 5),
    ):
        assert (await api.patch("cronjobs", name, change))["metadata"]["generation"] == generation, change
    fired = {"status": {"lastScheduleTime": "2026-11-24T02:00:00Z"}}
    before = await api.get("cronjobs", name)
    after = await api.patch("cronjobs", name, fired, "status")
    assert after["metadata"]["generation"] == 5
    assert after["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]


async def test_a_write_that_is_bound_to_a_version_fails_after_a_firing(api: Api) -> None:
    made = await api.create("cronjobs", firing("0 2 * * *"))
    name, version = made["metadata"]["name"], made["metadata"]["resourceVersion"]
    await api.patch("cronjobs", name, {"status": {"lastScheduleTime": "2026-11-24T02:00:00Z"}}, "status")
    bound = {"metadata": {"resourceVersion": version}, "spec": {"suspend": False}}
    answer = await api.call("PATCH", api.path("cronjobs", name), bound, media=MERGE_PATCH)
    assert (answer.code, answer.body["reason"]) == (409, "Conflict")
    assert (await api.get("cronjobs", name))["spec"]["suspend"] is True


async def test_a_new_schedule_makes_up_for_a_time_since_the_last_firing_at_the_next_look(api: Api) -> None:
    now = datetime.now(UTC)
    last = (now - timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = (await api.create("cronjobs", firing("0 0 1 1 *", suspend=False)))["metadata"]["name"]
    await api.patch("cronjobs", name, {"status": {"lastScheduleTime": last}}, "status")
    due = (now - timedelta(minutes=5)).replace(second=0, microsecond=0)
    await api.patch("cronjobs", name, {"spec": {"schedule": f"{due.minute} * * * *", "suspend": True}})
    await api.patch("cronjobs", name, {"spec": {"suspend": False}})
    made_up = await api.until("cronjobs", name, lambda found: found["status"]["lastScheduleTime"] != last)
    assert made_up["status"]["lastScheduleTime"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_schedule_that_never_fires_is_called_invalid_in_an_event(api: Api) -> None:
    made = await api.create("cronjobs", firing("0 0 30 2 *", suspend=False))
    name, uid = made["metadata"]["name"], made["metadata"]["uid"]
    (event,) = await api.until_listed("events", bool, fieldSelector=f"involvedObject.uid={uid}")
    assert (event["type"], event["reason"]) == ("Warning", "InvalidSchedule")
    assert event["message"] == (
        "invalid schedule: 0 0 30 2 * : time difference between two schedules is less than 1 second"
    )
    assert "lastScheduleTime" not in (await api.get("cronjobs", name)).get("status", {})


async def test_a_deadline_below_the_distance_of_every_lets_it_never_fire(api: Api) -> None:
    every = {"suspend": False, "jobTemplate": {"spec": {**job("a")["spec"], "suspend": True}}}
    short = await api.create("cronjobs", firing("@every 4s", startingDeadlineSeconds=2, **every))
    other = await api.create("cronjobs", firing("@every 4s", **every))
    await api.until(
        "cronjobs", other["metadata"]["name"], lambda found: bool((found.get("status") or {}).get("lastScheduleTime"))
    )
    found = await api.get("cronjobs", short["metadata"]["name"])
    assert "lastScheduleTime" not in (found.get("status") or {})
