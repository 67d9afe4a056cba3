"""Pods in every state at a frozen time, ours and others'."""

from __future__ import annotations

from typing import Any

from k8stui.control.pods.candidates import Candidate
from k8stui.model.views import PodView
from tests.tui.sample_runs import NOW

HOUR = 3600.0


def pod(name: str, status: str, **more: Any) -> Candidate:
    facts = {"namespace": "ml-team", "created": NOW - HOUR, "node": "node-1", "uid": f"uid-{name}", **more}
    labels = tuple(f"{key}={facts[key]}" for key in ("run", "pipeline") if key in facts)
    owner = "ConfigMap/run-work" if "run" in facts else "ReplicaSet/web-5d9c"
    return Candidate(PodView(name=name, status=status, **facts), "7", owner, labels)


def every_pod() -> list[Candidate]:
    churn: dict[str, Any] = {"run": "train-churn-7f3a", "pipeline": "train-churn", "component": "step"}
    etl: dict[str, Any] = {"run": "etl-daily-91bc", "pipeline": "etl-daily", "component": "step"}
    return [
        pod("train-churn-7f3a-train-3-2", "running", created=NOW - 124, step="train_3", node="node-7", **churn),
        pod("train-churn-7f3a-train-4-1", "queued", created=NOW - 90, step="train_4", **{**churn, "node": ""},
            reason="Unschedulable", message="0/5 nodes are available: 5 Insufficient nvidia.com/gpu"),
        pod("train-churn-7f3a-0-x8k2m", "running", created=NOW - 252, **{**churn, "component": "orchestrator"}),
        pod("train-churn-7f3a-train-3-1", "evicted", created=NOW - 3 * HOUR, step="train_3", node="node-2",
            reason="Evicted", message="The node was low on resource: memory.", **churn),
        pod("etl-daily-91bc-load-1", "failed", created=NOW - 17 * 60, step="load", exit_code=137, reason="OOMKilled",
            **etl),
        pod("etl-daily-91bc-clean-1", "succeeded", created=NOW - 20 * 60, step="clean", exit_code=0, **etl),
        pod("etl-daily-91bc-old-1", "stopping", created=NOW - 40 * 60, step="old", **etl),
        pod("web-5d9c-7hq2p", "running", created=NOW - 90 * HOUR, node="node-3", restarts=4),
        *(pod(f"score-eu-22aa-part-{number}-1", "evicted", created=NOW - 5 * HOUR, step=f"part_{number}", node="node-2",
              reason="Evicted", run="score-eu-22aa", pipeline="score-eu", component="step") for number in range(1, 9)),
    ]  # fmt: skip
