"""What is changed is written down before and after, with who did it; where it has to be and cannot, nothing is done."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster import audit
from k8stui.cluster.audit import Deed, Trail, UnwrittenError, trail_of
from k8stui.cluster.client import Cluster
from k8stui.cluster.credentials import Secret
from k8stui.cluster.errors import InvalidObjectError
from k8stui.cluster.guard import LimitedError
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.cluster.transport_types import Call, SocketAnswer
from k8stui.model.errors import ForbiddenError, RejectedError, UnreachableError
from k8stui.model.guards import Audit
from tests.unit.cluster.fakes import ScriptedTransport, answer, lost, refusal, scripted

ME = answer(201, {"status": {"userInfo": {"username": "jane@example.com"}}})
SECRET = {
    "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": "hunter2"},
}  # fmt: skip


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def asked_of(transport: ScriptedTransport) -> list[str]:
    """What was sent, but for the question who one is."""
    return [call.method for call in transport.calls if not call.path.endswith("selfsubjectreviews")]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSH_CONNECTION", "203.0.113.7 51000 10.0.0.2 22")
    monkeypatch.setenv("SUDO_USER", "jane")
    return tmp_path / "audit.jsonl"


async def test_a_change_is_written_down_before_and_after(file: Path) -> None:
    cluster, _, _ = scripted(ME, answer(201), answer(200), trail=trail_of([Audit(file=str(file))]))
    await cluster.create(SECRET)
    await cluster.delete(PODS, "a", namespace="ml")
    first, second, third, fourth = lines(file)
    assert {**first, "time": ""} == {
        "time": "", "stage": "asked", "id": first["id"], "os_user": first["os_user"], "sudo_user": "jane",
        "ssh_from": "203.0.113.7", "kubernetes_user": "jane@example.com", "verb": "create", "resource": "secrets",
        "namespace": "ns", "name": "s", "context": "test", "server": "https://server",
    }  # fmt: skip
    assert {**second, "time": ""} == {**first, "time": "", "stage": "ended", "outcome": "done"}
    assert (third["verb"], third["resource"], third["namespace"], third["name"]) == ("delete", "pods", "ml", "a")
    assert fourth["id"] == third["id"] != first["id"]
    assert "hunter2" not in text_of(file)
    assert mode_of(file) == 0o600


async def test_what_was_not_done_says_why(file: Path) -> None:
    no = refusal(403, "Forbidden", "pods a is forbidden")
    script = ME, answer(403, no), lost(), answer(503), answer(403, no)
    cluster, _, _ = scripted(*script, *[answer(503)] * 50, trail=trail_of([Audit(file=str(file))]))
    with pytest.raises(ForbiddenError):
        await cluster.delete(PODS, "a")
    with pytest.raises(UnreachableError):
        await cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}})
    with pytest.raises(ForbiddenError):
        async with cluster.exec("a", ["mysql", "-phunter2"]):
            pass
    ended = [line for line in lines(file) if line["stage"] == "ended"]
    assert [(line["verb"], line["outcome"]) for line in ended] == [
        ("delete", "failed"), ("create", "unknown"), ("create", "failed"),
    ]  # fmt: skip
    assert "pods a is forbidden" in ended[0]["cause"]
    assert (ended[2]["subresource"], ended[2]["program"]) == ("exec", "mysql")
    assert "hunter2" not in text_of(file)


async def test_reads_and_dry_runs_are_not_written_down_and_what_limits_refuse_is(file: Path) -> None:
    trail = trail_of([Audit(file=str(file))])
    cluster, transport, _ = scripted(answer(200), answer(200), read_only=True, trail=trail)
    await cluster.get(PODS, "a")
    await cluster.delete(CONFIGMAPS, "a", dry_run=True)
    assert text_of(file) == ""
    with pytest.raises(LimitedError):
        await cluster.delete(PODS, "a")
    (line,) = lines(file)
    assert (line["outcome"], line["name"], len(transport.calls)) == ("refused", "a", 2)
    assert line["cause"].startswith("Read-only mode")


class BrokenSocket:
    """Gives some messages, and then breaks off."""

    protocol = ""

    def __init__(self, messages: Sequence[bytes]) -> None:
        self.messages = list(messages)

    async def receive(self) -> bytes | None:
        if not self.messages:
            raise lost()
        return self.messages.pop(0)

    async def send(self, message: bytes) -> None:
        return None


class OneSocket(ScriptedTransport):
    """Opens one websocket, again and again."""

    def __init__(self, *messages: bytes) -> None:
        super().__init__(ME)
        self.opened = BrokenSocket(messages)

    @asynccontextmanager
    async def socket(self, call: Call, protocols: Sequence[str]) -> AsyncIterator[SocketAnswer]:
        yield SocketAnswer(101, {}, Secret(), socket=self.opened)


async def test_what_was_opened_in_a_pod_is_written_down_once_more_when_it_is_closed(file: Path) -> None:
    transport = OneSocket(b"\x01hello", b"\x01\x50\x00", b"\x01connection refused")
    cluster = Cluster(Requests(transport, trail=trail_of([Audit(file=str(file))])), namespace="ns")
    async with cluster.exec("a", ["psql", "-c", "select hunter2"]) as remote:
        assert [line["stage"] for line in lines(file)] == ["asked", "opened"]
        assert await anext(remote.output()) == (1, b"hello")
    with pytest.raises(RejectedError, match="connection refused"):
        async with cluster.port("a", 80) as port:
            await port.read()
    with pytest.raises(UnreachableError, match="lost"):
        async with cluster.exec("a", ["sh"]) as remote:
            await anext(remote.output())
    with pytest.raises(asyncio.CancelledError):
        async with cluster.exec("a", ["sh"]):
            raise asyncio.CancelledError
    found = lines(file)
    assert [line["stage"] for line in found] == ["asked", "opened", "ended"] * 4
    for start in range(0, len(found), 3):
        assert len({line["id"] for line in found[start : start + 3]}) == 1
    ended = [(line["subresource"], line["outcome"], line.get("cause", "")) for line in found[2::3]]
    assert ended == [
        ("exec", "done", ""), ("portforward", "done", ""), ("exec", "unknown", "lost"), ("exec", "done", ""),
    ]  # fmt: skip
    assert "hunter2" not in text_of(file)


async def test_what_becomes_of_a_store_is_written_down_by_run(file: Path) -> None:
    trail = trail_of([Audit(file=str(file))])
    cluster, _, _ = scripted(ME, trail=trail)
    deeds = {
        1: Deed("delete", "artifacts", "s3://bucket", 7, "ml", "train-1"), 2: Deed("delete", "code", "s3://bucket", 2),
    }  # fmt: skip
    async with cluster.elsewhere(deeds) as failed:
        assert [line["stage"] for line in lines(file)] == ["asked", "asked"]
        failed[2] = "1 of 2 were not deleted: denied"
    with pytest.raises(RejectedError):
        async with cluster.elsewhere({1: Deed("create", "code", "s3://bucket")}):
            raise RejectedError("the bucket is full")
    held, _, _ = scripted(read_only=True, trail=trail)
    with pytest.raises(LimitedError, match="will not delete artifacts in s3://bucket"):
        held.admit_elsewhere(deeds[1])
    _, _, first, second, _, third, fourth = lines(file)
    known = {"time", "id", "os_user", "sudo_user", "ssh_from", "context", "server"}
    assert {key: value for key, value in first.items() if key not in known} == {
        "stage": "ended", "kubernetes_user": "jane@example.com", "verb": "delete", "resource": "artifacts",
        "namespace": "ml", "name": "train-1", "store": "s3://bucket", "objects": 7, "outcome": "done",
    }  # fmt: skip
    assert [(line["resource"], line["outcome"], line.get("cause", "")) for line in (second, third)] == [
        ("code", "failed", "1 of 2 were not deleted: denied"), ("code", "failed", "the bucket is full"),
    ]  # fmt: skip
    assert (fourth["outcome"], fourth["cause"][:9]) == ("refused", "Read-only")


async def test_a_store_is_left_alone_where_that_has_to_be_written_down_and_cannot_be() -> None:
    cluster, _, _ = scripted(ME, trail=trail_of([Audit(file="/dev/full", required=True)]))
    with pytest.raises(UnwrittenError):
        async with cluster.elsewhere({1: Deed("delete", "artifacts", "s3://bucket")}):
            raise AssertionError("it was done")


async def test_values_that_the_server_quotes_are_not_written_down(file: Path) -> None:
    cause = {"field": "data[password]", "message": 'Invalid value: "hunter2"'}
    invalid = refusal(422, "Invalid", 'Secret "s" is invalid: "hunter2"', causes=[cause])
    patched = refusal(400, "BadRequest", 'cannot unmarshal "hunter2"')
    script = ME, answer(422, invalid), answer(400, patched)
    cluster, _, _ = scripted(*script, trail=trail_of([Audit(file=str(file))]))
    for _ in range(2):
        with pytest.raises(InvalidObjectError, match="hunter2"):
            await cluster.create(SECRET)
    ended = [line["cause"] for line in lines(file) if line["stage"] == "ended"]
    assert ended == [
        "Secret s in namespace ns is invalid: data[password]",
        "Could not create Secret s in namespace ns: HTTP 400 BadRequest",
    ]


async def test_who_logs_in_again_may_be_somebody_else(file: Path) -> None:
    other = answer(201, {"status": {"userInfo": {"username": "joe"}}})
    script = ME, answer(401), answer(200), other, answer(200)
    cluster, _, _ = scripted(*script, trail=trail_of([Audit(file=str(file))]))
    await cluster.delete(PODS, "a")
    await cluster.delete(PODS, "b")
    assert [line["kubernetes_user"] for line in lines(file)[::2]] == ["jane@example.com", "joe"]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (lambda _: Audit(file="/dev/full", required=True), "/dev/full cannot be written: No space left on device"),
        (lambda path: Audit(file=str(path / "no" / "a"), required=True), "No such file or directory"),
        (lambda path: Audit(file=str(path), required=True), "Is a directory"),
        (lambda _: Audit(syslog=True, required=True), "cannot be written"),
        (lambda _: Audit(required=True), r"neither audit\.file nor audit\.syslog"),
    ],
    ids=["disk full", "no folder", "a folder", "no syslog", "nothing set"],
)
async def test_what_has_to_be_written_down_and_cannot_be_is_not_done(
    place: Callable[[Path], Audit], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SYSLOG", str(tmp_path / "nobody-listens"))
    cluster, transport, _ = scripted(ME, *[answer(200)] * 9, trail=trail_of([place(tmp_path)]))
    for _ in range(2):
        with pytest.raises(UnwrittenError, match=rf"{why}.* Nothing was done\."):
            await cluster.delete(PODS, "a")
        with pytest.raises(UnwrittenError):
            async with cluster.port("a", 80):
                pass
    await cluster.get(PODS, "a")  # Looking is no change.
    assert asked_of(transport) == ["GET"]


async def test_a_log_that_is_not_required_keeps_nobody_from_anything_and_its_failure_is_told(file: Path) -> None:
    trail = trail_of([Audit(file="/dev/full"), Audit(file=str(file), required=True)])
    cluster, _, _ = scripted(ME, answer(200), trail=trail)
    await cluster.delete(PODS, "a")
    assert cluster.unwritten == "The audit log /dev/full cannot be written: No space left on device."
    assert [line["stage"] for line in lines(file)] == ["asked", "ended"]


async def test_a_disk_that_fills_up_meanwhile_does_not_hide_what_was_done() -> None:
    room = [True, False]

    def sink(_: bytes) -> None:
        if not room.pop(0):
            raise OSError(28, "No space left on device")

    cluster, transport, _ = scripted(ME, answer(200), trail=Trail({"here": sink}, ["here"]))
    await cluster.delete(PODS, "a")
    assert asked_of(transport) == ["DELETE"]
    assert "No space left" in cluster.unwritten


async def test_syslog_gets_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SYSLOG", str(tmp_path / "log"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "log"))
        cluster, _, _ = scripted(ME, answer(200), trail=trail_of([Audit(syslog=True, required=True)]))
        await cluster.delete(PODS, "a")
        head, _, line = listener.recv(9999).decode().partition(": ")
        assert head.startswith("<86>k8stui[")
        assert json.loads(line)["name"] == "a"


def test_no_link_is_followed_to_another_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic links"):
        audit.file_sink(str(tmp_path / "link"))(b"{}")
    assert not (tmp_path / "other").exists()
