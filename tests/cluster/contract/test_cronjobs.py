"""Schedules that an API server refuses, and with which words."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.model.cron.grammar import CronError, parse
from tests.cluster.contract.client import Api
from tests.cluster.contract.manifests import job

REFUSED = ("0 2 * *", "0 0 * * 7", "0 0 L * *", "0 0 * * fri-mon", "0 0 2 * * *", "@never", "@every 5d", "60 * * * *")

TAKEN = ("? ? ? ? ?", "@every 5m", "5/10 * * * *", "0 0 30 2 *", "@midnight")


def cron_job(schedule: str, **fields: Any) -> dict[str, Any]:
    spec = {"schedule": schedule, "suspend": True, "jobTemplate": {"spec": job("a")["spec"]}, **fields}
    return {"metadata": {"generateName": "cron-"}, "spec": spec}


@pytest.mark.parametrize("schedule", REFUSED)
async def test_a_wrong_schedule_is_invalid_for_the_reason_that_we_tell(api: Api, schedule: str) -> None:
    with pytest.raises(CronError) as ours:
        parse(schedule)
    answer = await api.call("POST", api.path("cronjobs"), cron_job(schedule))
    assert (answer.code, answer.body["reason"]) == (422, "Invalid")
    assert f'spec.schedule: Invalid value: "{schedule}": {ours.value}' in answer.body["message"]


@pytest.mark.parametrize("schedule", TAKEN)
async def test_an_odd_one_is_taken_as_we_take_it(api: Api, schedule: str) -> None:
    parse(schedule)
    assert (await api.create("cronjobs", cron_job(schedule)))["spec"]["schedule"] == schedule


async def test_a_zone_in_the_schedule_is_refused(api: Api) -> None:
    answer = await api.call("POST", api.path("cronjobs"), cron_job("TZ=UTC 0 2 * * *"))
    assert answer.code == 422
    assert "cannot use TZ or CRON_TZ in schedule, use timeZone field instead" in answer.body["message"]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Local"])
async def test_an_unknown_zone_is_invalid(api: Api, zone: str) -> None:
    answer = await api.call("POST", api.path("cronjobs"), cron_job("0 2 * * *", timeZone=zone))
    assert answer.code == 422
    assert f'spec.timeZone: Invalid value: "{zone}"' in answer.body["message"]
