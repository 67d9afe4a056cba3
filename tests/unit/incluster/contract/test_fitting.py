"""A shard of status that would be too large is told in fewer words, and no state is ever left out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.fitting import LAST_ATTEMPTS, fitting
from k8stui.incluster.contract.protocol import STEPS_PER_SHARD
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.ledger import SHARD_BYTES
from tests.chances import examples

LIMIT = 1024 * 1024  # bytes of a ConfigMap, which holds the header of the run too


def status(steps: int, attempts: int, message: str, metrics: dict[str, Any] | None = None) -> dict[str, Any]:
    """Steps that failed so often, each time with the same words."""
    made = {}
    for number in range(steps):
        tried = [
            Attempt(one + 1, f"run-abcde-step-{number}-{one + 1}", StepState.FAILED, f"uid-{number}-{one}", "node-1")
            for one in range(attempts)
        ]
        for attempt in tried:
            attempt.created = attempt.started = attempt.finished = 1_700_000_000.123
            attempt.message, attempt.metrics = message, dict(metrics or {})
        made[f"step_{number}"] = StepStatus(StepState.FAILED, tried, failures=attempts, why=message).to_json()
    return made


def test_what_fits_is_not_touched() -> None:
    small = status(10, 3, "ValueError: no rows", {"loss": 0.1})
    assert json.loads(fitting(json.loads(json.dumps(small)), SHARD_BYTES)) == small


def test_metrics_go_before_words() -> None:
    large = status(STEPS_PER_SHARD, 1, "x" * 400, {"note": "m" * 1500})
    told = json.loads(fitting(large, SHARD_BYTES))
    assert told["step_7"]["why"] == "x" * 400
    assert "metrics" not in told["step_7"]["attempts"][0]


def test_long_errors_of_many_steps_are_cut() -> None:
    text = fitting(status(STEPS_PER_SHARD, 2, "é" * 700), SHARD_BYTES)
    assert len(text) < LIMIT
    assert json.loads(text)["step_0"]["why"].endswith("é…")


def test_of_very_many_attempts_the_last_ones_stay() -> None:
    told = json.loads(fitting(status(STEPS_PER_SHARD, 30, "e" * 1400), SHARD_BYTES))
    assert [one["attempt"] for one in told["step_499"]["attempts"]] == [29, 30]
    assert told["step_499"]["failures"] == 30


@examples(25)
@given(st.integers(1, STEPS_PER_SHARD), st.integers(1, 12), st.text(max_size=1500))
def test_whatever_the_steps_say_it_can_be_written_and_read(steps: int, attempts: int, message: str) -> None:
    text = fitting(status(steps, attempts, message), SHARD_BYTES)
    assert len(text.encode()) < LIMIT
    read = {name: StepStatus.from_json(one) for name, one in json.loads(text).items()}
    assert len(read) == steps
    for one in read.values():
        assert (one.state, one.failures) == (StepState.FAILED, attempts)
        assert [tried.attempt for tried in one.attempts][-LAST_ATTEMPTS:] == list(range(1, attempts + 1))[
            -LAST_ATTEMPTS:
        ]
