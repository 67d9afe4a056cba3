"""A Python and a container step that are given a credential, and tell its length."""

import os

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import container_step, pipeline, step


@step
def length(wait: bool, fail: bool) -> int:
    if wait:
        wait_at_gate()
    if fail:
        raise ValueError("told to fail")
    return len(os.environ["STORE_KEY"])


shell = container_step(name="shell", image="k8stui-test/busybox:1", command=("sh", "-c", "[ ${#STORE_KEY} = 12 ]"))


@pipeline
def keyed(wait: bool = True, fail: bool = False) -> None:
    shell(after=length(wait, fail))
