"""Eight steps that could all run at once, and may not."""

from k8stui import pipeline, step


@step
def one(index: int) -> int:
    return index


@pipeline(settings={"orchestrator": {"max_parallelism": 2}})
def two_at_a_time() -> None:
    for index in range(8):
        one(index)
