"""Pipelines of the tests: a chain, a fan with a join, steps that last, fail or are evicted."""

import os
import signal
import time
from pathlib import Path

from k8stui import StepRetry, pipeline, report, step


@step
def start(seconds: float) -> int:
    print("start")
    time.sleep(seconds)
    return 1


@step
def add(value: int, seconds: float) -> int:
    print(f"add to {value}")
    time.sleep(seconds)
    return value + 1


@step
def total(values: list[int]) -> int:
    return sum(values)


@step(retry=StepRetry(max_retries=1))
def until_told(flag: str) -> str:
    """Runs until a file appears, or succeeds at once where it is there."""
    print("waiting", flush=True)
    while not Path(flag).exists():
        time.sleep(0.05)
    return os.environ["HOSTNAME"]


@step(retry=StepRetry(max_retries=1))
def learns(flag: str) -> None:
    """Tells how far it is and waits for a file; the first attempt then fails, the second says nothing new."""
    attempt = os.environ["HOSTNAME"].rpartition("-")[2]
    report(0.1 * int(attempt), loss=1.5, message="half way")
    while not Path(f"{flag}-{attempt}").exists():
        time.sleep(0.05)
    if attempt == "1":
        raise ValueError("loss is too high")
    report(loss=0.5)


@step(retry=StepRetry(max_retries=2))
def fails(tally: str, times: int) -> int:
    path = Path(tally)
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    if len(path.read_text()) <= times:
        raise ValueError(f"no luck the {len(path.read_text())}. time")
    return len(path.read_text())


@pipeline
def chain(length: int = 4, seconds: float = 0.0) -> None:
    value = start(seconds)
    for _ in range(length - 1):
        value = add(value, seconds)


@pipeline
def fan(width: int = 4, seconds: float = 0.0) -> None:
    value = start(seconds)
    total([add(value, seconds) for _ in range(width)])


@pipeline
def waiting(flag: str) -> None:
    add(value=1, seconds=0.0, after=until_told(flag))


@pipeline
def learning(flag: str) -> None:
    learns(flag)


@pipeline
def failing(tally: str, times: int) -> None:
    add(fails(tally, times), 0.0)


@pipeline
def mending(tally: str, times: int) -> None:
    total([start(0.0), fails(tally, times)])


@step
def tell() -> str:
    """The time that its run was due at."""
    return os.environ["K8STUI_SCHEDULED_TIME"]


@pipeline
def due() -> None:
    tell()


@step
def note(path: str = "", run: str = "", state: str = "", why: str = "") -> None:
    """Writes down how a run ended, where a file is named."""
    Path(path or os.environ["NOTE"]).write_text(f"{run} {state}: {why}")


@step
def broken() -> None:
    raise ValueError("no hook")


@pipeline(on_success=broken, on_failure=note)
def hooked(flag: str, tally: str, times: int) -> None:
    add(value=1, seconds=0.0, after=until_told(flag))
    fails(tally, times)


@step
def deaf(heard: str, flag: str) -> None:
    """Notes a SIGTERM and goes on until a file appears."""
    signal.signal(signal.SIGTERM, lambda *_: Path(heard).write_text("SIGTERM"))
    Path(heard).touch()
    while not Path(flag).exists():
        time.sleep(0.05)


@pipeline
def stubborn(heard: str, flag: str) -> None:
    deaf(heard, flag)
