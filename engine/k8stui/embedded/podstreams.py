"""Commands in containers and connections to ports of pods, over websockets as the real servers speak them.

Rules: the packages `remotecommand` and `portforward` of Kubernetes. The first byte of each message says which stream it
is of; each stream of a connection to a port begins with the port's number.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import WSMsgType, web

from k8stui.embedded.failures import bad_request
from k8stui.embedded.kubelet.command import StartError
from k8stui.embedded.kubelet.execution import Execution
from k8stui.embedded.kubelet.node import Node
from k8stui.embedded.kubelet.state import ADDRESS
from k8stui.embedded.objects import Obj, name_of, uid_of
from k8stui.embedded.registry import POD
from k8stui.embedded.resources import Resources
from k8stui.embedded.routes import Route, truthy

_STDIN, _ERROR, _RESIZE, _CLOSE = 0, 3, 4, 255
_EXEC_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_PORT_PROTOCOLS = ("v4.channel.k8s.io",)
_INTERNAL = "Internal error occurred: "
_NOT_STARTED = (
    f"{_INTERNAL}{_INTERNAL}error executing command in container: failed to exec in container: failed to start exec: "
    "OCI runtime exec failed: exec failed: unable to start container process: "
)


class PodStreams:
    """Answers requests for exec and portforward."""

    def __init__(self, resources: Resources, node: Node) -> None:
        self._resources, self._node = resources, node

    async def exec(self, request: web.Request, route: Route) -> web.StreamResponse:
        """Run a command in a container.

        Raises:
            ApiError: It is refused before the connection is upgraded.
        """
        pod = self._pod(route)
        name, command = container_name(pod, request.query.get("container", "")), request.query.getall("command", [])
        if not command:
            raise bad_request("you must specify at least one command for the container")
        socket = await _upgraded(request, _EXEC_PROTOCOLS)
        status = _failure(f'{_INTERNAL}unable to upgrade connection: container not found ("{name}")')
        runner = self._node.runner_of(uid_of(pod), name)
        if runner is not None and runner.pid is not None:
            try:
                running = runner.execute(command, tty=truthy(request.query.get("tty")))
            except (StartError, OSError) as error:
                status = _failure(_NOT_STARTED + str(error).rpartition("unable to start container process: ")[2])
            else:
                status = await _attend(socket, running)
        await _send(socket, bytes([_ERROR]) + json.dumps(status).encode())
        await socket.close()
        return socket

    async def forward(self, request: web.Request, route: Route) -> web.StreamResponse:
        """Connect to a port of a pod.

        Raises:
            ApiError: It is refused before the connection is upgraded.
        """
        pod = self._pod(route)
        ports = request.query.getall("ports", [])
        if len(ports) != 1 or not ports[0].isdecimal():
            raise bad_request(f"ports must be one number here, not {ports}")
        port = int(ports[0])
        socket = await _upgraded(request, _PORT_PROTOCOLS)
        for channel in (0, 1):
            await _send(socket, bytes([channel]) + port.to_bytes(2, "little"))
        try:
            reader, writer = await asyncio.open_connection(ADDRESS, port)
        except OSError:
            said = f'failed to connect to localhost:{port} inside namespace "{name_of(pod)}": connection refused'
            await _send(socket, b"\1" + f"error forwarding port {port} to pod {name_of(pod)}: {said}".encode())
        else:
            await _join(socket, reader, writer)
        await socket.close()
        return socket

    def _pod(self, route: Route) -> Obj:
        pod = self._resources.get(POD, route.namespace, route.name)
        if not pod["spec"].get("nodeName"):
            raise bad_request(f"pod {route.name} does not have a host assigned")
        return pod


def container_name(pod: Obj, wanted: str) -> str:
    """Return the container that is meant.

    Raises:
        ApiError: 400, there is none of that name, or several and none is named.
    """
    spec = pod["spec"]
    names = [str(c["name"]) for field in ("containers", "initContainers") for c in spec.get(field) or []]
    main = [str(c["name"]) for c in spec["containers"]]
    if wanted:
        if wanted not in names:
            raise bad_request(f"container {wanted} is not valid for pod {name_of(pod)}")
        return wanted
    if len(main) > 1:
        listed = " ".join(main)
        inits = " ".join(str(c["name"]) for c in spec.get("initContainers") or [])
        more = f" or one of the init containers: [{inits}]" if inits else ""
        raise bad_request(f"a container name must be specified for pod {name_of(pod)}, choose one of: [{listed}]{more}")
    return main[0]


async def _upgraded(request: web.Request, protocols: tuple[str, ...]) -> web.WebSocketResponse:
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise bad_request("Upgrade request required")
    socket = web.WebSocketResponse(protocols=protocols)
    await socket.prepare(request)
    return socket


async def _send(socket: web.WebSocketResponse, message: bytes) -> None:
    # Whoever has gone misses nothing.
    with contextlib.suppress(ConnectionError):
        await socket.send_bytes(message)


async def _attend(socket: web.WebSocketResponse, running: Execution) -> Obj:
    """Pass input and output on until the command has ended; who hangs up ends it, as the runtime does."""
    hearing = asyncio.create_task(_hear(socket, running))
    try:
        async for stream, data in running.output():
            await _send(socket, bytes([stream]) + data)
        code = await running.wait()
    finally:
        running.kill()
        hearing.cancel()
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    said = f"command terminated with exit code {code}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: {said}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


async def _hear(socket: web.WebSocketResponse, running: Execution) -> None:
    async for data in _messages(socket):
        if data[0] == _STDIN:
            running.send(data[1:])
        elif data[0] == _CLOSE:
            running.end_input()
        elif data[0] == _RESIZE:
            size = json.loads(data[1:])
            running.resize(int(size["Width"]), int(size["Height"]))
    running.hang_up()


async def _messages(socket: web.WebSocketResponse) -> AsyncIterator[bytes]:
    async for message in socket:
        if message.type is WSMsgType.BINARY and message.data:
            yield message.data


def _failure(message: str) -> Obj:
    return {"metadata": {}, "status": "Failure", "message": message, "reason": "InternalError", "code": 500}


async def _join(socket: web.WebSocketResponse, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def inwards() -> None:
        async for data in _messages(socket):
            writer.write(data[1:])
            await writer.drain()

    async def outwards() -> None:
        while data := await reader.read(32 * 1024):
            await _send(socket, b"\0" + data)

    await _until_one_ends(inwards, outwards)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def _until_one_ends(*works: Callable[[], Awaitable[None]]) -> None:
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
