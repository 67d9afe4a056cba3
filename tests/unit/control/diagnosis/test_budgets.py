"""PodDisruptionBudgets that block evictions are named."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.diagnosis.budgets import blocking
from k8stui.control.diagnosis.finding import Level
from tests.unit.control.diagnosis.samples import pod

STEP = pod(labels={"pipeline": "train", "tier": "batch"})


def budget(selector: dict[str, Any] | None, *, allowed: int = 0, **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "keep"},
        "spec": {"selector": selector, "minAvailable": 1},
        "status": {"disruptionsAllowed": allowed, "currentHealthy": 1, "desiredHealthy": 1, **status},
    }


def test_a_budget_that_allows_no_eviction_is_named() -> None:
    (found,) = blocking([budget({"matchLabels": {"pipeline": "train"}})], [STEP])
    assert found.subject == "PodDisruptionBudget keep"
    assert found.sentence.startswith("blocks: it allows no eviction of train-0 now (1 healthy, 1 wanted)")
    assert found.level is Level.FINE


def test_a_budget_that_fails_to_sync_is_trouble() -> None:
    message = "configmaps does not implement the scale subresource"
    failed = {"type": "DisruptionAllowed", "status": "False", "reason": "SyncFailed", "message": message}
    (found,) = blocking([budget({}, conditions=[failed])], [STEP])
    assert found.level is Level.WAITING
    assert message in found.evidence[0]


@pytest.mark.parametrize(
    ("selector", "blocks"),
    [
        ({}, True),
        (None, False),
        ({"matchLabels": {"pipeline": "other"}}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["batch"]}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["batch"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_only_budgets_that_select_the_pod_count(selector: dict[str, Any] | None, blocks: bool) -> None:
    assert bool(blocking([budget(selector)], [STEP])) is blocks


def test_a_budget_with_room_blocks_nothing() -> None:
    assert blocking([budget({}, allowed=1)], [STEP]) == []
