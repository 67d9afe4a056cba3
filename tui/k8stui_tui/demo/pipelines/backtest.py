"""A model tried on one year after the other: long enough to watch, two years at a time."""

import random
import time

import k8stui
from k8stui import KubernetesOrchestratorSettings, pipeline, step


@step
def load_prices(seconds: float) -> int:
    time.sleep(seconds / 10)
    print("prices of 3 years, 756 days")
    return 252


@step
def replay(year: int, days: int, seconds: float) -> float:
    source = random.Random(year)
    value = 100.0
    for day in range(1, days + 1):
        value *= 1 + source.gauss(0.0004, 0.009)
        k8stui.report(progress=day / days, value=round(value, 2))
        if day % 12 == 0:
            print(f"{year}, day {day:3}: {value:7.2f}", flush=True)
        time.sleep(seconds / days)
    return round(value, 2)


@step
def compare(values: list[float]) -> float:
    print(f"best {max(values)}, worst {min(values)}")
    return max(values)


@pipeline(settings=KubernetesOrchestratorSettings(max_parallelism=2))
def backtest(seconds: float = 50.0) -> None:
    days = load_prices(seconds)
    compare([replay(year, days, seconds) for year in (2023, 2024, 2025)])
