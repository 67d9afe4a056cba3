"""A step that says how far it is while it runs, and what it has measured when it fails."""

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

import k8stui
from k8stui import pipeline, step


@step
def learn() -> None:
    k8stui.report(progress=0.4, loss=0.12)
    wait_at_gate()
    k8stui.report(loss=0.09, message="diverged")
    raise ValueError("loss is rising")


@pipeline
def learning() -> None:
    learn()
