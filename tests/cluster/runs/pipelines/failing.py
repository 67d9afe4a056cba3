"""Steps that fail: always, or until they are tried again."""

import os

from k8stui import StepRetry, container_step, pipeline, step


def attempt() -> int:
    """Which attempt this is: pods are called RUN-STEP-ATTEMPT."""
    return int(os.uname().nodename.rpartition("-")[2])


@step
def fine() -> int:
    return 1


@step
def broken(number: int) -> int:
    raise ValueError(f"cannot use {number}")


@step
def after_broken(number: int) -> None:
    print(number)


@step(retry=StepRetry(max_retries=2))
def third_time_lucky() -> int:
    if attempt() < 3:
        raise RuntimeError(f"not in attempt {attempt()}")
    return attempt()


@step(retry=StepRetry(max_retries=1))
def never_lucky() -> None:
    raise RuntimeError("never")


broken_container = container_step(
    name="broken_container", image="k8stui-test/busybox:1", command=["sh", "-c", "echo out of luck; exit 7"]
)


@pipeline
def broken_branch() -> None:
    after_broken(broken(fine()))
    fine()


@pipeline
def retried() -> None:
    third_time_lucky()


@pipeline
def exhausted() -> None:
    never_lucky()


@pipeline
def container_fails() -> None:
    broken_container()
