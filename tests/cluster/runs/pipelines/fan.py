"""Parts side by side that are joined; some of them can be held at the gate."""

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import pipeline, step


@step
def start() -> int:
    return 100


@step
def part(base: int, index: int) -> int:
    print(f"part {index}")
    return base + index


@step
def held(base: int, index: int) -> int:
    wait_at_gate()
    print(f"part {index}")
    return base + index


@step
def join(parts: list[int]) -> int:
    print(f"joining {parts}")
    return sum(parts)


@pipeline
def fan(width: int = 4, held_parts: int = 0) -> None:
    base = start()
    join([(held if index < held_parts else part)(base, index) for index in range(width)])
