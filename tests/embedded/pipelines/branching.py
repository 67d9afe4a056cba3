"""Pipelines of the tests whose shape is only known when they run: lists, branches, and where these meet again."""

import time
from pathlib import Path

from k8stui import StepRetry, one_of, pipeline, step, unmapped


@step
def listing(count: int) -> list[int]:
    return list(range(count))


@step
def anything(value: object) -> object:
    return value


@step(retry=StepRetry(max_retries=1))
def double(item: int, notes: str, wait: bool = False) -> int:
    """Notes that it ran; waits for a file where it is told to, fails for 13 and, the first time, for 7."""
    tally = Path(notes, f"ran-{item}")
    again = tally.exists()
    tally.write_text(tally.read_text() + "x" if again else "x")
    while wait and not Path(notes, "go").exists():
        time.sleep(0.05)
    if item == 13 or (item == 7 and not again):
        raise ValueError(f"{item} brings no luck")
    return item * 2


@step
def brittle(item: int) -> int:
    if item == 13:
        raise ValueError(f"{item} brings no luck")
    return item


@step
def scale(item: int, factors: list[int]) -> int:
    return item * factors[0]


@step
def total(values: list[int]) -> int:
    return sum(values)


@step
def check(score: float) -> float:
    return score


@step
def praise(score: float) -> str:
    return f"{score} is good"


@step
def train_longer(score: float) -> str:
    return f"{score} is bad"


@step
def boast(said: str) -> str:
    return said.upper()


@step
def tell(said: str) -> str:
    return said


@pipeline
def mapped(notes: str, count: int = 3, wait: bool = False) -> None:
    total(double.map(item=listing(count), notes=notes, wait=wait))


@pipeline
def over(value: list[int], notes: str) -> None:
    total(double.map(item=anything(value), notes=notes))


@pipeline
def breaking(value: list[int]) -> None:
    total(brittle.map(item=anything(value)))


@pipeline
def over_anything(value: dict[str, int]) -> None:
    scale.map(item=anything(value), factors=[1])


@pipeline
def mapped_twice(count: int, notes: str) -> None:
    numbers = listing(count)
    total(scale.map(item=double.map(item=numbers, notes=notes), factors=unmapped(numbers)))


@pipeline
def branched(score: float) -> None:
    found = check(score)
    good = boast(praise(found, when=found > 0.9))
    bad = train_longer(found, when=found <= 0.9)
    tell(one_of(good, bad))


@pipeline(enable_cache=True)
def cached(count: int) -> None:
    total(scale.map(item=listing(count), factors=[3]))
