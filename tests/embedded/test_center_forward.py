"""A port of a pod is forwarded from the screens, listed and ended there."""

from __future__ import annotations

import asyncio

from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster
from tests.cluster.contract.ports import ECHO, echoed, free_port
from tests.embedded.center import center
from tests.embedded.pods import made, manifest


async def test_a_port_is_forwarded_listed_and_ended(embedded: EmbeddedCluster) -> None:
    remote, local = free_port(), free_port()
    pod = manifest("echo", ECHO.format(port=remote))
    pod["spec"]["containers"][0]["ports"] = [{"containerPort": remote}]
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, pod, status="running")
        async with asyncio.timeout(60):
            assert await anext(aiter(cluster.logs("echo", follow=True))) == [b"ready"]  # now it listens
    async with center(embedded) as (pilot, until):
        await pilot.press("2")
        await until("echo")
        await pilot.press("F")
        await until("Forward which port of echo?", f":{remote}", "Only this machine can connect.")
        await pilot.press("home", *"nothing", "enter")
        await until("names no ports.")
        await pilot.press("escape")
        await until("PODS", gone="Forward which port")
        await pilot.press("F")
        await until("Forward which port")
        await pilot.press("home", *str(local), "enter")
        await until(f"port {local} forwarded", f"127.0.0.1:{local} is port {remote} of pod echo now.")
        assert await echoed(local, b"hello!") == b"HELLO!"
        await pilot.press("colon", *"forwards", "enter")
        await until("Forwarded ports", f"127.0.0.1:{local}", "listening")
        await pilot.press("D")
        await until("No port is forwarded.")
        await pilot.press("q")
        await until("PODS", gone="Forwarded ports")
        await pilot.press("ctrl+o")
        await until("Commands, the newest first", f"port-forward pod/echo :{remote}")
        await pilot.press("q")
