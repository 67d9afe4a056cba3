"""What the options of schedules mean, where they are more than a text or a number."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from k8stui.model.errors import InvalidInputError

if TYPE_CHECKING:
    from k8stui.model.schedule import Concurrency


def concurrency_of(text: str) -> Concurrency:
    """`--concurrency`, in whatever case.

    Raises:
        InvalidInputError: It is none of Kubernetes' words.
    """
    from k8stui.model.schedule import Concurrency

    if text.capitalize() not in {*Concurrency}:
        raise InvalidInputError(f"--concurrency {text!r} is not possible.", hint=f"One of {', '.join(Concurrency)}.")
    return Concurrency(text.capitalize())


def every_cron(cron: str, every: str) -> str:
    """The expression that `--cron` gives, or that `--every` stands for; empty for neither.

    Raises:
        InvalidInputError: Both are given, or no schedule fires at such a distance.
    """
    if not every:
        return cron
    if cron:
        raise InvalidInputError("--cron and --every exclude each other.")
    from k8stui.control.words.spans import seconds_of
    from k8stui.model.cron.intervals import interval_cron

    try:
        seconds = seconds_of(every)
    except ValueError:
        raise InvalidInputError(f"--every {every!r} is not a duration such as 90m, 1h30m or 2d.") from None
    try:
        return interval_cron(timedelta(seconds=seconds))
    except ValueError as error:
        raise InvalidInputError(f"--every {every!r} is not possible: {error}.") from None
