"""The filter language of lists: words that must be found, and `key:value` terms. Pure.

`train status:failed,running !nightly age:>1h` finds what has `train` somewhere, one of the two states, no `nightly`,
and is older than an hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias

from k8stui.control.words.spans import seconds_of
from k8stui.model.errors import InvalidInputError

Value: TypeAlias = "str | float | tuple[str, ...] | None"
"""What a field holds: text; a number or seconds, compared by `>` and `<`; or labels as `key=value`."""


@dataclass(frozen=True)
class Term:
    """One word of a filter.

    Attributes:
        field: What it looks at; empty for all fields with text.
        values: Any of these must be found, in lower case.
        negated: None of them may be found.
    """

    field: str
    values: tuple[str, ...]
    negated: bool = False


def parse_filter(text: str, fields: Collection[str]) -> tuple[Term, ...]:
    """The terms of a filter.

    Args:
        text: As typed. A `key:` that is no field is an ordinary word, so that nothing typed is an error.
        fields: What can be looked at.
    """
    terms: list[Term] = []
    for typed in text.split():
        negated = typed.startswith("!") and len(typed) > 1
        word = typed[1:] if negated else typed
        key, colon, value = word.partition(":")
        if colon and key.lower() in fields:
            values = tuple(part for part in value.lower().split(",") if part)
            if values:
                terms.append(Term(key.lower(), values, negated))
        else:
            terms.append(Term("", (word.lower(),), negated))
    return tuple(terms)


def keeps(terms: Sequence[Term], values: Mapping[str, Value]) -> bool:
    """Whether something with these values (by field) passes all terms."""
    return all(_found(term, values) is not term.negated for term in terms)


def keeper(text: str, fields: Collection[str]) -> Callable[[Mapping[str, Value]], bool]:
    """A filter as a function."""
    terms = parse_filter(text, fields)
    return lambda values: keeps(terms, values)


def check_filter(text: str, fields: Mapping[str, str]) -> None:
    """Refuse a filter that would find more than is meant, before something is done to what it finds.

    Args:
        text: As typed.
        fields: What can be looked at, by name; each with an example of its values, those of measures as `>1h`.

    Raises:
        InvalidInputError: A `key:` is no field, a field has no value, or what is compared is no number or age.
    """
    for typed in text.split():
        key, colon, value = typed.removeprefix("!").partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z-]+", key):
            continue
        if key.lower() not in fields:
            raise InvalidInputError(
                f"The filter {typed!r} looks at {key!r}, and there is no such field.",
                hint=f"Fields are {', '.join(fields)}. A word without a colon is looked for everywhere.",
            )
        example = fields[key.lower()]
        values = [part for part in value.split(",") if part]
        if not values or (example.startswith(">") and any(_limit(part) is None for part in values)):
            raise InvalidInputError(f"The filter {typed!r} has no value.", hint=f"As {key}:{example}.")


def _found(term: Term, values: Mapping[str, Value]) -> bool:
    looked_at = [values.get(term.field)] if term.field else [one for one in values.values() if isinstance(one, str)]
    return any(matches(value, wanted) for value in looked_at for wanted in term.values)


def matches(value: Value, wanted: str) -> bool:
    """Whether a field holds what is wanted, which is in lower case."""
    if value is None:
        return False
    if isinstance(value, tuple):
        return any(_globs(one.lower(), wanted) or _globs(one.partition("=")[0].lower(), wanted) for one in value)
    if isinstance(value, (int, float)):
        limit = _limit(wanted)
        return limit is not None and (value > limit if wanted.startswith(">") else value < limit)
    text = value.lower()
    return fnmatchcase(text, wanted) if "*" in wanted or "?" in wanted else wanted in text


def _globs(value: str, wanted: str) -> bool:
    return fnmatchcase(value, wanted) if "*" in wanted or "?" in wanted else wanted == value


def _limit(text: str) -> float | None:
    """What `>1h` or `<3` compares with; None for anything else."""
    if text[:1] not in (">", "<"):
        return None
    try:
        return float(seconds_of(text[1:]))
    except ValueError:
        return None
