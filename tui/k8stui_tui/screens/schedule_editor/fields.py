"""The fields of a schedule's form, and what is meant by what stands in them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from k8stui.authoring.forms import FLAG_TEXTS, Field, Kind
from k8stui.authoring.parameters import Parameter
from k8stui.authoring.settings import settings_of
from k8stui.control.schedules.editing import NO_DEADLINE, ScheduleEdit
from k8stui.model.cron import cron_problem, zone_problem
from k8stui.model.cron.zones import zones_like
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import Concurrency, ScheduleSpec, name_problem
from k8stui.model.scheduleviews import FieldChange, ScheduleView
from k8stui_tui.screens.schedule_editor.outlook import LONGEST, TOO_LONG
from k8stui_tui.wording import error_line

CRON, ZONE, SUSPEND, CONCURRENCY = "cron", "time-zone", "suspend", "concurrency"
DEADLINE, SUCCESSFUL, FAILED, NAME = "starting-deadline", "successful-history", "failed-history", "name"

OF_ANYBODY = (CRON, ZONE, SUSPEND)
"""What can be edited in schedules that k8stui did not make."""

IMAGE, SETTINGS, FILE = "image", "settings", "file"
"""What its pipeline is compiled with anew, in schedules that keep their code."""

PARAMETER = "param."
"""What the fields of a pipeline's parameters begin with, as the changes of a schedule call them."""

MOST_SECONDS = 2**31 - 1


@dataclass(frozen=True)
class RuledField(Field):
    """A field with a rule of its own.

    Attributes:
        rule: Tells what is wrong with a text, or nothing.
        stands: Whether its default is what is so already, and therefore right.
    """

    rule: Callable[[str], str] = lambda _: ""
    stands: bool = False

    def problem(self, text: str) -> str:
        """What is wrong with a text in it, as a sentence; empty when nothing is."""
        return "" if self.stands and text == self.default else self.rule(text)

    def default_said(self) -> str:
        """Its default, for its note."""
        return f"now {self.default or 'any'}" if self.stands else super().default_said()


def fields_for(view: ScheduleView) -> tuple[Field, ...]:
    """The fields that can be edited of a schedule, each with what it is now as its default."""
    known = texts_of(view)
    if view.origin == "k8stui":
        parameters = (_field(name, "of the pipeline: text, or JSON") for name in parameter_texts(view))
        wanted = (*_ALL, *parameters, *(_OF_CODE if view.source.target else ()))
    else:
        wanted = tuple(one for one in _ALL if one.name in OF_ANYBODY)
    return tuple(replace(one, default=known[one.name], stands=True) for one in wanted)


def flag(name: str) -> str:
    """The field of a new schedule: with dashes, as on the command line, so that no parameter has its name."""
    return f"--{name}"


def fields_of_new(own: ScheduleSpec | None) -> tuple[RuledField, ...]:
    """The fields of a schedule that is to be made, as its pipeline's author wants it.

    Args:
        own: The pipeline's own schedule; None for none.
    """
    given = own or ScheduleSpec(cron="@daily")
    defaults = {
        CRON: own.cron if own else "",
        ZONE: given.time_zone,
        NAME: given.name,
        CONCURRENCY: given.concurrency.value,
        DEADLINE: _number(given.starting_deadline),
        SUSPEND: FLAG_TEXTS[given.suspend],
    }
    return tuple(
        replace(one, parameter=replace(one.parameter, name=flag(one.name)), default=defaults[one.name]) for one in _NEW
    )


def texts_of(view: ScheduleView) -> dict[str, str]:
    """What stands in the fields of a schedule as it is."""
    return {
        CRON: view.cron,
        ZONE: view.time_zone,
        SUSPEND: FLAG_TEXTS[view.suspended],
        CONCURRENCY: view.concurrency or Concurrency.ALLOW.value,
        DEADLINE: _number(view.starting_deadline),
        SUCCESSFUL: _number(view.successful_history),
        FAILED: _number(view.failed_history),
        **parameter_texts(view),
        **({IMAGE: view.image, SETTINGS: json.dumps(view.settings), FILE: ""} if view.source.target else {}),
    }


def parameter_texts(view: ScheduleView) -> dict[str, str]:
    """What stands in the fields of the pipeline's parameters, as the command line takes it."""
    return {
        f"{PARAMETER}{name}": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in view.parameters.items()
    }


def parameters_of(view: ScheduleView, texts: Mapping[str, str]) -> dict[str, str]:
    """The parameters that are to be others, by their own names."""
    before = parameter_texts(view)
    return {
        name.removeprefix(PARAMETER): texts[name] for name in before if texts.get(name, before[name]) != before[name]
    }


def others_of(view: ScheduleView) -> list[str]:
    """What cannot be edited of a schedule, a few words for each thing."""
    shown = {one.name for one in fields_for(view)}
    return [f"{name} {_said(name, text)}" for name, text in texts_of(view).items() if name not in shown and text]


def changed(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """What of the fields is not as it was; a deadline that is not there is `any`."""
    return tuple(
        FieldChange(field=name, old=_said(name, old.get(name, "")), new=_said(name, text))
        for name, text in new.items()
        if text != old.get(name, "")
    )


def edit_of(view: ScheduleView, texts: Mapping[str, str]) -> ScheduleEdit:
    """The edit that makes a schedule what stands in its form, where nothing in that is wrong.

    Args:
        view: The schedule as it is.
        texts: By field; what is missing stays.
    """
    before = texts_of(view)
    new = {name: text for name, text in texts.items() if text != before.get(name)}

    def number(name: str) -> int | None:
        return int(new[name]) if new.get(name) else None

    return ScheduleEdit(
        cron=new.get(CRON),
        time_zone=new.get(ZONE),
        suspend=new[SUSPEND] == FLAG_TEXTS[True] if SUSPEND in new else None,
        concurrency=Concurrency(new[CONCURRENCY]) if CONCURRENCY in new else None,
        starting_deadline=NO_DEADLINE if new.get(DEADLINE) == "" else number(DEADLINE),
        successful_history=number(SUCCESSFUL),
        failed_history=number(FAILED),
        image=new.get(IMAGE),
        **_settings(view, new[SETTINGS]) if SETTINGS in new else {},
    )


def _settings(view: ScheduleView, text: str) -> dict[str, Any]:
    """Which settings are set over the pipeline's own, and which of them no more."""
    wanted = json.loads(text)
    given = {name: value for name, value in wanted.items() if view.settings.get(name) != value}
    unset = tuple(name for name in view.settings if name not in wanted)
    return {"settings": settings_of(given, where=SETTINGS) if given else None, "unset": unset}


def with_theirs(typed: Mapping[str, str], old: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """What stands in a form when somebody else's changes are taken: theirs where they made any, else what was typed."""
    return {name: theirs.get(name, "") if theirs.get(name) != old[name] else text for name, text in typed.items()}


def with_mine(typed: Mapping[str, str], old: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """What stands in a form when one's own changes go over theirs: theirs only where one made none."""
    return {name: theirs.get(name, "") if text == old[name] else text for name, text in typed.items()}


def sides(typed: Mapping[str, str], old: Mapping[str, str], theirs: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The fields that one of two editors changed: name, what it was, what they made it, what was typed, if anything."""
    rows: list[tuple[str, ...]] = []
    for name, text in typed.items():
        now = theirs.get(name, "")
        if text != old[name] or now != old[name]:
            mine = _said(name, text) if text != old[name] else ""
            rows.append((name, _said(name, old[name]), _said(name, now), mine))
    return rows


def complete_zone(text: str) -> str:
    """The zone that is likeliest meant; empty for none."""
    return next(iter(zones_like(text[:LONGEST])), "")


def cron_rule(text: str) -> str:
    """Why a cron expression is refused, in Kubernetes' words."""
    if not text.strip():
        return "It needs one, as 30 2 * * *."
    problem = TOO_LONG if len(text) > LONGEST else cron_problem(text)
    return f"Refused by Kubernetes: {problem}" if problem else ""


def zone_rule(text: str) -> str:
    """What is wrong with a zone, and which may be meant."""
    problem = TOO_LONG if len(text) > LONGEST else zone_problem(text)
    if not problem:
        return ""
    found = zones_like(text[:LONGEST], most=3)
    if not found:
        return _sentence(problem)
    others = f" Or {', '.join(found[1:])}." if found[1:] else ""
    return f"No such time zone. Did you mean {found[0]}? tab takes it.{others}"


def settings_rule(text: str) -> str:
    """What is wrong with settings, as an object of JSON."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return 'It needs an object of JSON, as {"step_timeout": 600}; {} for none.'
    try:
        settings_of(given, where=SETTINGS)
    except InvalidInputError as error:
        return error_line(error)
    return ""


def _image_rule(text: str) -> str:
    return "" if text and not re.search(r"\s", text) else "It needs the name of an image."


def _said(name: str, text: str) -> str:
    return "any" if name == DEADLINE and not text else text


def _sentence(problem: str) -> str:
    return f"{problem[:1].upper()}{problem[1:]}." if problem else ""


def _number_rule(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_SECONDS)) and int(text) <= MOST_SECONDS):
        return f"{text!r} is no whole number from 0 on." if text else "It needs a number."
    return ""


def _field(
    name: str,
    about: str,
    *,
    rule: Callable[[str], str] = lambda _: "",
    choices: Sequence[str] = (),
) -> RuledField:
    looks = Kind.CHOICE if choices else Kind.TEXT
    parameter = Parameter(name, str, "", required=False, default="", description=about)
    return RuledField(parameter, looks, choices=tuple(choices), rule=rule)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


CRON_FIELD = _field(CRON, "as 30 2 * * 1-5, @daily or @every 90m", rule=cron_rule)
ZONE_FIELD = _field(ZONE, "IANA zone of the cron expression", rule=zone_rule)
SUSPEND_FIELD = _field(SUSPEND, "nothing starts until it is resumed", choices=FLAG_TEXTS)
CONCURRENCY_FIELD = _field(CONCURRENCY, "while an earlier run goes on", choices=[*Concurrency])
DEADLINE_FIELD = _field(
    DEADLINE, "seconds it may be late; any if empty", rule=lambda text: _number_rule(text) if text else ""
)

_ALL = (
    CRON_FIELD,
    ZONE_FIELD,
    SUSPEND_FIELD,
    CONCURRENCY_FIELD,
    DEADLINE_FIELD,
    _field(SUCCESSFUL, "Jobs kept of runs that ended well", rule=_number_rule),
    _field(FAILED, "Jobs kept of runs that failed", rule=_number_rule),
)

_OF_CODE = (
    _field(IMAGE, "of the orchestrator and of steps that name none", rule=_image_rule),
    _field(SETTINGS, "over the pipeline's own, as JSON", rule=settings_rule),
    _field(FILE, "FILE:PIPELINE with other code; the code that is kept if empty"),
)

_NEW = (
    CRON_FIELD,
    ZONE_FIELD,
    _field(
        NAME,
        "of the schedule; the pipeline's with a random suffix if empty",
        rule=lambda text: _sentence(name_problem(text.strip()) if text.strip() else ""),
    ),
    CONCURRENCY_FIELD,
    DEADLINE_FIELD,
    SUSPEND_FIELD,
)
