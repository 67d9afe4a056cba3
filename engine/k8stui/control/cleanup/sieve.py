"""The filter of pods for many of them: it means what `keeper` with `fields_of` does, and looks at no more than it must.

A person sees ten thousand pods filtered anew at each letter.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from operator import attrgetter
from typing import TypeAlias

from k8stui.control.cleanup.plan import FIELDS, fields_of
from k8stui.control.pods.candidates import Candidate
from k8stui.control.words.filtering import Term, matches, parse_filter

Test: TypeAlias = Callable[[Candidate], bool]

_OF_POD = ("status", "run", "pipeline", "step", "namespace", "node", "reason")
_TEXTS: dict[str, Callable[[Candidate], str]] = {
    "pod": attrgetter("pod.name"),
    "owner": attrgetter("owner"),
    **{field: attrgetter(f"pod.{field}") for field in _OF_POD},
}


def sieve(text: str, now: float) -> Test:
    """A filter as a function.

    Args:
        text: As typed.
        now: Seconds since the epoch.
    """
    tests = [_negated(_test(term, now)) if term.negated else _test(term, now) for term in parse_filter(text, FIELDS)]
    return tests[0] if len(tests) == 1 else lambda one: all(test(one) for test in tests)


def narrows(now: str, before: str) -> bool:
    """Whether a filter lets nothing pass that another one held back: so it is while somebody goes on typing a word."""
    *firsts, last = parse_filter(now, FIELDS) or [Term("", ())]
    *first_ones, last_one = parse_filter(before, FIELDS) or [Term("", ())]
    if firsts != first_ones or last.negated or last_one.negated or last.field != last_one.field:
        return False
    if (last.field and last.field not in _TEXTS) or len(last.values) != 1 or len(last_one.values) != 1:
        return False
    typed, held = last.values[0], last_one.values[0]
    return held in typed and not any(sign in typed for sign in "*?")


def _negated(test: Test) -> Test:
    return lambda one: not test(one)


def _test(term: Term, now: float) -> Test:
    tests = [_one(term.field, wanted, now) for wanted in term.values]
    return tests[0] if len(tests) == 1 else lambda one: any(test(one) for test in tests)


def _one(field: str, wanted: str, now: float) -> Test:
    globbed = "*" in wanted or "?" in wanted
    if not field:
        if globbed:
            return lambda one: any(fnmatchcase(word, wanted) for word in one.words.split("\n"))
        return lambda one: wanted in one.words
    if field in _TEXTS and not globbed:
        told = _TEXTS[field]
        return lambda one: wanted in told(one).lower()
    return lambda one: matches(fields_of(one, now)[field], wanted)
