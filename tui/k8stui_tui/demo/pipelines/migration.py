"""Tables copied one after the other: long enough to be stopped, or paused, on the way."""

import time

from k8stui import pipeline, step


@step
def copy(table: str, after_rows: int, seconds: float) -> int:
    print(f"copying {table} after {after_rows} rows", flush=True)
    time.sleep(seconds)
    return after_rows + 1000 * len(table)


def _one_after_the_other(tables: list[str], seconds: float) -> None:
    rows = 0
    for table in tables:
        rows = copy(table, rows, seconds)


@pipeline
def migration(tables: list[str] = ["users", "orders", "invoices"], seconds: float = 3.0) -> None:
    _one_after_the_other(tables, seconds)


@pipeline
def export(tables: list[str] = ["products", "prices", "stock"], seconds: float = 3.0) -> None:
    _one_after_the_other(tables, seconds)
