"""The Python steps of etl.yaml: plain functions, which know nothing of pipelines."""

import random
from typing import Annotated


def extract(day: str, readings: int) -> list[float]:
    source = random.Random(day)
    temperatures = [round(source.uniform(12, 31), 1) for _ in range(readings)]
    print(f"{day}: {readings} readings, the first are {temperatures[:3]}")
    return temperatures


def transform(temperatures: list[float]) -> tuple[Annotated[float, "mean"], Annotated[float, "highest"]]:
    mean = round(sum(temperatures) / len(temperatures), 2)
    print(f"mean {mean}, highest {max(temperatures)}")
    return mean, max(temperatures)
