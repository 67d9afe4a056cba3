"""Why a step was, or was not, taken from the cache, in one sentence."""

from __future__ import annotations

import pytest

from k8stui.control.truth.caching import cache_sentence
from k8stui.incluster.contract.protocol import KIND_PYTHON, StepPlan
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import StepState

CACHED = StepPlan("a", "a", KIND_PYTHON, 0, cache="code.settings")
ALWAYS = StepPlan("a", "a", KIND_PYTHON, 0)
HOOK = StepPlan("a", "a", KIND_PYTHON, 0, hook="on_success")
RAN = [Attempt(1, "pod")]


@pytest.mark.parametrize(
    ("status", "shape", "told"),
    [
        (StepStatus(StepState.CACHED, cache="run x"), CACHED, "from run x: same code, image, settings and inputs"),
        (StepStatus(StepState.CACHED), None, "from an earlier run: same code, image, settings and inputs"),
        (StepStatus(StepState.RUNNING, RAN, cache="its code changed"), CACHED, "not cached: its code changed"),
        (StepStatus(StepState.SUCCEEDED, RAN), CACHED, "not cached: no earlier result of it is known"),
        (StepStatus(StepState.SUCCEEDED, RAN), ALWAYS, "not cached: caching is off for it"),
        (StepStatus(StepState.SUCCEEDED, RAN), HOOK, ""),
        (StepStatus(StepState.SUCCEEDED, RAN), None, ""),
        (StepStatus(), CACHED, ""),
    ],
)
def test_what_is_told(status: StepStatus, shape: StepPlan | None, told: str) -> None:
    assert cache_sentence(status, shape) == told
