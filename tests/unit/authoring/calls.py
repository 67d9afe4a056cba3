"""Steps to call in tests, and what calls of steps become."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from k8stui import step
from k8stui.authoring.tracing import tracing
from k8stui.model.pipeline import StepSpec


@step
def load(rows: int = 3) -> list[int]:
    return list(range(rows))


@step
def split(data: list[int]) -> tuple[Annotated[list[int], "left"], Annotated[list[int], "right"]]:
    return data[:1], data[1:]


@step
def fit(data: Any, rate: float = 0.1, **extra: Any) -> float:
    return rate


@step
def tell(*, what: Any = None) -> None:
    print(what)


@step
def pick(scores: list[float]) -> float:
    return max(scores)


@step
def takes_after(after: str, id: int) -> None:  # noqa: A002 - authors may
    """Has parameters called like our own arguments."""


def traced(function: Callable[[], Any]) -> list[StepSpec]:
    with tracing("test") as trace:
        function()
    return trace.steps
