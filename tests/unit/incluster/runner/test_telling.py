"""`k8stui.report` in a step's process: it arrives, it never hurts, and a step that does not use it pays nothing."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import k8stui
from k8stui.incluster.master import reception
from k8stui.incluster.master.reception import Reception
from k8stui.incluster.runner import step, telling
from k8stui.incluster.runner.telling import MISSES, PAUSES, Reporter
from k8stui.incluster.wire.handover import HandoverError
from k8stui.incluster.wire.progress import Progress
from k8stui.incluster.wire.report import Report
from tests.unit.incluster.running import Ended, Step

PATIENCE = 60
KEY = "the key"


class Desk:
    """A master that takes what steps say."""

    def __init__(self) -> None:
        self.said: queue.Queue[Progress] = queue.Queue()
        self.reports: list[Report] = []
        self.reception = Reception(
            "127.0.0.1", {"r-train-1": KEY}.get, lambda _, report: self.reports.append(report), self._told
        )
        self.env = {"K8STUI_MASTER": self.reception.address, "K8STUI_KEY": KEY}
        self.reception.start()

    def _told(self, _: str, said: Progress) -> float:
        self.said.put(said)
        return 0.0

    def next(self) -> dict[str, object]:
        return self.said.get(timeout=PATIENCE).to_json()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(reception, "PORT", 0)
    one = Desk()
    yield one
    one.reception.close()


def run(folder: Path, source: str, **more: object) -> Ended:
    return Step(folder, source, **more).run()  # type: ignore[arg-type]  # the options of Step


class TestInAStep:
    def test_what_it_says_arrives_while_it_runs(self, tmp_path: Path, desk: Desk) -> None:
        gate = tmp_path / "gate"
        source = f"""
            import os, time, k8stui
            def step():
                k8stui.report(0.4, loss=0.12)
                while not os.path.exists({str(gate)!r}):
                    time.sleep(0.01)
        """
        one = Step(tmp_path, source, env=desk.env)
        process = one.start()
        assert desk.next() == {"progress": 0.4, "metrics": {"loss": 0.12}}
        assert (process.poll(), desk.reports) == (None, [])
        gate.touch()
        assert one.wait(process).code == 0

    def test_of_much_the_newest_arrives_and_the_step_waits_for_none(self, tmp_path: Path, desk: Desk) -> None:
        gate = tmp_path / "gate"
        source = f"""
            import os, time
            from k8stui import report
            def step():
                for n in range(1001):
                    report(n / 1000, step=n)
                while not os.path.exists({str(gate)!r}):
                    time.sleep(0.01)
        """
        one = Step(tmp_path, source, env=desk.env)
        process = one.start()
        heard = [desk.next()]
        while heard[-1]["progress"] != 1.0:
            heard.append(desk.next())
        gate.touch()
        assert one.wait(process).code == 0
        assert len(heard) <= 3

    def test_its_end_carries_what_it_said_last(self, tmp_path: Path, desk: Desk) -> None:
        source = "import k8stui\ndef step():\n    k8stui.report(0.5, loss=3)\n    k8stui.report(loss=2)\n    return 1"
        ended = run(tmp_path, source, outputs=("x",), env=desk.env)
        assert (ended.code, ended.err) == (0, "")
        assert ended.report["said"] == {"progress": 0.5, "metrics": {"loss": 2.0}}
        assert ended.report["silent"] is True
        assert desk.reports[0].said == ended.report["said"]

    def test_a_failure_carries_it_too(self, tmp_path: Path) -> None:
        ended = run(tmp_path, "import k8stui\ndef step():\n    k8stui.report(0.5)\n    1 / 0")
        assert (ended.report["outcome"], ended.report["said"]) == ("failed", {"progress": 0.5})

    def test_what_does_not_fit_beside_the_results_is_left_out(self, tmp_path: Path) -> None:
        source = """
            import k8stui
            def step(x):
                k8stui.report(**{"m%d" % n: "x" * 80 for n in range(19)})
                return x
        """
        small = run(tmp_path, source, inputs={"x": "y"}, outputs=("x",))
        large = run(tmp_path, source, inputs={"x": "y" * 3000}, outputs=("x",))
        assert (len(small.report["said"]["metrics"]), "said" in large.report) == (19, False)
        assert (large.code, large.report["results"]) == (0, {"x": "y" * 3000})

    def test_a_mistake_is_told_once_in_its_log_and_hurts_nobody(self, tmp_path: Path) -> None:
        source = """
            import k8stui
            def step():
                for n in range(50):
                    k8stui.report(40, loss=float("nan"), rate=n)
        """
        ended = run(tmp_path, source)
        assert ended.code == 0
        assert ended.err.splitlines() == [
            "k8stui: report: progress must be from 0 to 1, not 40",
            "k8stui: report: metric loss must be a finite number, not nan",
        ]
        assert ended.report["said"] == {"metrics": {"rate": 49.0}}

    def test_mistakes_of_many_names_do_not_fill_its_log(self, tmp_path: Path) -> None:
        source = "import k8stui\ndef step():\n    for n in range(500): k8stui.report(**{'m%d' % n: None})"
        assert len(run(tmp_path, source).err.splitlines()) == telling.MAX_WARNINGS

    @pytest.mark.parametrize("env", [{}, {"K8STUI_MASTER": "127.0.0.1:1", "K8STUI_KEY": KEY}])
    def test_without_a_master_it_is_kept_for_the_end_and_nothing_is_said(
        self, tmp_path: Path, env: dict[str, str]
    ) -> None:
        ended = run(tmp_path, "import k8stui\ndef step(): k8stui.report(0.5)", env=env)
        assert (ended.code, ended.err, ended.report["said"]) == (0, "", {"progress": 0.5})

    def test_no_thread_is_there_before_the_first_report_and_none_without_a_master(
        self, tmp_path: Path, desk: Desk
    ) -> None:
        source = """
            import sys, threading, k8stui
            def step():
                before = threading.active_count(), "k8stui_incluster.runner.telling" in sys.modules
                k8stui.report(0.5)
                return [*before, threading.active_count()]
        """
        assert run(tmp_path, source, outputs=("x",), env=desk.env).report["results"] == {"x": [1, False, 2]}
        assert run(tmp_path, source, outputs=("x",)).report["results"] == {"x": [1, False, 1]}

    def test_a_forked_worker_reports_by_itself(self, tmp_path: Path, desk: Desk) -> None:
        source = """
            import os, time, k8stui
            def step():
                k8stui.report(0.1)
                child = os.fork()
                if not child:
                    k8stui.report(loss=7)
                    time.sleep(30)
                    os._exit(0)
                import signal
                while not os.path.exists(GATE):
                    time.sleep(0.01)
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        """
        gate = tmp_path / "gate"
        one = Step(tmp_path, source.replace("GATE", repr(str(gate))), env=desk.env)
        process = one.start()
        heard = [desk.next(), desk.next()]
        gate.touch()
        assert one.wait(process).code == 0
        assert {"metrics": {"loss": 7.0}} in heard
        assert {"progress": 0.1} in heard


class TestElsewhere:
    def test_on_the_authors_machine_it_prints_nothing_and_keeps_nothing(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = set(threading.enumerate())
        k8stui.report(0.4, loss=0.12)
        assert (*capsys.readouterr(), step.said, set(threading.enumerate()) - before) == ("", "", {}, set())

    def test_there_a_mistake_is_told_as_in_a_step(self, capsys: pytest.CaptureFixture[str]) -> None:
        Reporter({}, {}).take(1.5, {})
        assert capsys.readouterr().err == "k8stui: report: progress must be from 0 to 1, not 1.5\n"

    def test_where_nobody_can_be_warned_it_raises_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Closed:
            def write(self, _: str) -> None:
                raise ValueError("I/O operation on closed file")

        monkeypatch.setattr("sys.stderr", Closed())
        telling.report(1.5)


class TestSending:
    """The thread, with a master that does what the test says and a clock that only the test moves."""

    def sent(self, monkeypatch: pytest.MonkeyPatch, answers: list[float | None]) -> tuple[list[str], list[float]]:
        """What one report sends and the pauses it makes, until the master has given all its answers."""
        sent: list[str] = []
        pauses: list[float] = []
        done = threading.Event()

        def tell(_address: str, _key: str, _pod: str, text: str, _timeout: float) -> float:
            sent.append(text)
            answer = answers[len(sent) - 1]
            if answer is None:
                raise HandoverError("nobody there")
            return answer

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == len(answers):
                done.set()

        monkeypatch.setattr(telling, "tell", tell)
        Reporter({"pod": "p", "master": "m:1", "key": "k"}, {}, pause).take(0.5, {})
        assert done.wait(PATIENCE)
        return sent, pauses

    def test_a_second_passes_between_two_or_as_long_as_the_master_asks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.sent(monkeypatch, [0.0])[1] == [PAUSES[0]]
        assert self.sent(monkeypatch, [4.0])[1] == [4.0]
        assert self.sent(monkeypatch, [1e9])[1] == [PAUSES[1]]

    def test_what_did_not_arrive_is_sent_again_after_a_longer_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sent, pauses = self.sent(monkeypatch, [None, None, 0.0])
        assert (sent, pauses) == ([json.dumps({"progress": 0.5}, separators=(",", ":"))] * 3, [2.0, 4.0, 1.0])

    def test_after_so_many_misses_it_sends_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = set(threading.enumerate())
        sent, _ = self.sent(monkeypatch, [None] * MISSES)
        for thread in set(threading.enumerate()) - before:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert len(sent) == MISSES
