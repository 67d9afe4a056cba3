"""A step that Kubernetes ends, because its pod may be active for two seconds only."""

import time

from k8stui import pipeline, step


@step(settings={"orchestrator": {"pod_settings": {"additional_pod_spec_args": {"active_deadline_seconds": 2}}}})
def too_long() -> None:
    time.sleep(1000)


@pipeline
def deadline() -> None:
    too_long()
