"""What of a schedule can be edited, each thing as a name and a text, so that two states of it can be compared. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from k8stui.model.scheduleviews import FieldChange, ScheduleView

NONE = "none"
"""How a starting deadline is written that is not there."""


STEPS = "steps"
"""The name of what is told of the steps: a digest of them all."""


TIMES = frozenset(("cron", "time-zone", "suspend", "starting-deadline"))
"""What says which times a schedule fires at."""

OF_CODE = ("param.", "set.")
OF_TEMPLATE = frozenset(("pipeline", "source", "code", "image", "cache", STEPS))


def timing_of(view: ScheduleView) -> dict[str, str]:
    """What stands in the CronJob's own fields, by its name on the command line."""
    values = {
        "cron": view.cron,
        "time-zone": view.time_zone,
        "suspend": view.suspended,
        "concurrency": view.concurrency,
        "starting-deadline": NONE if view.starting_deadline is None else view.starting_deadline,
        "successful-history": view.successful_history,
        "failed-history": view.failed_history,
    }
    return {name: text_of(value) for name, value in values.items()}


def fields_of(view: ScheduleView) -> dict[str, str]:
    """Everything that can be edited, by its name on the command line."""
    code, _, steps = view.code.partition(".")
    what = {"pipeline": view.pipeline, "source": view.source.target, "code": code, "image": view.image}
    cache = {"cache": text_of(view.cache)}
    parameters = {f"param.{name}": text_of(value) for name, value in view.parameters.items()}
    settings = {f"set.{name}": text_of(value) or NONE for name, value in view.settings.items()}
    return {**timing_of(view), **what, **cache, **parameters, **settings, STEPS: steps}


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """What is not the same, in the order of the old state; what is in one of them only is empty in the other.

    That the steps are others is told only where nothing else explains it.
    """
    changed = [name for name in {**old, **new} if old.get(name, "") != new.get(name, "")]
    if any(name == "code" or name.startswith(OF_CODE) for name in changed):
        changed = [name for name in changed if name != STEPS]
    return tuple(FieldChange(field=name, old=old.get(name, ""), new=new.get(name, "")) for name in changed)


def is_of_template(changes: Iterable[FieldChange]) -> bool:
    """Whether one of the changes is of what stands in the schedule's template."""
    return any(one.field in OF_TEMPLATE or one.field.startswith(OF_CODE) for one in changes)


def text_of(value: object) -> str:
    """A value as a person writes it: text as it is, yes and no, numbers, and JSON for the rest."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
