"""A CronJob as ZenML's Kubernetes orchestrator makes it (0.98), in our own words."""

from __future__ import annotations

from typing import Any

ENTRYPOINT = "zenml.integrations.kubernetes.orchestrators.kubernetes_orchestrator_entrypoint"

LABELS = {"pipeline": "nightly_training", "project_id": "438db616-86c7-47a7-885e-597bad4bff5f"}


def zenml_cron_job(name: str = "1a119013-nightly-training", *, command: tuple[str, ...] = (), **spec: Any) -> Any:
    """The manifest.

    Args:
        name: Of the CronJob.
        command: What runs in place of ZenML, which the tests have not; the module's name stands behind it.
        spec: Further fields.
    """
    container = {
        "name": "main",
        "image": "registry.example/zenml:1",
        "command": [*command, ENTRYPOINT] if command else ["python", "-m", ENTRYPOINT],
        "args": ["--snapshot_id", "8741e8a7-7248-492e-a1e0-d9bac30397a6"],
        "env": [{"name": "ZENML_VERSION", "value": "0.98.0"}],
    }
    pod = {"restartPolicy": "Never", "containers": [container]}
    template = {"metadata": {"labels": LABELS}, "spec": pod}
    notes = {"zenml.io/orchestrator": "d9f9703e-8a14-46aa-acf0-b2e43f8d66f6"}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name, "labels": LABELS, "annotations": notes},
        "spec": {
            "schedule": "*/5 * * * *",
            "suspend": False,
            "concurrencyPolicy": "Allow",
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {
                "metadata": {"labels": LABELS, "annotations": notes},
                "spec": {"backoffLimit": 0, "template": template},
            },
            **spec,
        },
    }
