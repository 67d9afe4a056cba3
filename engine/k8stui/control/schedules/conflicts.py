"""Edits that must not be: of a schedule that somebody else has changed meanwhile, or that is not k8stui's. Pure."""

from __future__ import annotations

from k8stui.control.schedules.fields import differences, fields_of
from k8stui.control.words.spans import minute
from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui.model.scheduleviews import ChangeView, FieldChange, ScheduleView

OWN = "k8stui"

OF_ANYBODY = frozenset(("cron", "time-zone", "suspend"))
"""Fields that can be edited in schedules that k8stui did not make."""


def check_seen(seen: ScheduleView | int | None, now: ScheduleView) -> None:
    """Refuse an edit of what is not there any more.

    Raises:
        ConflictError: The schedule was changed since it was seen.
    """
    if isinstance(seen, int):
        same = seen == now.generation
    else:
        same = seen is None or (seen.generation, seen.created) == (now.generation, now.created)
    if seen is not None and not same:
        raise conflict(seen, now)


def check_allowed(view: ScheduleView, fields: list[str]) -> None:
    """Refuse changes of what belongs to the maker of a schedule.

    Args:
        view: The schedule.
        fields: Names of what is changed.

    Raises:
        InvalidInputError: The schedule is not k8stui's, and more than its timing is changed.
    """
    others = [field for field in fields if field not in OF_ANYBODY]
    if others and view.origin != OWN:
        raise InvalidInputError(
            f"The schedule {view.name} was made by {view.origin}: {', '.join(others)} cannot be changed here.",
            hint="Only cron, time zone and suspension can. For the rest use what made it.",
        )


def conflict(seen: ScheduleView | int, now: ScheduleView) -> ConflictError:
    """The error for an editor whose schedule was changed meanwhile, with what was changed and, if known, by whom."""
    generation = seen if isinstance(seen, int) else seen.generation
    since = [change for change in now.changes if change.generation > generation]
    who = {field.field: change for change in reversed(since) for field in change.fields}
    if isinstance(seen, int):
        fields = [field for change in since for field in change.fields]
    else:
        fields = list(differences(fields_of(seen), fields_of(now)))
    lines = [f"{told(field)}{_by(who.get(field.field))}" for field in fields]
    return ConflictError(
        f"The schedule {now.name} was changed since it was looked at: generation {generation} then, "
        f"{now.generation} now.",
        hint="\n".join([*(lines or ["Nothing that is shown of it differs."]), "Look at it again, and repeat."]),
    )


def told(field: FieldChange) -> str:
    """A change in a line: `cron: 5 2 * * * -> 5 3 * * *`."""
    return f"{field.field}: {field.old or 'nothing'} -> {field.new or 'nothing'}"


def _by(change: ChangeView | None) -> str:
    parts = [part for part in ((change.by, minute(change.at)) if change else ()) if part]
    return f" ({', '.join(parts)})" if parts else ""
