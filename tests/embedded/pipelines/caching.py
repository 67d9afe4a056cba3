"""Steps that count how often they are run, so that a test sees what was taken from the cache."""

import os
import time
from pathlib import Path

from k8stui import container_step, pipeline, step


def count(tally: str, name: str) -> None:
    path = Path(tally) / name
    path.write_text(path.read_text() + "x" if path.exists() else "x")


@step
def load(tally: str, n: int) -> int:
    count(tally, "load")
    return n % 10


@step
def double(tally: str, value: int) -> int:
    count(tally, "double")
    return value * 2


@step
def tell(tally: str, value: int) -> None:
    count(tally, "tell")


@step(enable_cache=False)
def always(tally: str) -> str:
    count(tally, "always")
    return "fresh"


@step
def breaks(tally: str, flag: str) -> int:
    count(tally, "breaks")
    if not Path(flag).exists():
        raise ValueError("no flag")
    return 1


@step
def due(tally: str) -> str:
    count(tally, "due")
    return os.environ.get("K8STUI_SCHEDULED_TIME", "by hand")


@step
def cheer(tally: str) -> None:
    count(tally, "cheer")


touch = container_step(name="touch", image="busybox:1", command=["sh", "-c", 'printf x >> "$INPUT_TALLY/touch"'])


@pipeline
def straight(tally: str, n: int = 3) -> None:
    """A chain, and a step after it that takes no value."""
    value = double(tally, load(tally, n))
    tell(tally, value)


@pipeline
def mixed(tally: str) -> None:
    """What is cached by default and what is not."""
    touch(tally=tally, after=load(tally, 1))
    always(tally)


@pipeline
def breaking(tally: str, flag: str) -> None:
    double(tally, load(tally, 1))
    breaks(tally, flag)


@pipeline
def timed(tally: str) -> None:
    load(tally, 1)
    due(tally)


@pipeline
def fan(tally: str, width: int = 3) -> None:
    for index in range(width):
        double(tally, load(tally, index))


@step
def wait(tally: str, flag: str, hold: bool) -> int:
    count(tally, "wait")
    while hold and not Path(flag).exists():
        time.sleep(0.05)
    return 1


@pipeline
def holding(tally: str, flag: str, hold: bool) -> None:
    """Something cached before a step that is not, and after it."""
    double(tally, wait(tally, flag, hold), after=load(tally, 1))
