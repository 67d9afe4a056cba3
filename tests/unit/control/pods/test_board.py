"""What is kept of a pod for the screen is all that is shown of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.store import key_of
from k8stui.control.pods.board import slim
from k8stui.control.pods.candidates import candidate

RECORDED = Path(__file__).parents[1] / "diagnosis" / "real_pods.jsonl"


def recorded() -> list[dict[str, Any]]:
    found = [json.loads(line) for line in RECORDED.read_text().splitlines()]
    return [one["pod"] for one in found if one.get("pod")]


@pytest.mark.parametrize("pod", recorded(), ids=lambda pod: pod["metadata"]["name"])
def test_a_slim_pod_looks_like_the_whole_one(pod: dict[str, Any]) -> None:
    kept = slim(pod)
    assert kept["candidate"] == candidate(pod)
    assert key_of(kept) == key_of(pod)


def test_nothing_else_is_kept() -> None:
    for pod in recorded():
        assert set(slim(pod)) == {"metadata", "candidate"}
        assert set(slim(pod)["metadata"]) == {"namespace", "name", "uid", "resourceVersion"}
