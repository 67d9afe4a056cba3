"""Schedules in the control center, against the embedded cluster: from keys to the CronJob."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.cluster.resources import CRONJOBS
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.listing import list_schedules, show_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.app import ControlCenter
from k8stui_tui.store import Store
from tests.embedded.center import connection_to, waiting
from tests.embedded.command import shell
from tests.embedded.runs import eventually, scheduled

KEYS = {" ": "space", "*": "asterisk"}


def typed(text: str) -> list[str]:
    return ["end", "ctrl+u", *(KEYS.get(character, character) for character in text)]


async def test_a_schedule_is_edited_by_keys_and_another_editor_is_not_overruled_unseen(
    embedded: EmbeddedCluster,
) -> None:
    connection = connection_to(embedded)
    async with connection() as cluster:
        name = await scheduled(cluster, "due")
        uid = (await cluster.get(CRONJOBS, name))["metadata"]["uid"]
        app = ControlCenter(Store(connection), theme="dark")
        async with app.run_test(size=(120, 40)) as pilot:
            until = waiting(app, pilot)
            await until("live")
            await pilot.press("3")
            await until(name)
            await pilot.press("e")
            await until(f"Schedule {name}", "embedded, namespace default")
            await pilot.press(*typed("5 4 1 1 *"))
            await until("At 04:05, on day 1 of the month, only in January")
            await pilot.press("ctrl+s")
            await until("DETAILS", "cron            5 4 1 1 *")
            stored = await cluster.get(CRONJOBS, name)
            assert (stored["spec"]["schedule"], stored["metadata"]["uid"]) == ("5 4 1 1 *", uid)
            (change,) = (await show_schedule(cluster, name)).changes
            assert [field.new for field in change.fields] == ["5 4 1 1 *"]

            await pilot.press("e")
            await until(f"Schedule {name}")
            await edit_schedule(cluster, name, ScheduleEdit(cron="6 4 1 1 *", failed_history=5))
            await pilot.press(*typed("7 4 1 1 *"), "ctrl+s")
            await until("since you opened it", "6 4 1 1 *")
            assert (await cluster.get(CRONJOBS, name))["spec"]["schedule"] == "6 4 1 1 *"
            await pilot.press("2")

            async def spec() -> dict[str, object]:
                found: dict[str, object] = (await cluster.get(CRONJOBS, name))["spec"]
                return found

            found = await eventually(spec, until=lambda found: found["schedule"] == "7 4 1 1 *")
            assert found["failedJobsHistoryLimit"] == 5


async def test_a_schedule_is_created_by_keys(
    embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(tmp_path, tmp_path)
    monkeypatch.chdir(tmp_path)

    connection = connection_to(embedded)
    app = ControlCenter(Store(connection), theme="dark")
    async with connection() as cluster, app.run_test(size=(120, 40)) as pilot:
        until = waiting(app, pilot)
        await until("live")
        await pilot.press("3", "c")
        await until("quick.py", "slow.py")
        await pilot.press("q", "enter")
        await until("New schedule of quick", "embedded, namespace default")
        await pilot.press(*typed("5 4 1 1 *"))
        await until("At 04:05, on day 1 of the month, only in January")
        await pilot.press("ctrl+s")
        await until("DETAILS", "cron            5 4 1 1 *")
        (found,) = await list_schedules(cluster)
        assert (found.pipeline, found.cron, found.time_zone, found.suspended) == (
            "quick",
            "5 4 1 1 *",
            "Etc/UTC",
            False,
        )


async def test_a_parameter_is_edited_by_keys_with_the_code_that_is_kept(embedded: EmbeddedCluster) -> None:
    connection = connection_to(embedded)
    app = ControlCenter(Store(connection), theme="dark")
    async with connection() as cluster, app.run_test(size=(160, 50)) as pilot:
        name = await scheduled(cluster, "chain", length=2)
        until = waiting(app, pilot)
        await until("live")
        await pilot.press("3")
        await until(name)
        await pilot.press("e")
        await until(f"Schedule {name}", "param.length")
        await pilot.press(*["tab"] * 7, *typed("3"))
        await until("param.length: 2 -> 3")
        await pilot.press("ctrl+s")
        await until(f"Load the code that is kept with {name} on this machine?")
        assert (await show_schedule(cluster, name)).parameters["length"] == 2
        await pilot.press("y")
        await until("DETAILS")

        async def parameters() -> dict[str, object]:
            return (await show_schedule(cluster, name)).parameters

        await eventually(parameters, until=lambda found: found["length"] == 3)

        board = app.store.schedules.current
        assert board is not None

        async def seen() -> dict[str, object]:
            found = board.find(cluster.namespace, name)
            return found.parameters if found else {}

        await eventually(seen, until=lambda found: found.get("length") == 3)
        await pilot.press("e")
        await until(f"Schedule {name}", "param.seconds", "settings")
        await pilot.press(*["tab"] * 9, *typed("python:4"))
        await until("image: ")
        await pilot.press("ctrl+s")
        await until(f"Load the code that is kept with {name} on this machine?")
        await pilot.press("y")

        async def image() -> str:
            return (await show_schedule(cluster, name)).image

        await eventually(image, until=lambda found: found == "python:4")
        assert (await show_schedule(cluster, name)).parameters["length"] == 3
