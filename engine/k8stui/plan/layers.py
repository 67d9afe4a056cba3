"""Laying a user's manifest parts over the defaults: dictionaries key by key, everything else replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def laid_over(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults with what was given on top, at every depth; neither is changed."""
    result = dict(defaults)
    for key, value in given.items():
        known = result.get(key)
        both = isinstance(known, Mapping) and isinstance(value, Mapping)
        result[key] = laid_over(known or {}, value) if both else value
    return result
