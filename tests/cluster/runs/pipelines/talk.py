"""Steps that write: one line before the gate and one after it, or very many at once."""

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import pipeline, step


@step
def talk() -> None:
    print("before", flush=True)
    wait_at_gate()
    print("after")


@step
def chatter(lines: int) -> int:
    for number in range(lines):
        print(f"line {number:04}")
    return lines


@pipeline
def talking() -> None:
    talk()


@pipeline
def chattering(lines: int = 2000) -> None:
    chatter(lines)
