"""What was changed of a schedule, kept in an annotation of its CronJob, in the same write as the change itself.

Beside the changes stands how the CronJob's own fields were after the newest one, and its generation then. If that has
grown since, somebody changed the CronJob without k8stui, and the comparison tells what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from k8stui.control.schedules.fields import differences
from k8stui.control.words.spans import epoch
from k8stui.incluster.contract import names
from k8stui.model.scheduleviews import ChangeView, FieldChange
from k8stui.model.shapes import each, fields, mapping, number, parsed_as, texts

Json = dict[str, Any]

ANNOTATION = "k8stui.io/changes"

_HISTORY = fields({"changes": each(mapping), "generation": number, "timing": texts})

MOST = 50
"""Changes that are kept; older ones are dropped."""

MOST_CHARACTERS = 16 * 1024
"""Of the annotation; an object's annotations may come to 256 KiB."""

MOST_TEXT = 200
"""Characters that are kept of a value."""


@dataclass(frozen=True)
class History:
    """What is kept.

    Attributes:
        changes: The newest first.
        generation: The CronJob's after the newest; 0 when it is not known.
        timing: Its fields then, as `fields.timing_of` gives them.
    """

    changes: tuple[ChangeView, ...] = ()
    generation: int = 0
    timing: Mapping[str, str] = field(default_factory=dict)

    def to_text(self) -> str:
        """The annotation, without the oldest changes where there are too many."""
        kept = [change.model_dump(mode="json", exclude_defaults=True) for change in self.changes[:MOST]]
        while True:
            known = {"generation": self.generation, "timing": dict(self.timing), "changes": kept}
            text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
            if len(text) <= MOST_CHARACTERS or len(kept) <= 1:
                return text
            kept.pop()


def read_history(cron_job: Json) -> History:
    """What is kept on a CronJob; nothing when the annotation is missing or damaged."""
    known = parsed_as(_HISTORY, (cron_job["metadata"].get("annotations") or {}).get(ANNOTATION))
    try:
        changes = tuple(ChangeView.model_validate(one) for one in known["changes"])
        return History(changes, known["generation"], known["timing"])
    except (KeyError, ValueError):
        return History()


def changes_of_job(cron_job: Json, timing: Mapping[str, str]) -> tuple[ChangeView, ...]:
    """All that is known to have been changed, the newest first; changes without k8stui are told as one.

    Args:
        cron_job: As it is now.
        timing: Its fields now.
    """
    history, generation = read_history(cron_job), int(cron_job["metadata"].get("generation") or 0)
    if not history.generation or generation <= history.generation:
        return history.changes
    by, at = _other_manager(cron_job)
    other = ChangeView(at=at, by=by, fields=_short(differences(history.timing, timing)), generation=generation)
    return (other, *history.changes)


def with_change(
    cron_job: Json, before: Mapping[str, str], after: Mapping[str, str], change: ChangeView, *, generation: int
) -> str:
    """The annotation with one more change.

    Args:
        cron_job: As it is before it.
        before: The CronJob's fields before it.
        after: And after it.
        change: What is changed.
        generation: The CronJob's after it.
    """
    own = change.model_copy(update={"fields": _short(change.fields), "generation": generation})
    return History((own, *changes_of_job(cron_job, before)), generation, after).to_text()


def _short(fields: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(field=_cut(one.field), old=_cut(one.old), new=_cut(one.new)) for one in fields)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def _other_manager(cron_job: Json) -> tuple[str, float | None]:
    """Which program but this one changed the spec last, and when, as far as the server kept it."""
    found = [
        (epoch(entry.get("time")) or 0.0, str(entry.get("manager") or ""))
        for entry in cron_job["metadata"].get("managedFields") or ()
        if not entry.get("subresource")
        and "f:spec" in (entry.get("fieldsV1") or {})
        and entry.get("manager") != names.MANAGER
    ]
    at, by = max(found, default=(0.0, ""))
    return by, at or None
