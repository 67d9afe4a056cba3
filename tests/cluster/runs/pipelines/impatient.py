"""A pipeline whose submitter waits for three seconds only."""

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import pipeline, step


@step
def held() -> None:
    wait_at_gate()


@pipeline(settings={"orchestrator": {"timeout": 3}})
def impatient() -> None:
    held()
