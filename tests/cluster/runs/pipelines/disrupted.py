"""A step without retries that is disturbed from outside."""

import time
from pathlib import Path

from failing import attempt  # type: ignore[import-not-found]  # found beside the script, as in a step pod
from gate import wait_at_gate  # type: ignore[import-not-found]  # likewise

from k8stui import pipeline, step

LITTLE_DISK = {"limits": {"ephemeral-storage": "4Mi"}, "requests": {"cpu": "20m"}}


@step
def held() -> int:
    wait_at_gate()
    return int(attempt())


@step(settings={"orchestrator": {"pod_settings": {"resources": LITTLE_DISK}}})
def fills_the_disk() -> int:
    if attempt() == 1:
        Path("/tmp/large").write_bytes(bytes(32 << 20))
        time.sleep(1000)
    return int(attempt())


@pipeline
def evicted() -> None:
    held()


@pipeline
def evicted_by_the_node() -> None:
    fills_the_disk()
