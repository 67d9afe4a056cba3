"""A chain of steps that count; one of them can be held at the gate."""

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import pipeline, step


@step
def count(number: int) -> int:
    print(f"counted {number}")
    return number + 1


@step
def held(number: int) -> int:
    wait_at_gate()
    print(f"counted {number}")
    return number + 1


@pipeline
def chain(length: int = 5, hold_at: int = 0) -> None:
    number = 0
    for place in range(1, length + 1):
        number = (held if place == hold_at else count)(number)
