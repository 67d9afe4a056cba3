"""Events, on the screen and by `k8stui events`, against the embedded cluster."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from k8stui.cluster.connect import connect
from k8stui.control.events.board import EventBoard
from k8stui.control.runs.board import RunBoard
from k8stui.embedded import EmbeddedCluster
from tests.embedded.center import center
from tests.embedded.command import shell
from tests.embedded.pods import SLEEP, made, manifest


async def test_events_arrive_on_the_screen_as_they_happen(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster, center(embedded) as (pilot, until):
        await pilot.press("4", "tab")
        await until("There are no events in namespace default yet.", "Nothing is wrong, as far as can be seen.")
        await made(cluster, manifest("busy", SLEEP), status="running")
        await until("Scheduled", "Started", "pod/busy", "live")
        await pilot.press("slash", *"reason:started", "enter")
        await until("1 of ")
        await pilot.press("enter")
        await until("Pods", "busy", "running")


async def test_a_board_has_the_events_of_one_object(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, manifest("busy", SLEEP), manifest("other", SLEEP), status="running")
        async with RunBoard(cluster) as runs, EventBoard(cluster, runs) as board:
            await runs.wait_synced()
            await board.wait_synced()
            assert {line.name for line in board.lines} == {"busy", "other"}
            assert {"Scheduled", "Started"} <= {line.event.reason for line in board.lines if line.name == "busy"}


def test_events_are_listed_filtered_and_told_as_json(tmp_path: Path, embedded_kubeconfig: Path) -> None:
    here = shell(tmp_path, embedded_kubeconfig)
    done = here.k8stui("run", "quick.py", "--param", "n=-1", "-o", "json")
    run = json.loads(done.stdout)["run"]
    found = json.loads(here.k8stui("events", f"run:{run}", "kind:pod", "reason:started", "-o", "json").stdout)
    assert {one["run"] for one in found} == {run}
    assert {one["name"] for one in found} >= {f"{run}-load-1", f"{run}-double-1"}
    table = here.k8stui("events", f"object:pod/{run}-load-1", "type:normal").stdout.splitlines()
    assert table[0].split() == ["LAST", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE"]
    assert all(f"pod/{run}-load-1" in line for line in table[1:])
    refused = here.k8stui("events", "sort:x")
    assert refused.returncode == 2
    assert "there is no such field" in refused.stderr


async def test_events_are_followed_as_they_come_until_the_person_leaves(
    embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, manifest("there", SLEEP), status="running")
        here = shell(tmp_path, embedded.kubeconfig)
        process = here.start("events", "-f", "reason:started", "-o", "json")
        stream = process.stdout
        assert stream is not None

        async def name_of_next() -> str:
            line = await asyncio.wait_for(asyncio.to_thread(stream.readline), 60)
            return str(json.loads(line)["name"])

        assert await name_of_next() == "there"
        await made(cluster, manifest("later", SLEEP), status="running")
        assert await name_of_next() == "later"
        process.send_signal(signal.SIGINT)
        said, complained = await asyncio.to_thread(process.communicate, timeout=60)
        assert (said, complained, process.returncode) == ("", "", 130)
