"""What the options of schedules mean, where they are more than a text or a number."""

from __future__ import annotations

from datetime import datetime
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


def instant(text: str, option: str) -> datetime:
    """A moment, with its offset.

    Raises:
        InvalidInputError: It is none, or has no offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInputError(
            f"{option} {text!r} is not a moment: a date, a time and an offset are needed.",
            hint=f"As {option} 2026-11-25T14:00:00Z or 2026-11-25T15:00:00+01:00.",
        )
    return moment
