"""Graphs whose results are known beforehand, and whose steps write a journal."""

import atexit
import os
import signal

from journal import attempt, noted, wait_for  # type: ignore[import-not-found]  # found beside the script

from k8stui import StepRetry, one_of, pipeline, step


@step
def one(number: int) -> int:
    with noted():
        return number + 1


@step
def held(number: int, gate: str) -> int:
    with noted():
        wait_for(gate)
        return number + 1


@step
def text(length: int) -> str:
    with noted():
        return "x" * length


@step
def numbers(count: int) -> list[int]:
    with noted():
        return list(range(count))


@step
def total(numbers: list[int]) -> int:
    with noted():
        return sum(numbers)


@step
def lengths(texts: list[str]) -> int:
    with noted():
        return sum(len(one) for one in texts)


@step
def broken(number: int) -> int:
    with noted():
        raise ValueError(f"cannot use {number}")


@step(retry=StepRetry(max_retries=1))
def second_time_lucky(number: int) -> int:
    with noted():
        if attempt() == 1:
            raise ValueError("not the first time")
        return number + 1


@pipeline
def chain(length: int = 4, hold_at: int = 0, gate: str = "go") -> None:
    number = 0
    for place in range(1, length + 1):
        number = held(number, gate) if place == hold_at else one(number)


@pipeline
def diamond(width: int = 3, gate: str = "") -> None:
    """A source, parts side by side, their join and one more: 2 x width + 1 in the end."""
    base = one(0)
    one(total([held(base, gate) for _ in range(width)]))


@pipeline
def forked(width: int = 3, gate: str = "") -> None:
    """A list, an item for each thing in it, their sum, and one of two branches: 8 in the end."""
    found = total(held.map(number=numbers(width), gate=gate))
    more, less = one(found, when=found > 5, id="more"), one(found, when=found <= 5, id="less")
    one(one_of(more, less), id="last")


@pipeline
def wide(width: int = 30, length: int = 3000) -> None:
    """Results that together are too large for an environment."""
    lengths([text(length) for _ in range(width)])


@pipeline
def laden() -> None:
    """Results so large that the record is written rarely, then a diamond: 108,004 in the end."""
    base = lengths([text(3000) for _ in range(12)])
    one(total([held(base, "") for _ in range(3)]))


@pipeline
def failing() -> None:
    one(broken(one(0)))


@pipeline
def retried() -> None:
    one(second_time_lucky(0))


@pipeline
def waiting(gate: str = "go") -> None:
    one(held(0, gate))


@step
def lingers(number: int, how: str) -> int:
    """Returns at once; its process stays until it is ended, or ends badly by itself at the gate `exit`."""
    with noted():
        atexit.register(end_badly, how)
        return number + 1


def end_badly(how: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    wait_for("exit")
    os._exit(3 if how == "fail" else 0)


@pipeline
def lingering(how: str = "", gate: str = "go") -> None:
    held(lingers(0, how), gate, id="one")


@pipeline
def joining(width: int = 4, gate: str = "go") -> None:
    """Parts and their join, which waits at a gate: width + 1 in the end."""
    held(total([one(0) for _ in range(width)]), gate)


@pipeline
def beside(gate: str = "go") -> None:
    """Two steps that have nothing to do with each other."""
    held(0, gate)
    held(1, gate)


@step
def told(state: str = "") -> str:
    with noted():
        return state


@pipeline(on_failure=told)
def hooked() -> None:
    """Fails, and has a hook that returns how the run ended."""
    broken(0)
