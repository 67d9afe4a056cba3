"""What pods use, beside what they asked for."""

from __future__ import annotations

from typing import Any

from k8stui.control.runs.usage import row_of, usage_of
from k8stui.model.views import PodView


def test_containers_are_added_up_and_put_beside_requests_and_limits() -> None:
    given = {"requests": {"cpu": "500m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    pods = [
        {"metadata": {"name": "p-1"}, "spec": {"containers": [{"resources": given}, {}]}},
        {"metadata": {"name": "master"}, "spec": {}},
    ]
    views = [
        PodView(name="p-1", namespace="ml", step="train", component="step"),
        PodView(name="master", namespace="ml", component="orchestrator"),
    ]
    metrics: list[dict[str, Any]] = [
        {"metadata": {"name": "master"}, "containers": [{"usage": {"cpu": "1m", "memory": "1Mi"}}]},
        {
            "metadata": {"name": "p-1"},
            "timestamp": "2026-11-24T04:00:00Z",
            "containers": [
                {"usage": {"cpu": "249999999n", "memory": "30Mi"}},
                {"usage": {"cpu": "1n", "memory": "2Mi"}},
            ],
        },
        {"metadata": {"name": "of-another-run"}, "containers": []},
    ]
    train, master = usage_of(metrics, views, pods)
    assert row_of(train) == ("train", "p-1", "0.250", "50%", "-", "32Mi", "50%", "25%")
    assert row_of(master) == ("(orchestrator)", "master", "0.001", "-", "-", "1Mi", "-", "-")
    assert train.measured == "2026-11-24T04:00:00Z"
