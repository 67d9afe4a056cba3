"""What is changed is written down before and after, with who did it; where it has to be and cannot, nothing is done."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster import audit
from k8stui.cluster.audit import Trail, UnwrittenError, trail_of
from k8stui.cluster.guard import LimitedError
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.model.errors import ForbiddenError, UnreachableError
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
