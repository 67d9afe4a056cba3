"""What a YAML parser says of a text that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import YAMLError


def line_of(error: YAMLError) -> int:
    """The line that the parser fell over, counted from 1; 0 where it does not say."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 0
