"""Frames of commands and ports, and what a refused or lost websocket becomes."""

from __future__ import annotations

import json

import pytest
from aiohttp import WSCloseCode, web

from k8stui.cluster.client import Cluster
from k8stui.cluster.remote import STDERR, STDOUT, Outcome, PodPort, RemoteCommand, outcome_of
from k8stui.cluster.retry import NO_RETRY
from k8stui.model.errors import ForbiddenError, RejectedError, UnreachableError
from tests.unit.cluster.fakes import StaticCredentials, refusal, serve


class Scripted:
    """A websocket that gives what is scripted, and keeps what was sent."""

    def __init__(self, *messages: bytes, protocol: str = "v5.channel.k8s.io") -> None:
        self.protocol, self.sent = protocol, list[bytes]()
        self._messages = list(messages)

    async def receive(self) -> bytes | None:
        return self._messages.pop(0) if self._messages else None

    async def send(self, message: bytes) -> None:
        self.sent.append(message)


SUCCESS = b"\3" + json.dumps({"status": "Success"}).encode()


async def test_streams_are_told_apart_and_empty_messages_passed_over() -> None:
    command = RemoteCommand(Scripted(b"\1", b"\1out", b"\2err", b"", SUCCESS))
    assert [piece async for piece in command.output()] == [(STDOUT, b"out"), (STDERR, b"err")]
    assert command.outcome == Outcome(0)


async def test_a_connection_that_ends_before_the_command_is_no_success() -> None:
    command = RemoteCommand(Scripted(b"\1out"))
    with pytest.raises(UnreachableError, match="The connection ended before the command did"):
        async for _ in command.output():
            pass
    assert command.outcome is None


async def test_input_size_and_the_end_of_input_are_framed() -> None:
    socket = Scripted()
    command = RemoteCommand(socket)
    await command.send(b"x" * 40_000)
    await command.resize(80, 24)
    await command.end_input()
    assert [(message[0], len(message)) for message in socket.sent[:2]] == [(0, 32_769), (0, 7_233)]
    assert socket.sent[2:] == [b'\4{"Width": 80, "Height": 24}', b"\xff\0"]


async def test_an_older_server_is_not_told_the_end_of_input() -> None:
    socket = Scripted(protocol="v4.channel.k8s.io")
    await RemoteCommand(socket).end_input()
    assert socket.sent == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ({"status": "Success"}, Outcome(0)),
        (
            {
                "reason": "NonZeroExitCode",
                "message": "m",
                "details": {"causes": [{"reason": "ExitCode", "message": "7"}]},
            },
            Outcome(7, "m"),
        ),
        ({"reason": "InternalError", "message": "no such file"}, Outcome(None, "no such file")),
    ],
)
def test_the_last_status_is_the_outcome(status: dict[str, object], outcome: Outcome) -> None:
    assert outcome_of(json.dumps(status).encode()) == outcome


def test_a_status_that_is_none_is_told_as_it_is() -> None:
    assert outcome_of(b"upstream gone") == Outcome(None, "upstream gone")


async def test_the_number_before_each_stream_of_a_port_is_no_data() -> None:
    port = PodPort(Scripted(b"\0\x50\0", b"\1\x50\0", b"\0hello", b"\1refused"), "a", 80)
    assert await port.read() == b"hello"
    with pytest.raises(RejectedError, match="Port 80 of pod a cannot be reached: refused"):
        await port.read()


async def test_why_a_websocket_is_refused_is_read_from_the_answer() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response(refusal(403, "Forbidden", "not today"), status=403)

    async with serve(handler) as api, api.cluster() as cluster:
        with pytest.raises(ForbiddenError, match="not today"):
            async with cluster.exec("a", ["sh"]):
                pass


async def test_a_rotated_token_is_picked_up_by_websockets_and_all_words_arrive() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"] != "Bearer new":
            return web.json_response(refusal(401), status=401)
        socket = web.WebSocketResponse(protocols=("v4.channel.k8s.io",))
        await socket.prepare(request)
        await socket.send_bytes(b"\1" + " ".join(request.query.getall("command")).encode())
        await socket.send_bytes(SUCCESS)
        await socket.close()
        return socket

    async with serve(handler) as api, api.cluster(credentials=StaticCredentials("old", "new")) as cluster:
        async with cluster.exec("a", ["echo", "b c", "d"]) as remote:
            assert [piece async for piece in remote.output()] == [(STDOUT, b"echo b c d")]
        assert remote.outcome == Outcome(0)


async def output(cluster: Cluster) -> list[tuple[int, bytes]]:
    async with cluster.exec("a", ["sh"]) as remote:
        return [piece async for piece in remote.output()]


async def test_a_websocket_that_breaks_off_is_a_lost_connection() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_bytes(b"\1out")
        assert request.transport
        request.transport.abort()
        await socket.close(code=WSCloseCode.GOING_AWAY)
        return socket

    async with serve(handler) as api, api.cluster(policy=NO_RETRY) as cluster:
        with pytest.raises(UnreachableError):
            await output(cluster)
