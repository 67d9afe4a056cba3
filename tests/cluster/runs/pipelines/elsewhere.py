"""A step for a scheduler that this cluster does not have: its pod is there and waits."""

from k8stui import pipeline, step


@step(settings={"orchestrator": {"pod_settings": {"scheduler_name": "nobody"}}})
def waits() -> None: ...


@pipeline
def elsewhere() -> None:
    waits()
