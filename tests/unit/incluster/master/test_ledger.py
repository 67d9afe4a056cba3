"""The ledger's thrift: how often and how much it writes, above all for nothing but progress."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import STEPS_PER_SHARD, Plan
from k8stui.incluster.contract.record import HEADER_KEY, STATUS_KEY, Attempt, StepStatus, Summary
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.master.kube import Kube
from k8stui.incluster.master.ledger import LARGE_PAUSE, PROGRESS_RATE, SHARD_BYTES, SMALL_BYTES, SOON, Ledger
from k8stui.plan import limits
from tests.unit.incluster.samples import NOW, RUN, plan, pod_name, step

LIMIT = 1024 * 1024  # bytes of a ConfigMap


class Api:
    """Keeps what is written, and when."""

    def __init__(self, header: str) -> None:
        self.header = header
        self.now = NOW
        self.writes: list[tuple[float, str, int]] = []
        self.texts: dict[str, str] = {}
        self.end: int | None = None  # place of the write that says that the run has ended

    def patch(self, _plural: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        self._written(name, body)
        return {"metadata": {"name": name, "resourceVersion": "1", "uid": "u"}, "data": {HEADER_KEY: self.header}}

    def create(self, _plural: str, body: dict[str, Any]) -> dict[str, Any]:
        self._written(body["metadata"]["name"], body)
        return {"metadata": {**body["metadata"], "resourceVersion": "1"}}

    def _written(self, name: str, body: dict[str, Any]) -> None:
        text = (body.get("data") or {}).get(STATUS_KEY, "")
        self.texts[name] = text or self.texts.get(name, "")
        annotations = (body.get("metadata") or {}).get("annotations") or {}
        if "succeeded" in annotations.get(names.ANNOTATION_SUMMARY, ""):
            self.end = len(self.writes)
        assert len(text) + (len(self.header) if name == names.record_name(RUN) else 0) < LIMIT
        self.writes.append((self.now, name, len(self.texts[name])))  # of a patch, the API server writes the whole


class Desk:
    """A ledger, the steps it writes and a clock."""

    def __init__(self, steps: int, *, header: str = "{}", **attempt: Any) -> None:
        self.plan: Plan = plan(*(step(f"s{number}") for number in range(steps)))
        self.steps = {
            one.name: StepStatus(StepState.RUNNING, [Attempt(1, pod_name(one.name), StepState.RUNNING, **attempt)])
            for one in self.plan.steps
        }
        self.api = Api(header)
        self.tenths = 0
        record: dict[str, Any] = {"metadata": {"name": names.record_name(RUN), "resourceVersion": "1", "uid": "u"}}
        record["data"] = {HEADER_KEY: header}
        self.ledger = Ledger(cast("Kube", self.api), self.plan, record)
        self.ledger.changed(set(self.steps), NOW)
        self.flush()
        self.api.writes.clear()

    def flush(self, state: RunState = RunState.RUNNING) -> None:
        self.ledger.flush(self.steps, {}, Summary(state), self.api.now)

    def passes(self, seconds: float, *, progressed: Iterable[str] = (), changed: Iterable[str] = ()) -> None:
        """Time passes, in tenths, in each of which these steps have news."""
        for _ in range(round(seconds * 10)):
            self.tenths += 1
            self.api.now = NOW + self.tenths / 10
            self.ledger.progressed(set(progressed), self.api.now)
            self.ledger.changed(set(changed), self.api.now)
            due = self.ledger.due()
            if due is not None and due <= self.api.now:
                self.flush()

    def rate(self, seconds: float) -> float:
        return sum(size for _, _, size in self.api.writes) / seconds

    @property
    def times(self) -> list[float]:
        return [round(at - NOW, 1) for at, _, _ in self.api.writes]


def test_progress_alone_is_written_every_two_seconds() -> None:
    desk = Desk(3)
    desk.passes(10, progressed={"s1"})
    assert desk.times == [2.0, 4.0, 6.0, 8.0, 10.0]


def test_progress_after_silence_is_written_soon() -> None:
    desk = Desk(3)
    desk.passes(60)
    desk.passes(0.1, progressed={"s1"})
    desk.passes(1)
    [at] = desk.times
    assert 60.1 + SOON <= at <= 60.2 + SOON


def test_it_goes_with_a_change_that_is_written_anyway() -> None:
    desk = Desk(3)
    desk.passes(0.1, progressed={"s1"})
    desk.steps["s1"].attempts[0].progress = 0.5
    desk.passes(0.1, changed={"s2"})
    desk.passes(5)
    assert len(desk.times) == 1
    assert json.loads(desk.api.texts[names.record_name(RUN)])["s1"]["attempts"][0]["progress"] == 0.5


def test_a_large_shard_is_written_the_more_rarely_for_it() -> None:
    desk = Desk(STEPS_PER_SHARD, metrics={"what": "x" * 300})
    assert len(desk.api.texts[names.record_name(RUN)]) > 4 * SMALL_BYTES
    desk.passes(120, progressed={"s1", "s400"})
    assert 0 < desk.rate(120) <= PROGRESS_RATE


def test_several_large_shards_are_no_more_than_one() -> None:
    desk = Desk(3 * STEPS_PER_SHARD, metrics={"what": "x" * 300})
    desk.passes(180, progressed={f"s{number}" for number in range(0, 3 * STEPS_PER_SHARD, 50)})
    assert 0 < desk.rate(180) <= PROGRESS_RATE
    assert {name for _, name, _ in desk.api.writes} == {
        names.record_name(RUN), names.status_shard_name(RUN, 1), names.status_shard_name(RUN, 2)
    }  # fmt: skip


def test_changes_elsewhere_do_not_make_progress_of_another_shard_be_written_more_often() -> None:
    desk = Desk(2 * STEPS_PER_SHARD, metrics={"what": "x" * 300})
    other = names.status_shard_name(RUN, 1)
    desk.passes(60, progressed={f"s{STEPS_PER_SHARD}"}, changed={"s0"})
    writes = [size for _, name, size in desk.api.writes if name == other]
    assert 0 < sum(writes) / 60 <= PROGRESS_RATE


def test_a_change_is_written_as_soon_after_progress_as_it_is_after_silence() -> None:
    desk = Desk(3)
    desk.passes(4, progressed={"s1"})
    desk.passes(0.1, changed={"s2"})
    desk.passes(0.3)
    assert desk.times == [2.0, 4.0, 4.4]


def test_changes_are_not_held_up_by_progress_that_waits() -> None:
    desk = Desk(STEPS_PER_SHARD, metrics={"what": "x" * 300})
    desk.passes(1, progressed={"s1"})
    desk.passes(0.1, changed={"s2"})
    desk.passes(LARGE_PAUSE)
    assert desk.times == [LARGE_PAUSE]


def test_where_metrics_would_fill_a_shard_the_states_are_written_without_them() -> None:
    desk = Desk(STEPS_PER_SHARD, metrics={f"metric {number}": "x" * 80 for number in range(19)})
    text = desk.api.texts[names.record_name(RUN)]
    assert len(text) < SHARD_BYTES
    assert json.loads(text)["s7"]["attempts"][0]["state"] == "running"


def test_that_a_run_has_ended_is_written_after_all_its_steps_and_after_the_look_for_another_master() -> None:
    desk = Desk(2 * STEPS_PER_SHARD + 1)
    record, one, two = names.record_name(RUN), names.status_shard_name(RUN, 1), names.status_shard_name(RUN, 2)
    desk.ledger.changed(set(desk.steps), NOW)
    desk.flush(RunState.SUCCEEDED)
    assert [name for _, name, _ in desk.api.writes] == [record, one, two, record]
    assert desk.api.end == 3


def test_the_end_of_a_small_run_is_one_write() -> None:
    desk = Desk(3)
    desk.ledger.changed(set(desk.steps), NOW)
    desk.flush(RunState.SUCCEEDED)
    assert [name for _, name, _ in desk.api.writes] == [names.record_name(RUN)]
    assert desk.api.end == 0


def test_large_parameters_and_long_errors_fit_into_one_record_and_no_state_is_left_out() -> None:
    desk = Desk(STEPS_PER_SHARD, header="p" * (limits.MAX_PARAMETERS_BYTES + 2048))
    for length in range(150, 300, 10):  # around what just fits
        for name, status in desk.steps.items():
            pods = [pod_name(name, number) for number in range(1, 4)]
            status.state, status.why = StepState.FAILED, "w" * length
            status.attempts = [
                Attempt(number, pod, StepState.FAILED, pod, "node-1", NOW, NOW, NOW, message="m" * length)
                for number, pod in enumerate(pods, 1)
            ]
        desk.passes(3, changed=desk.steps)
        told = json.loads(desk.api.texts[names.record_name(RUN)])
        assert {one["state"] for one in told.values()} == {"failed"}
        assert {one["attempts"][-1]["attempt"] for one in told.values()} == {3}
