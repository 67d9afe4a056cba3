"""Which log lines a person wants to see: regular expressions that let lines through or hold them back. Pure.

On the screens it is typed as in `less`: `error` shows only lines that it finds, `!healthz` hides those, and
`error !healthz !probe` does both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from k8stui.model.errors import InvalidInputError

_HIDE = re.compile(r"(?:^|\s+)!")
_ESCAPED = re.compile(r"\\.", re.DOTALL)


@dataclass(frozen=True)
class Sieve:
    """What lets lines through.

    Attributes:
        include: One of these must find something in a line; empty lets all through.
        exclude: None of these may.
    """

    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()

    def __bool__(self) -> bool:
        """Whether it holds anything back."""
        return bool(self.include or self.exclude)

    def passes(self, *forms: str) -> bool:
        """Whether a line passes.

        Args:
            forms: The line in each form that a person may have seen it in.
        """
        if any(one.search(form) for one in self.exclude for form in forms):
            return False
        return not self.include or any(one.search(form) for one in self.include for form in forms)


def sieve_of(text: str) -> Sieve:
    """What a person typed: a regular expression, and after ` !` those that hide.

    Case is ignored in one that has no capital letter.

    Raises:
        InvalidInputError: One of them is no regular expression.
    """
    shown, *hidden = _HIDE.split(text)
    return Sieve(
        tuple(_pattern(one, flags_for(one)) for one in (shown,) if one),
        tuple(_pattern(one, flags_for(one)) for one in hidden if one),
    )


def sieve_from(include: Iterable[str], exclude: Iterable[str]) -> Sieve:
    """The same from lists of regular expressions, whose case counts.

    Raises:
        InvalidInputError: One of them is no regular expression.
    """
    return Sieve(tuple(map(_pattern, include)), tuple(map(_pattern, exclude)))


def flags_for(pattern: str) -> re.RegexFlag:
    r"""Case is ignored unless a capital letter stands in it; those of escapes such as `\S` mean nothing."""
    plain = _ESCAPED.sub("", pattern)
    return re.IGNORECASE if plain == plain.lower() else re.NOFLAG


def _pattern(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    try:
        return re.compile(text, flags)
    except re.error as error:
        raise InvalidInputError(f"{text!r} is no regular expression: {error}.") from error
