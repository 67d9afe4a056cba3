"""A pipeline that runs by itself: every quarter of an hour it sums up the quarter of an hour before.

`python examples/digest.py` creates its schedule; `k8stui run examples/digest.py` runs it once, now. A step finds the
time that its run was due at in K8STUI_SCHEDULED_TIME, so that a run which starts late, or is made up for, still sums up
what it was meant to.
"""

import os
import random
from datetime import UTC, datetime, timedelta
from typing import Annotated

from k8stui import Schedule, pipeline, step


@step
def window(minutes: int) -> tuple[Annotated[str, "begin"], Annotated[str, "end"]]:
    due = os.environ.get("K8STUI_SCHEDULED_TIME")  # a run by hand was due at no time
    end = datetime.fromisoformat(due) if due else datetime.now(UTC)
    begin = end - timedelta(minutes=minutes)
    print(f"from {begin:%H:%M} to {end:%H:%M} UTC")
    return begin.isoformat(), end.isoformat()


@step
def collect(source: str, begin: str, end: str) -> dict:
    orders = random.Random(source + begin).randrange(20, 90)
    print(f"{source}: {orders} orders before {end}")
    return {"source": source, "orders": orders}


@step
def summarise(parts: list[dict]) -> Annotated[int, "orders"]:
    for part in sorted(parts, key=lambda part: -part["orders"]):
        print(f"{part['source']:<10} {part['orders']:>4}")
    return sum(part["orders"] for part in parts)


@pipeline
def digest(minutes: int = 15, sources: list[str] = ["web", "mobile", "partners"]) -> None:
    begin, end = window(minutes)
    summarise([collect(source, begin, end) for source in sources])


every_quarter = digest.with_options(schedule=Schedule(cron_expression="*/15 * * * *"))


if __name__ == "__main__":
    every_quarter()
