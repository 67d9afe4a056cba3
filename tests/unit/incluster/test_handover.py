"""Handover and reception over a real socket: who may say what, and what nonsense does (nothing)."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from k8stui.incluster import reception
from k8stui.incluster.handover import MAX_BODY, HandoverError, hand_over, sign
from k8stui.incluster.reception import Reception
from k8stui.incluster.report import SUCCEEDED, Report

KEYS = {"run-a-1": "key of a", "run-a-2": "key of a", "run-b-1": "key of b"}
TEXT = json.dumps(Report(SUCCEEDED, results={"x": 1}).to_json())


class Desk:
    """A reception on a free port and what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Report]] = []
        self.reception = Reception("127.0.0.1", KEYS.get, lambda pod, report: self.taken.append((pod, report)))
        self.address = self.reception.address
        self.reception.start()

    def talk(self, sent: bytes) -> bytes:
        """Everything it answers to these bytes until it closes, which it may do in the middle of them."""
        answer = b""
        with self.connect() as connection, suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                answer += data
        return answer

    def connect(self) -> socket.socket:
        host, port = self.address.split(":")
        return socket.create_connection((host, int(port)), 5)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(reception, "PORT", 0)
    desk = Desk()
    yield desk
    desk.reception.close()


@contextmanager
def impostor(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of something else that listens where the master was."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    answer(connection)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
    thread.join(5)


def says(body: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return answer


def request(path: str, body: object) -> bytes:
    text = json.dumps(body).encode()
    return b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(text)) + text


class TestGood:
    def test_a_report_arrives_with_the_pods_name(self, desk: Desk) -> None:
        hand_over(desk.address, "key of a", "run-a-1", TEXT)
        [(pod, report)] = desk.taken
        assert (pod, report.outcome, report.results) == ("run-a-1", SUCCEEDED, {"x": 1})

    def test_it_has_been_taken_when_the_runner_is_told_so(self, desk: Desk) -> None:
        for count in range(5):
            hand_over(desk.address, "key of b", "run-b-1", TEXT)
            assert len(desk.taken) == count + 1

    def test_many_at_once_all_arrive(self, desk: Desk) -> None:
        threads = [
            threading.Thread(target=hand_over, args=(desk.address, "key of a", "run-a-1", TEXT, 5.0)) for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(desk.taken) == 20

    def test_a_second_reception_takes_another_port(self, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
        monkeypatch.setattr(reception, "PORT", int(desk.address.rpartition(":")[2]))
        other = Desk()
        hand_over(other.address, "key of a", "run-a-1", TEXT)
        assert len(other.taken) == 1
        other.reception.close()

    def test_ipv6_addresses_stand_in_brackets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reception, "PORT", 0)
        try:
            one = Reception("::1", KEYS.get, lambda *_: None)
        except OSError:
            pytest.skip("this machine has no IPv6")
        one.start()
        assert one.address.startswith("[::1]:")
        hand_over(one.address, "key of a", "run-a-1", TEXT)
        one.close()


class TestTrust:
    def test_a_step_with_the_wrong_key_gives_nothing_away_and_says_the_master_is_none(self, desk: Desk) -> None:
        with pytest.raises(HandoverError, match="could not prove itself"):
            hand_over(desk.address, "another key", "run-a-1", TEXT)
        assert desk.taken == []

    def test_a_master_refuses_a_report_that_is_signed_with_another_key(self, desk: Desk) -> None:
        with desk.connect() as connection:
            connection.sendall(request("/hello", {"pod": "run-a-1", "nonce": "n"}))
            nonce = json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])["nonce"]
            mac = sign("key of b", "step", "n", nonce, "run-a-1", TEXT)
            connection.sendall(request("/done", {"pod": "run-a-1", "nonce": "n", "report": TEXT, "mac": mac}))
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert desk.taken == []

    def test_a_report_signed_for_one_pod_is_worth_nothing_for_another_of_the_same_key(self, desk: Desk) -> None:
        with desk.connect() as connection:
            connection.sendall(request("/hello", {"pod": "run-a-1", "nonce": "n"}))
            nonce = json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])["nonce"]
            mac = sign("key of a", "step", "n", nonce, "run-a-1", TEXT)
            connection.sendall(request("/done", {"pod": "run-a-2", "nonce": "n", "report": TEXT, "mac": mac}))
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert desk.taken == []

    def test_a_recorded_conversation_is_worth_nothing_when_it_is_played_again(self, desk: Desk) -> None:
        with desk.connect() as connection:
            hello = request("/hello", {"pod": "run-a-1", "nonce": "n"})
            connection.sendall(hello)
            nonce = json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])["nonce"]
            mac = sign("key of a", "step", "n", nonce, "run-a-1", TEXT)
            done = request("/done", {"pod": "run-a-1", "nonce": "n", "report": TEXT, "mac": mac})
            connection.sendall(done)
            assert b'"taken": true' in connection.recv(65536)
        with desk.connect() as connection:
            connection.sendall(hello)
            connection.recv(65536)
            connection.sendall(done)
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert len(desk.taken) == 1

    def test_a_pod_that_is_not_ours_is_refused(self, desk: Desk) -> None:
        with pytest.raises(HandoverError):
            hand_over(desk.address, "key of a", "other-1", TEXT)

    def test_the_key_never_travels(self, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
        sent = b""
        real = socket.socket.sendall

        def spy(connection: socket.socket, data: bytes) -> None:
            nonlocal sent
            sent += data
            real(connection, data)

        monkeypatch.setattr(socket.socket, "sendall", spy)
        hand_over(desk.address, "key of a", "run-a-1", TEXT)
        assert b"run-a-1" in sent
        assert b"key of a" not in sent

    def test_the_two_sides_sign_differently(self) -> None:
        assert sign("k", "master", "a", "b") != sign("k", "step", "a", "b")


class TestNonsense:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"POST /hello HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            b"POST /hello HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1),
            b"POST /hello HTTP/1.1\r\nContent-Length: nine\r\n\r\n",
            b"POST /hello HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
            b"\xff" * 200_000,
            request("/hello", [1]),
            request("/hello", {"pod": ["a"], "nonce": 1}),
            request("/hello", {"pod": "run-a-1"}),
            request("/hello", {"pod": "run-a-1", "nonce": {"a": 1}}),
            request("/done", {"pod": "run-a-1", "nonce": "n", "report": TEXT, "mac": "ä"}),
            request("/nowhere", {"pod": "run-a-1", "nonce": "n"}),
            b"POST /hello HTTP/1.1\r\nContent-Length: 60000\r\n\r\n" + b"[" * 60_000,
        ],
        ids=range(15),
    )
    def test_does_no_harm(self, desk: Desk, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        raised: list[object] = []
        monkeypatch.setattr(threading, "excepthook", raised.append)
        assert b'"taken"' not in desk.talk(data)
        hand_over(desk.address, "key of a", "run-a-1", TEXT)
        assert (len(desk.taken), raised) == (1, [])

    def test_a_signed_report_that_is_no_report_is_not_taken(self, desk: Desk) -> None:
        with pytest.raises(HandoverError):
            hand_over(desk.address, "key of a", "run-a-1", '{"k8stui": 1, "outcome": "succeeded", "results": 3}')
        assert desk.taken == []


class TestNoMaster:
    def test_nobody_listens(self) -> None:
        with impostor(lambda _: None) as address:
            pass
        with pytest.raises(HandoverError):
            hand_over(address, "k", "p", TEXT)

    def test_a_silent_master_is_given_up_in_time(self) -> None:
        def silent(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.recv(1)

        began = time.monotonic()
        with impostor(silent) as address:
            with pytest.raises(HandoverError):
                hand_over(address, "k", "p", TEXT, timeout=0.1)
            assert time.monotonic() - began < 1

    def test_a_master_that_answers_byte_by_byte_is_given_up_in_time(self) -> None:
        stop = threading.Event()

        def drip(connection: socket.socket) -> None:
            for _ in range(100):
                connection.sendall(b"H")
                if stop.wait(0.05):
                    return

        began = time.monotonic()
        with impostor(drip) as address:
            with pytest.raises(HandoverError):
                hand_over(address, "k", "p", TEXT, timeout=0.2)
            stop.set()
            assert time.monotonic() - began < 1

    @pytest.mark.parametrize(
        "body",
        [b"[]", b"null", b"5", b"{}", b'{"proof": 1}', b"{", b"\xff", b"[" * 60_000, b'{"nonce": [], "proof": []}'],
        ids=range(9),
    )
    def test_somebody_else_at_its_address(self, body: bytes) -> None:
        with impostor(says(body)) as address, pytest.raises(HandoverError):
            hand_over(address, "k", "p", TEXT)

    @pytest.mark.parametrize("address", ["", "nowhere", "127.0.0.1:x", "127.0.0.1:99999"])
    def test_an_address_that_is_none(self, address: str) -> None:
        with pytest.raises(HandoverError):
            hand_over(address, "k", "p", TEXT)
