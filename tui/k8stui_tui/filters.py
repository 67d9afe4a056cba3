"""What is typed after `/` on a list: words that must be found, and `key:value` terms. Pure.

`train status:failed,running !nightly` finds what has `train` somewhere, one of the two states, and no `nightly`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Term:
    """One word of a filter.

    Attributes:
        field: What it looks at; empty for all fields.
        values: Any of these must be found, in lower case.
        negated: None of them may be found.
    """

    field: str
    values: tuple[str, ...]
    negated: bool = False


def parse_filter(text: str, fields: Sequence[str]) -> tuple[Term, ...]:
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


def keeps(terms: Sequence[Term], values: Mapping[str, str]) -> bool:
    """Whether something with these values (by field) passes all terms."""
    return all(_found(term, values) is not term.negated for term in terms)


def keeper(text: str, fields: Sequence[str]) -> Callable[[Mapping[str, str]], bool]:
    """A filter as a function."""
    terms = parse_filter(text, fields)
    return lambda values: keeps(terms, values)


def _found(term: Term, values: Mapping[str, str]) -> bool:
    looked_at = [values.get(term.field, "")] if term.field else list(values.values())
    return any(_matches(value.lower(), wanted) for value in looked_at for wanted in term.values)


def _matches(value: str, wanted: str) -> bool:
    return fnmatchcase(value, wanted) if "*" in wanted or "?" in wanted else wanted in value
