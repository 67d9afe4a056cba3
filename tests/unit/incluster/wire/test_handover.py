"""Handover, progress and reception over a real socket: who may say what, and what nonsense does (nothing)."""

from __future__ import annotations

import _socket
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from k8stui.incluster.master import reception
from k8stui.incluster.master.reception import Newest, Reception
from k8stui.incluster.wire import handover
from k8stui.incluster.wire.handover import MAX_BODY, PATH_DONE, PATH_PROGRESS, HandoverError, tell
from k8stui.incluster.wire.progress import MAX_METRICS, Progress
from k8stui.incluster.wire.report import SUCCEEDED, Report
from k8stui.incluster.wire.signing import sign

KEYS = {"run-a-1": "key of a", "run-a-2": "key of a", "run-b-1": "key of b"}
TEXT = json.dumps(Report(SUCCEEDED, results={"x": 1}).to_json())
SAID = json.dumps(Progress(0.4, {"loss": 0.12}).to_json())
BY_STEP, BY_STEP_OF_PROGRESS = f"step {PATH_DONE}", f"step {PATH_PROGRESS}"


def hand_over(address: str, key: str, pod: str, report: str, timeout: float = 30.0) -> None:
    """As a runner does, but with time for a busy machine."""
    handover.hand_over(address, key, pod, report, timeout)


class Desk:
    """A reception on a free port and what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Report]] = []
        self.said: list[tuple[str, Progress]] = []
        self.reception = Reception(
            "127.0.0.1", KEYS.get, lambda pod, report: self.taken.append((pod, report)), self._told
        )
        self.address = self.reception.address
        self.reception.start()

    def _told(self, pod: str, progress: Progress) -> float:
        self.said.append((pod, progress))
        return 2.5

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
        return socket.create_connection((host, int(port)), 60)


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
    thread.join(60)


def says(body: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return answer


def request(path: str, body: object) -> bytes:
    text = json.dumps(body).encode()
    return b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(text)) + text


def greeted(connection: socket.socket) -> str:
    """The nonce that the master gives on a new connection."""
    connection.sendall(request("/hello", {"pod": "run-a-1", "nonce": "n"}))
    return str(json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])["nonce"])


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
            threading.Thread(target=hand_over, args=(desk.address, "key of a", "run-a-1", TEXT, 60.0))
            for _ in range(20)
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
            one = Reception("::1", KEYS.get, lambda *_: None, lambda *_: 0.0)
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
            mac = sign("key of b", BY_STEP, "n", nonce, "run-a-1", TEXT)
            connection.sendall(request("/done", {"pod": "run-a-1", "nonce": "n", "report": TEXT, "mac": mac}))
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert desk.taken == []

    def test_a_report_signed_for_one_pod_is_worth_nothing_for_another_of_the_same_key(self, desk: Desk) -> None:
        with desk.connect() as connection:
            connection.sendall(request("/hello", {"pod": "run-a-1", "nonce": "n"}))
            nonce = json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])["nonce"]
            mac = sign("key of a", BY_STEP, "n", nonce, "run-a-1", TEXT)
            connection.sendall(request("/done", {"pod": "run-a-2", "nonce": "n", "report": TEXT, "mac": mac}))
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert desk.taken == []

    def test_a_recorded_conversation_is_worth_nothing_when_it_is_played_again(self, desk: Desk) -> None:
        with desk.connect() as connection:
            hello = request("/hello", {"pod": "run-a-1", "nonce": "n"})
            connection.sendall(hello)
            nonce = json.loads(connection.recv(65536).partition(b"\r\n\r\n")[2])["nonce"]
            mac = sign("key of a", BY_STEP, "n", nonce, "run-a-1", TEXT)
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

        class Spy(_socket.socket):
            def sendall(self, data: bytes) -> None:  # type: ignore[override]  # as the runner calls it
                nonlocal sent
                sent += data
                super().sendall(data)

        monkeypatch.setattr(_socket, "socket", Spy)
        hand_over(desk.address, "key of a", "run-a-1", TEXT)
        assert b"run-a-1" in sent
        assert b"key of a" not in sent

    def test_the_two_sides_sign_differently(self) -> None:
        assert sign("k", "master", "a", "b") != sign("k", "step", "a", "b")


class TestProgress:
    def test_it_arrives_with_the_pods_name_and_is_answered_with_the_pause_until_the_next(self, desk: Desk) -> None:
        assert tell(desk.address, "key of a", "run-a-1", SAID, 60.0) == 2.5
        [(pod, said)] = desk.said
        assert (pod, said.progress, said.metrics, desk.taken) == ("run-a-1", 0.4, {"loss": 0.12}, [])

    def test_a_master_that_does_not_know_it_is_no_harm(self) -> None:
        with impostor(says(b"{}")) as address, pytest.raises(HandoverError):
            tell(address, "k", "p", SAID, 60.0)

    @pytest.mark.parametrize(
        "text",
        [
            "7",
            "[]",
            "{",
            "NaN",
            '{"progress": 1.5}',
            '{"progress": NaN}',
            '{"progress": "half"}',
            '{"metrics": [1]}',
            '{"metrics": {"loss": Infinity}}',
            '{"metrics": {"loss": null}}',
            '{"metrics": {"loss": [1]}}',
            json.dumps({"metrics": {"x" * 41: 1}}),
            json.dumps({"metrics": {"x": "y" * 81}}),
            json.dumps({"metrics": {f"m{n}": n for n in range(MAX_METRICS + 1)}}),
            json.dumps({"metrics": {f"m{n}": "y" * 80 for n in range(MAX_METRICS + 5)}}),
            json.dumps({"metrics": {f"m{n}": "\U0001f600" * 80 for n in range(MAX_METRICS)}}),
        ],
    )
    def test_a_signed_one_that_breaks_a_rule_is_not_taken(self, desk: Desk, text: str) -> None:
        with pytest.raises(HandoverError):
            tell(desk.address, "key of a", "run-a-1", text, 60.0)
        assert desk.said == []

    def test_one_too_large_for_any_message_is_not_taken(self, desk: Desk) -> None:
        with pytest.raises(HandoverError):
            tell(desk.address, "key of a", "run-a-1", json.dumps({"metrics": {"x": "y" * MAX_BODY}}), 60.0)
        assert desk.said == []

    def test_another_key_is_refused(self, desk: Desk) -> None:
        with pytest.raises(HandoverError, match="could not prove itself"):
            tell(desk.address, "another key", "run-a-1", SAID, 60.0)
        with desk.connect() as connection:
            mac = sign("key of b", BY_STEP_OF_PROGRESS, "n", greeted(connection), "run-a-1", SAID)
            said = {"pod": "run-a-1", "nonce": "n", "report": SAID, "mac": mac}
            connection.sendall(request(PATH_PROGRESS, said))
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert desk.said == []

    @pytest.mark.parametrize(
        ("signed", "sent", "text"), [(BY_STEP, PATH_PROGRESS, SAID), (BY_STEP_OF_PROGRESS, PATH_DONE, TEXT)]
    )
    def test_what_was_signed_as_the_one_is_worth_nothing_as_the_other(
        self, desk: Desk, signed: str, sent: str, text: str
    ) -> None:
        with desk.connect() as connection:
            mac = sign("key of a", signed, "n", greeted(connection), "run-a-1", text)
            connection.sendall(request(sent, {"pod": "run-a-1", "nonce": "n", "report": text, "mac": mac}))
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert (desk.said, desk.taken) == ([], [])

    def test_a_recorded_one_is_worth_nothing_when_it_is_played_again_even_on_its_own_connection(
        self, desk: Desk
    ) -> None:
        with desk.connect() as connection:
            mac = sign("key of a", BY_STEP_OF_PROGRESS, "n", greeted(connection), "run-a-1", SAID)
            told = request(PATH_PROGRESS, {"pod": "run-a-1", "nonce": "n", "report": SAID, "mac": mac})
            connection.sendall(told)
            assert b'"taken": true' in connection.recv(65536)
            with suppress(OSError):
                connection.sendall(told)
                assert connection.recv(65536) == b""
        with desk.connect() as connection:
            greeted(connection)
            connection.sendall(told)
            assert connection.recv(65536).startswith(b"HTTP/1.1 403")
        assert len(desk.said) == 1

    def test_a_pod_that_is_not_ours_is_refused(self, desk: Desk) -> None:
        with pytest.raises(HandoverError):
            tell(desk.address, "key of a", "other-1", SAID, 60.0)

    def test_much_news_of_one_pod_waits_as_the_newest_alone(self) -> None:
        newest = Newest()
        fresh = [newest.put("p", Progress(share / 10)) for share in range(5)]
        assert (fresh, newest.take("p").progress) == ([True, False, False, False, False], 0.4)
        assert newest.put("p", Progress(0.5)) is True


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
            connection.recv(1)  # it says nothing as long as it is listened to

        with impostor(silent) as address, pytest.raises(HandoverError):
            hand_over(address, "k", "p", TEXT, timeout=0.1)

    def test_a_master_that_answers_byte_by_byte_is_given_up_in_time(self) -> None:
        stop = threading.Event()

        def drip(connection: socket.socket) -> None:
            while not stop.wait(0.05):
                connection.sendall(b"H")

        with impostor(drip) as address:
            with pytest.raises(HandoverError):
                hand_over(address, "k", "p", TEXT, timeout=0.2)
            stop.set()

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
