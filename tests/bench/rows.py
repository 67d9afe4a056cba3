"""One promise as a row of a table: what is measured, its bar, what it came to, and whether the bar is met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Shown = Callable[[float], str]
"""How a number is written, with its unit."""

HEAD = ("what", "bar", "measured", "range", "")
_VERDICT = {True: "met", False: "NOT MET", None: ""}


@dataclass(frozen=True)
class Row:
    """One promise.

    Attributes:
        claim: What is measured.
        bar: What it must not exceed.
        measured: What it came to: the median.
        spread: Least and most, where they tell something.
        met: Whether it does not exceed the bar; None when it is no promise, only told.
    """

    claim: str
    bar: str
    measured: str
    spread: str
    met: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """As a line under `HEAD`."""
        return self.claim, self.bar, self.measured, self.spread, _VERDICT[self.met]


def seconds(value: float) -> str:
    """Seconds with hundredths."""
    return f"{value:.2f} s"


def milliseconds(value: float) -> str:
    """Seconds as milliseconds, three figures."""
    return f"{1000 * value:.3g} ms"


def share(value: float) -> str:
    """A share of one processor."""
    return f"{100 * value:.2f} %"


def row(
    claim: str,
    bar: float | None,
    values: Sequence[float],
    shown: Shown,
    *,
    of: Callable[[Sequence[float]], float] = median,
) -> Row:
    """A row of measurements.

    Args:
        claim: What was measured.
        bar: What it must not exceed; None when it is only told.
        values: The measurements.
        shown: How one is written.
        of: What the verdict is about, the median by default.
    """
    value = of(values)
    return Row(
        claim=claim,
        bar="" if bar is None else f"<= {shown(bar)}",
        measured=shown(value),
        spread=f"{shown(min(values))} - {shown(max(values))}" if len(values) > 1 else "",
        met=None if bar is None else value <= bar,
    )
