"""`StepRetry`: how often a step may fail by itself and be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from k8stui.incluster.contract.protocol import Retry
from k8stui.model.errors import InvalidInputError


@dataclass(frozen=True)
class StepRetry:
    """Retries after a step's own failures; evictions and lost nodes have a budget of their own.

    Attributes:
        max_retries: Attempts after the first.
        delay: Seconds before the first retry.
        backoff: Factor on the delay for each further retry; 0 and 1 both keep the delay as it is.

    Raises:
        InvalidInputError: A value is of the wrong type or below zero.
    """

    max_retries: int = 1
    delay: float = 0
    backoff: float = 1

    def __post_init__(self) -> None:
        for name, kinds, expected in (
            ("max_retries", int, "a whole number, 0 or more"),
            ("delay", (int, float), "seconds, 0 or more"),
            ("backoff", (int, float), "a factor of 1 or more (0 for none)"),
        ):
            value = getattr(self, name)
            wrong = isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < float("inf")
            if wrong or (name == "backoff" and 0 < value < 1):
                raise InvalidInputError(f"StepRetry: {name}={value!r} is not {expected}")

    def compiled(self) -> Retry:
        """The same as the plan writes it."""
        return Retry(max_retries=self.max_retries, delay=float(self.delay), backoff=float(self.backoff) or 1.0)


def retry_of(value: StepRetry | Mapping[str, Any] | None, *, where: str) -> Retry:
    """The retries a `retry=` argument or YAML field means.

    Args:
        value: A `StepRetry`, its fields as a dict, or None for no retries.
        where: What it belongs to, for the error.

    Raises:
        InvalidInputError: It is none of these, or a field is unknown or wrong.
    """
    if value is None:
        return Retry()
    if isinstance(value, StepRetry):
        return value.compiled()
    known = [field.name for field in fields(StepRetry)]
    if not isinstance(value, Mapping):
        raise InvalidInputError(
            f"{where}: retry={value!r} is not a StepRetry", hint="Write retry=StepRetry(max_retries=2, delay=10)."
        )
    for key in value:
        if key not in known:
            raise InvalidInputError(f"{where}: retry has no field {key!r}; its fields are {', '.join(known)}")
    return StepRetry(**value).compiled()
