"""Ports of pods on this machine: each connection to a local port becomes one of its own to the pod.

So a lost connection to the cluster ends the connections that are open and nothing else: the next one goes through
again, to the same pod, for as long as that lives. It is watched, and its end ends the forward. Only this machine can
connect.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.remote import PodPort
from k8stui.cluster.resources import PODS
from k8stui.cluster.tasks import end
from k8stui.control.pods.shell import running_containers
from k8stui.model.errors import InvalidInputError, K8stuiError, as_told

HOST = "127.0.0.1"

LINGER = 5.0
"""Seconds of silence after which a connection is closed whose local side has nothing more to send: a websocket cannot
pass on that half of an end."""

STOPPED = "stopped"
"""Why one has ended that a person has stopped."""

_PIECE = 32 * 1024


@dataclass(frozen=True)
class Ports:
    """Which port of the pod stands at which local one; 0 for any that is free."""

    local: int
    remote: int


def parse_ports(text: str) -> Ports:
    """`8080:80`, `:80` for any free local port, `80` for the same one.

    Raises:
        InvalidInputError: It is something else.
    """
    local, colon, remote = text.strip().rpartition(":")
    try:
        ports = Ports(int(local or 0) if colon else int(remote), int(remote))
    except ValueError:
        ports = Ports(-1, -1)
    if not (0 <= ports.local <= 65535 and 1 <= ports.remote <= 65535):
        raise InvalidInputError(
            f"{text!r} names no ports.", hint="As 8080:80, or :80 for any local port that is free, or 80 for the same."
        )
    return ports


def declared_ports(pod: dict[str, Any]) -> list[int]:
    """The ports that a pod's containers say they listen on."""
    return [
        int(port["containerPort"])
        for container in pod["spec"]["containers"]
        for port in container.get("ports") or ()
        if port.get("protocol", "TCP") == "TCP"
    ]


class Forward:
    """One port of a pod at a local port.

    Attributes:
        namespace: Of the pod.
        pod: Its name.
        ports: Which; the local one is known once it is open.
        open: How many connections there are now.
        said: Why the last connection went wrong; empty when none did.
        ended: Why it has ended; empty while it goes on.
    """

    def __init__(self, cluster: Cluster, pod: str, ports: Ports, *, namespace: str | None = None) -> None:
        self.namespace, self.pod, self.ports = namespace or cluster.namespace, pod, ports
        self.open = 0
        self.said = self.ended = ""
        self._cluster = cluster
        self._uid = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    @property
    def address(self) -> str:
        """Where to connect."""
        return f"{HOST}:{self.ports.local}"

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            InvalidInputError: The local port is taken.
            RejectedError: No container of the pod runs.
            ForbiddenError: It may not be done.
        """
        pod = await self._cluster.get(PODS, self.pod, namespace=self.namespace)
        running_containers(pod)
        self._uid = str(pod["metadata"]["uid"])
        # Whether it may be done is told now and not when somebody connects; nothing needs to listen for that.
        async with self._cluster.port(self.pod, self.ports.remote, namespace=self.namespace):
            pass
        try:
            self._server = await asyncio.start_server(self._connected, HOST, self.ports.local)
        except OSError as error:
            raise InvalidInputError(
                f"Local port {self.ports.local} cannot be used: {os.strerror(error.errno or 0)}.",
                hint=f":{self.ports.remote} takes any that is free.",
            ) from None
        self.ports = Ports(int(self._server.sockets[0].getsockname()[1]), self.ports.remote)
        self._begin(self._watch())

    async def wait(self) -> None:
        """Return when it has ended; `ended` says why."""
        await self._over.wait()

    def stop(self, why: str = STOPPED) -> None:
        """End it, with the connections that are open."""
        if self.ended:
            return
        self.ended = why
        self._over.set()
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"forward of {self.pod}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        try:
            fields = f"metadata.name={self.pod}"
            async with Mirror(self._cluster, PODS, namespace=self.namespace, fields=fields) as mirror:
                await mirror.wait_synced()
                changes = mirror.changes()
                while not (why := self._why_over(mirror.objects.get((self.namespace, self.pod)))):
                    await anext(changes)
        except K8stuiError as error:
            # Who may not watch it learns of its end by a connection that fails.
            self.said = error.message
        else:
            self.stop(why)

    def _why_over(self, pod: dict[str, Any] | None) -> str:
        if pod is None or pod["metadata"].get("uid") != self._uid:
            return f"pod {self.pod} is gone"
        phase = str((pod.get("status") or {}).get("phase"))
        return f"pod {self.pod} has {phase.lower()}" if phase in ("Succeeded", "Failed") else ""

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._begin(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            async with self._cluster.port(self.pod, self.ports.remote, namespace=self.namespace) as port:
                await _join(reader, writer, port)
        except (K8stuiError, ConnectionError, RuntimeError) as error:
            self.said = as_told(error).message
        finally:
            self.open -= 1
            writer.close()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: PodPort) -> None:
    """Pass on both ways until one side has ended."""
    heard = asyncio.Event()

    async def outwards() -> None:
        while data := await port.read():
            heard.set()
            writer.write(data)
            await writer.drain()

    async def inwards() -> None:
        while data := await reader.read(_PIECE):
            await port.write(data)
        with suppress(TimeoutError):
            while True:
                heard.clear()
                await asyncio.wait_for(heard.wait(), LINGER)

    # The pod's side is asked first: why it refuses is told there, when our writing only fails.
    tasks = [asyncio.create_task(outwards()), asyncio.create_task(inwards())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[1] in done and tasks[1].exception() is not None:
            await asyncio.wait(tasks[:1], timeout=LINGER)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        await end(*tasks)
