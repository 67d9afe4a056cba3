"""Nothing is called but the API server: no update checks, no telemetry, whichever screen is shown."""

from __future__ import annotations

import asyncio
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from k8stui.cluster.client import Cluster
from k8stui.embedded import EmbeddedCluster
from tests.embedded.calls import Calls
from tests.embedded.center import center
from tests.embedded.runs import ended, start


async def test_no_screen_calls_anything_but_the_api_server(
    embedded: EmbeddedCluster, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = await ended(cluster, await start(cluster, "chain", length=2))
    server = urlsplit(embedded.url)
    with Calls().recorded(monkeypatch) as calls:
        async with center(embedded) as (pilot, until):
            await until(run.run, "add to 1")
            await pilot.press("t")
            await until("Critical path")
            for key, title in (("2", "PODS"), ("3", "SCHEDULES"), ("4", "EVENTS"), ("5", "CONTEXTS"), ("1", "RUNS")):
                await pilot.press(key)
                await until(title)
        assert calls.seen == {(server.hostname, server.port)}
        with pytest.raises(OSError, match="refused"):
            await asyncio.to_thread(urllib.request.urlopen, "http://127.0.0.1:1/")
        assert ("127.0.0.1", 1) in calls.seen, "the recorder hears what others call, too"
