"""What the options of schedules mean, where they are more than a text or a number."""

from __future__ import annotations

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
