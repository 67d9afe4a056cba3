"""Moments as a person types them."""

from __future__ import annotations

from datetime import datetime

from k8stui.model.errors import InvalidInputError


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
