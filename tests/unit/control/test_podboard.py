"""What is kept of a pod for the screen is all that is shown of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from k8stui.control.cleanup.plan import candidate
from k8stui.control.podboard import slim

RECORDED = Path(__file__).parent / "diagnosis" / "real_pods.jsonl"


def recorded() -> list[dict[str, Any]]:
    found = [json.loads(line) for line in RECORDED.read_text().splitlines()]
    return [one["pod"] for one in found if one.get("pod")]


@pytest.mark.parametrize("pod", recorded(), ids=lambda pod: pod["metadata"]["name"])
def test_a_slim_pod_looks_like_the_whole_one(pod: dict[str, Any]) -> None:
    assert candidate(slim(pod)) == candidate(pod)


def test_what_costs_most_is_left_out() -> None:
    for pod in recorded():
        assert "managedFields" not in slim(pod)["metadata"]
        assert len(json.dumps(slim(pod)["spec"])) < 200
