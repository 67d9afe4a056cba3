"""The log of one pod through refusals, outages and the end of its container, on a cluster that does as it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import NotStartedError
from k8stui.control.logs import pod as podlog
from k8stui.control.logs.many import READERS, History
from k8stui.control.logs.pod import PodLog, Window
from k8stui.control.logs.stream import GAP, RESTARTED, LogLine
from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError, RejectedError, UnreachableError
from k8stui.model.views import PodView

Answer = Sequence[int | K8stuiError]
"""Seconds whose lines come, and the error that the stream breaks off with."""


def raw(second: int) -> bytes:
    return f"2026-11-25T10:{second // 60:02}:{second % 60:02}.000000001Z line {second}".encode()


def pod(status: str = "running", name: str = "p") -> PodView:
    return PodView(name=name, namespace="default", uid=name, status=status, phase="", run="r", step="s", started=1.0)


class ScriptedLogs:
    """Gives the answers in their order; what was asked is kept."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.open = self.most_open = 0

    async def logs(self, pod: str, **options: Any) -> AsyncIterator[list[bytes]]:
        self.asked.append(options)
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            await asyncio.sleep(0)
            answer = self._answers.pop(0)
            seconds = [one for one in answer if isinstance(one, int)]
            for second in seconds[-options["tail_lines"] :] if options["tail_lines"] else seconds:
                yield [raw(second)]
            for error in answer:
                if isinstance(error, K8stuiError):
                    raise error
        finally:
            self.open -= 1


class Told:
    """What a log handed on."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    async def put(self, lines: list[LogLine]) -> None:
        self.lines += lines

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    @property
    def notes(self) -> list[str]:
        return [line.text for line in self.lines if line.kind == "note"]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RETRY_SECONDS", "SLOW_RETRY_SECONDS", "STATUS_LAG"):
        monkeypatch.setattr(podlog, name, 0.0)


def log_of(cluster: ScriptedLogs, told: Told, view: PodView, window: Window | None = None) -> PodLog:
    gate = asyncio.Semaphore(READERS)
    return PodLog(cast("Cluster", cluster), view, "step", window or Window(), told.put, gate)


async def followed(log: PodLog) -> None:
    async with asyncio.timeout(60):
        await log.follow()


async def test_the_log_of_an_ended_pod_is_read_once_and_not_followed() -> None:
    cluster, told = ScriptedLogs([1, 2, 3]), Told()
    log = log_of(cluster, told, pod("succeeded"))
    await followed(log)
    assert told.texts == ["line 1", "line 2", "line 3"]
    assert [asked["follow"] for asked in cluster.asked] == [False]
    assert log.caught_up.is_set()


async def test_of_a_running_pod_what_is_there_is_read_then_it_is_followed_without_repetition() -> None:
    cluster, told = ScriptedLogs([1, 2, 3], [3, 4, 5]), Told()
    log = log_of(cluster, told, pod(), Window(history=10))
    log.gone()
    await followed(log)
    assert told.texts == [f"line {n}" for n in range(1, 6)]
    assert [(asked["follow"], asked["since_time"]) for asked in cluster.asked] == [
        (False, None),
        (True, "2026-11-25T10:00:03Z"),
    ]


async def test_what_a_history_leaves_out_is_told_before_its_first_line() -> None:
    cluster, told = ScriptedLogs(list(range(1, 9))), Told()
    await followed(log_of(cluster, told, pod("failed"), Window(history=3)))
    assert told.texts == ["older lines are left out: only the last 3 are shown", "line 6", "line 7", "line 8"]
    assert told.lines[0].time == told.lines[1].time


async def test_a_history_that_fits_has_no_note() -> None:
    cluster, told = ScriptedLogs([1, 2, 3]), Told()
    await followed(log_of(cluster, told, pod("failed"), Window(history=3)))
    assert told.texts == ["line 1", "line 2", "line 3"]


async def test_a_history_that_broke_off_is_read_anew_as_a_whole() -> None:
    cluster, told = ScriptedLogs([1, 2, UnreachableError("no route")], [1, 2, 3]), Told()
    await followed(log_of(cluster, told, pod("failed"), Window(history=10)))
    assert told.texts == ["line 1", "line 2", "line 3"]


async def test_a_long_history_is_handed_on_as_it_comes_and_goes_on_where_it_broke_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(podlog, "AT_ONCE", 2)
    cluster, told = ScriptedLogs([1, 2, 3, 4, UnreachableError("no route")], [4, 5, 6]), Told()
    await followed(log_of(cluster, told, pod("failed"), Window(history=10)))
    assert told.texts == [f"line {n}" for n in range(1, 7)]
    assert [asked["since_time"] for asked in cluster.asked] == [None, "2026-11-25T10:00:04Z"]


async def test_what_a_long_history_leaves_out_is_told_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(podlog, "AT_ONCE", 2)
    cluster, told = ScriptedLogs(list(range(1, 9))), Told()
    await followed(log_of(cluster, told, pod("failed"), Window(history=3)))
    in_order = sorted(told.lines, key=lambda line: line.time or 0.0)
    assert [line.text for line in in_order] == [
        "older lines are left out: only the last 4 are shown",
        *(f"line {n}" for n in range(5, 9)),
    ]


async def test_a_long_line_of_a_history_is_cut() -> None:
    class Endless(ScriptedLogs):
        async def logs(self, pod: str, **options: Any) -> AsyncIterator[list[bytes]]:
            yield [raw(1) + b"x" * 1_000_000]

    told = Told()
    await followed(log_of(Endless(), told, pod("failed"), Window(history=10)))
    assert len(told.texts[0]) < podlog.LONGEST


async def test_a_followed_log_that_breaks_off_goes_on_where_it_was() -> None:
    cluster, told = ScriptedLogs([1, 2, UnreachableError("no route")], [2, 3]), Told()
    log = log_of(cluster, told, pod())
    log.gone()
    await followed(log)
    assert told.texts == ["line 1", "line 2", "line 3"]


async def test_a_followed_log_that_goes_on_without_a_loss_says_where() -> None:
    error = UnreachableError("no route")
    cluster, told, over = ScriptedLogs([1, 2, error], [error], [2, 3, error], [7]), Told(), list[LogLine]()

    async def reconnected(place: LogLine, seconds: float) -> None:
        assert 0 <= seconds < 10
        over.append(place)

    log = PodLog(cast("Cluster", cluster), pod(), "step", Window(), told.put, asyncio.Semaphore(1), reconnected)
    log.gone()
    await followed(log)
    assert told.texts == ["line 1", "line 2", "line 3", GAP, "line 7"]
    assert [(place.time, place.kind) for place in over] == [(told.lines[1].time, "note")]


async def test_a_log_that_was_rotated_meanwhile_says_so_in_its_place() -> None:
    cluster, told = ScriptedLogs([1, 2, UnreachableError("no route")], [7, 8]), Told()
    log = log_of(cluster, told, pod())
    log.gone()
    await followed(log)
    assert told.texts == ["line 1", "line 2", GAP, "line 7", "line 8"]
    assert told.lines[2].time == told.lines[3].time


async def test_a_log_that_ends_with_a_restart_goes_on_and_says_so() -> None:
    class Ending(ScriptedLogs):
        def logs(self, pod: str, **options: Any) -> AsyncIterator[list[bytes]]:
            if self.asked:
                log.gone()
            return super().logs(pod, **options)

    told = Told()
    log = log_of(Ending([1, 2], [7, 8]), told, pod())
    log.see(pod().model_copy(update={"restarts": 1}))
    await followed(log)
    assert told.texts == ["line 1", "line 2", RESTARTED, "line 7", "line 8"]


async def test_the_log_before_the_last_restart_is_read_once_though_the_container_runs() -> None:
    cluster, told = ScriptedLogs([1, 2]), Told()
    await followed(log_of(cluster, told, pod(), Window(previous=True, history=10)))
    assert told.texts == ["line 1", "line 2"]
    assert [(asked["follow"], asked["previous"]) for asked in cluster.asked] == [(False, True)]


async def test_a_container_that_has_not_started_is_waited_for_in_silence() -> None:
    cluster, told = ScriptedLogs([NotStartedError("waiting to start")], [1]), Told()
    await followed(log_of(cluster, told, pod("succeeded")))
    assert told.texts == ["line 1"]


async def test_a_long_outage_is_told_once_and_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(podlog, "TOLD_SECONDS", 0.0)
    error = UnreachableError("node-1 does not answer")
    cluster, told = ScriptedLogs([error], [error], [error], [1]), Told()
    log = log_of(cluster, told, pod("succeeded"), Window(history=5))
    await followed(log)
    note = "the log cannot be read at the moment, it is tried again: node-1 does not answer"
    assert told.texts == [note, "line 1"]
    assert told.notes == [note]
    assert log.caught_up.is_set()


@pytest.mark.parametrize("error", [NotFoundError("There is no pod p."), RejectedError("no such container")])
async def test_a_log_that_is_not_there_is_told(error: K8stuiError) -> None:
    cluster, told = ScriptedLogs([error]), Told()
    log = log_of(cluster, told, pod("succeeded"))
    await followed(log)
    assert told.notes == [f"no log: {error.message}"]
    assert log.ended
    assert log.caught_up.is_set()


async def test_a_pod_that_goes_after_its_log_was_read_is_no_news() -> None:
    cluster, told = ScriptedLogs([1], [NotFoundError("There is no pod p.")]), Told()
    log = log_of(cluster, told, pod())
    await followed(log)
    assert told.texts == ["line 1"]
    assert log.ended


async def test_logs_that_may_not_be_read_are_an_error_of_all() -> None:
    cluster, told = ScriptedLogs([ForbiddenError("ada may not read pods/log")]), Told()
    log = log_of(cluster, told, pod("succeeded"), Window(history=5))
    with pytest.raises(ForbiddenError):
        await followed(log)
    assert log.caught_up.is_set()


async def test_hundreds_of_ended_pods_are_read_a_few_at_a_time() -> None:
    cluster, told = ScriptedLogs(*([1] for _ in range(300))), Told()
    gate = asyncio.Semaphore(READERS)
    logs = [
        PodLog(cast("Cluster", cluster), pod("succeeded", f"p{number}"), "step", Window(), told.put, gate)
        for number in range(300)
    ]
    await asyncio.gather(*(followed(log) for log in logs))
    assert len(told.texts) == 300
    assert cluster.most_open == READERS


@pytest.mark.parametrize(("pods", "lines"), [(0, 1000), (1, 1000), (20, 1000), (100, 200), (5000, 20)])
def test_many_pods_share_a_history(pods: int, lines: int) -> None:
    assert History().of_each(pods) == lines


@pytest.mark.parametrize("window", [Window(), Window(history=10)])
@pytest.mark.parametrize("status", ["running", "succeeded"])
async def test_a_line_that_a_slow_reader_had_no_room_for_is_not_lost_when_its_run_ends(
    status: str, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream is given up for one last reading: what it was handing on is known to it, and was not handed on."""
    monkeypatch.setattr(podlog, "AT_ONCE", 1)
    taken: list[str] = []
    room = asyncio.Semaphore(2)
    waits = asyncio.Event()

    async def put(lines: list[LogLine]) -> None:
        if room.locked():
            waits.set()
        await room.acquire()
        taken.extend(line.text for line in lines)

    cluster = cast("Cluster", ScriptedLogs([1, 2, 3, 4], [1, 2, 3, 4]))
    log = PodLog(cluster, pod(), "step", window, put, asyncio.Semaphore())
    log.task = asyncio.create_task(log.follow())
    await waits.wait()
    log.see(pod(status))
    last = asyncio.create_task(log.catch_up(time.monotonic() + 0.01))
    await asyncio.wait({log.task})
    for _ in range(4):
        room.release()
    assert await last
    assert taken == [f"line {second}" for second in (1, 2, 3, 4)]
