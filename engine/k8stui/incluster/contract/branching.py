"""Conditions: whether a step runs, decided by what earlier steps returned. Pure.

A condition is asked once, when all parents of its step have ended. It is JSON that is compared, strictly: `true` is not
1, and a text is neither more nor less than a number, which fails the step with a sentence instead of guessing.
"""

import json
from dataclasses import dataclass
from typing import Any, Callable, Dict

from ..wire.references import is_reference, kept_as
from .inputs import Input, Results, kind_of, resolve

IS_TRUE = "is true"

_ORDERS: Dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}

OPERATORS = ("==", "!=", *_ORDERS)


class UndecidedError(Exception):
    """What a step's condition or list comes from is not what it must be: the step fails with this sentence."""


@dataclass(frozen=True)
class Condition:
    """An output that must be true, or its comparison with a constant.

    Attributes:
        input: What is looked at.
        operator: `is true`, or one of `OPERATORS`.
        value: What it is compared with.
    """

    input: Input
    operator: str = IS_TRUE
    value: Any = None

    def to_json(self) -> Dict[str, Any]:
        """The condition as plain JSON."""
        data: Dict[str, Any] = {"input": self.input.to_json()}
        return data if self.operator == IS_TRUE else dict(data, operator=self.operator, value=self.value)

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "Condition":
        """The condition that `to_json` wrote."""
        return cls(Input.from_json(data["input"]), data.get("operator", IS_TRUE), data.get("value"))

    def __str__(self) -> str:
        """`check`, or `check.score > 0.9`."""
        if self.operator == IS_TRUE:
            return str(self.input)
        return "%s %s %s" % (self.input, self.operator, json.dumps(self.value))


def why_not(condition: Condition, results: Results) -> str:
    """Why a condition is not met; empty when it is.

    Args:
        condition: It; the step it looks at is done.
        results: What the steps before returned.

    Raises:
        UndecidedError: The value is not one that it can be decided by.
    """
    try:
        found = resolve(condition.input, results)
    except KeyError:
        raise UndecidedError("its condition (%s) asks for a value that is not there" % condition) from None
    if _holds(condition, found):
        return ""
    return "not met: %s%s" % (condition, "" if found is False else " (it is %s)" % _shown(found))


def _holds(condition: Condition, found: Any) -> bool:
    operator, value = condition.operator, condition.value
    if is_reference(found):
        why = "its condition (%s) asks for a value that is %s: return what it asks for as an output of its own"
        raise UndecidedError(why % (condition, kept_as(found)))
    if operator == IS_TRUE:
        if not isinstance(found, bool):
            told = "its condition asks whether %s is true, and it is %s" % (condition.input, _shown(found))
            raise UndecidedError(told + ": return True or False, or compare it")
        return found
    if operator in ("==", "!="):
        return _same(found, value) is (operator == "==")
    if not (_is_number(found) and _is_number(value) or isinstance(found, str) and isinstance(value, str)):
        told = "its condition (%s) compares %s with %s" % (condition, kind_of(found), kind_of(value))
        raise UndecidedError(told + ": only two numbers or two texts are more or less than each other")
    return _ORDERS[operator](found, value)


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; Python takes `True` for 1, at any depth."""
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:79] + "\N{HORIZONTAL ELLIPSIS}"
