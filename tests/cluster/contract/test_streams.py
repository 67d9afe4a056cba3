"""Commands in containers and connections to ports of pods, by k8stui's own client."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.remote import STDERR, STDOUT, Outcome
from k8stui.control.pods.forwarding import Forward, Ports
from k8stui.control.pods.shell import Shell, exit_code, find_shell
from k8stui.model.errors import ForbiddenError, InvalidInputError, NotFoundError, RejectedError
from tests.cluster.contract.client import WAIT, Api, Obj
from tests.cluster.contract.manifests import SLEEP, container, phase, pod, running
from tests.cluster.contract.ports import ECHO, echoed, free_port


@pytest.fixture
async def opened(api: Api, contract_kubeconfig: Path) -> AsyncIterator[Cluster]:
    """Give our client for the namespace."""
    async with await connect(kubeconfig=contract_kubeconfig, namespace=api.namespace) as cluster:
        yield cluster


async def result(
    cluster: Cluster, *command: str, given: bytes | None = None, tty: tuple[int, int] | None = None
) -> tuple[dict[int, bytes], Outcome]:
    """Run a command in the pod `a` to its end."""
    said: dict[int, bytes] = {}
    async with cluster.exec("a", command, stdin=given is not None, tty=tty is not None) as remote:
        if tty:
            await remote.resize(*tty)
        if given is not None:
            await remote.send(given)
            if not tty:
                await remote.end_input()
        async for stream, data in remote.output():
            said[stream] = said.get(stream, b"") + data
    assert remote.outcome is not None
    return said, remote.outcome


async def test_a_command_has_output_errors_and_an_exit_code(api: Api, opened: Cluster) -> None:
    await api.create("pods", pod("a", SLEEP))
    await api.until("pods", "a", running)
    said, outcome = await result(opened, "sh", "-c", "echo out; echo $HOSTNAME $((1+1)) >&2; exit 3")
    assert said == {STDOUT: b"out\n", STDERR: b"a 2\n"}
    assert outcome.code == 3
    assert (await result(opened, "true"))[1] == Outcome(0)
    assert (await result(opened, "sh", "-c", "kill -9 $$"))[1].code == 137
    said, outcome = await result(opened, "cat", given=b"x" * 100_000)
    assert (len(said[STDOUT]), outcome.code) == (100_000, 0)

    # On a terminal, of the size that is told: a kubelet passes the size on beside the input, perhaps a moment after it.
    typed = b"until [ \"$(stty size)\" != '0 0' ]; do sleep 0.1; done; stty size; echo $TERM; exit 5\n"
    said, outcome = await result(opened, "sh", tty=(101, 33), given=typed)
    assert b"33 101\r\nxterm\r\n" in said[STDOUT]
    assert (list(said), outcome.code) == ([STDOUT], 5)

    # What is not there.
    for command in ("nosuch", "/nosuch"):
        _, outcome = await result(opened, command)
        with pytest.raises(RejectedError, match=f"Container main of pod a has no program '{command}'"):
            exit_code(Shell(api.namespace, "a", "main", (command,)), outcome)
    with pytest.raises(RejectedError, match="container bad is not valid for pod a"):
        async with opened.exec("a", ["true"], container="bad"):
            pass
    with pytest.raises(NotFoundError, match="Pod b in namespace"):
        async with opened.exec("b", ["true"]):
            pass


def all_run(found: Obj, number: int) -> bool:
    """Whether so many containers of a pod run."""
    states = [one.get("state") or {} for one in (found.get("status") or {}).get("containerStatuses") or ()]
    return sum("running" in state for state in states) == number


async def test_a_container_has_to_be_named_and_to_run(api: Api, opened: Cluster) -> None:
    two = pod("a", SLEEP)
    two["spec"]["containers"].append(container(SLEEP) | {"name": "side"})
    await api.create("pods", two)
    await api.create("pods", pod("done"))
    await api.until("pods", "a", lambda found: all_run(found, 2))
    with pytest.raises(RejectedError, match=r"choose one of: \[main side\]"):
        async with opened.exec("a", ["true"]):
            pass
    with pytest.raises(InvalidInputError, match="Pod a has several containers: main, side"):
        await find_shell(opened, "a")
    assert (await find_shell(opened, "a", container="side")).container == "side"
    await api.until("pods", "done", phase("Succeeded"))
    async with opened.exec("done", ["true"]) as remote:
        assert [piece async for piece in remote.output()] == []
    assert remote.outcome is not None
    with pytest.raises(RejectedError, match="Container main of pod done is not running any more"):
        exit_code(Shell(api.namespace, "done", "main"), remote.outcome)
    with pytest.raises(RejectedError, match=r"No container of pod done is running \(succeeded\)"):
        await find_shell(opened, "done")


def with_token(kubeconfig: Path, folder: Path, token: str) -> Path:
    """Return a kubeconfig for the same cluster whose user has that token."""
    config = yaml.safe_load(kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token}
    path = folder / "reader"
    path.write_text(yaml.safe_dump(config))
    return path


async def test_who_may_only_read_pods_may_not_reach_into_them(
    api: Api, contract_kubeconfig: Path, opened: Cluster, tmp_path: Path
) -> None:
    await api.create("pods", pod("a", SLEEP))
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader"}}
    await api.create("serviceaccounts", account)
    token = await api.ok("POST", api.path("serviceaccounts", "reader", "token"), {"spec": {"expirationSeconds": 3600}})
    reader = with_token(contract_kubeconfig, tmp_path, token["status"]["token"])
    await api.until("pods", "a", running)
    async with await connect(kubeconfig=reader, namespace=api.namespace) as cluster:
        with pytest.raises(ForbiddenError, match="may not get pods/exec in namespace"):
            async with cluster.exec("a", ["true"]):
                pass
        with pytest.raises(ForbiddenError, match="may not get pods/portforward in namespace"):
            async with cluster.port("a", 80):
                pass
    async with await connect(kubeconfig=contract_kubeconfig, namespace=api.namespace, read_only=True) as cluster:
        with pytest.raises(ForbiddenError, match=r"Read-only mode \(.*\): will not run a command in Pod a"):
            async with cluster.exec("a", ["true"]):
                pass


async def test_a_forwarded_port_serves_many_connections_until_the_pod_ends(api: Api, opened: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        local = taken.getsockname()[1]
        remote = free_port()
        await api.create("pods", pod("a", ECHO.format(port=remote)))
        await api.until("pods", "a", running)
        with pytest.raises(InvalidInputError, match=f"Local port {local} cannot be used: Address already in use"):
            await Forward(opened, "a", Ports(local, remote)).start()
    async with api.stream(api.path("pods", "a", "log"), follow="true") as lines:
        assert await anext(lines) == b"ready\n"
    forward, wrong = Forward(opened, "a", Ports(0, remote)), Forward(opened, "a", Ports(0, 9))
    await forward.start()
    await wrong.start()
    assert [await echoed(forward.ports.local, said) for said in (b"one!", b"two!")] == [b"ONE!", b"TWO!"]
    assert await echoed(wrong.ports.local, b"x") == b""
    assert "Port 9 of pod a cannot be reached" in wrong.said
    wrong.stop()
    assert (wrong.ended, forward.ended) == ("stopped", "")
    await api.ok("DELETE", api.path("pods", "a"), {"gracePeriodSeconds": 0})
    async with asyncio.timeout(WAIT):
        await forward.wait()
    assert forward.ended == "pod a is gone"
    with pytest.raises(ConnectionError):
        await echoed(forward.ports.local, b"x")


async def test_a_port_of_a_pod_is_reached(api: Api, opened: Cluster) -> None:
    number = free_port()
    await api.create("pods", pod("a", ECHO.format(port=number)))
    await api.until("pods", "a", running)
    async with api.stream(api.path("pods", "a", "log"), follow="true") as lines:
        assert await anext(lines) == b"ready\n"
    for _ in range(2):  # each connection is one of its own
        async with opened.port("a", number) as port:
            await port.write(b"hello")
            assert await port.read() == b"HELLO"
            await port.write(b"end!")
            assert await port.read() == b"END!"
            assert await port.read() is None
    async with opened.port("a", 9) as port:
        with pytest.raises(RejectedError, match=r"Port 9 of pod a cannot be reached: .*connection refused"):
            await port.read()
