"""Label and field selectors, as the query parameters of lists and watches spell them.

Grammar: Kubernetes documentation, "Labels and Selectors" and "Field Selectors".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from k8stui.embedded.failures import bad_request
from k8stui.embedded.objects import Obj, labels_of
from k8stui.embedded.registry import Kind

Predicate = Callable[[Obj], bool]
"""Whether an object is selected."""

_SET = re.compile(r"^(?P<key>[^\s=!,()]+)\s+(?P<op>in|notin)\s+\((?P<values>[^)]*)\)$")
_EQUALITY = re.compile(r"^(?P<key>[^\s=!,()]+)\s*(?P<op>==|=|!=)\s*(?P<value>[^\s=!,()]*)$")
_EXISTS = re.compile(r"^(?P<not>!?)\s*(?P<key>[^\s=!,()]+)$")
_COMPARED = re.compile(r"^(?P<key>[^\s=!,()<>]+)\s*(?P<op>[<>])\s*(?P<value>-?\d+)$")


def _split(text: str) -> list[str]:
    """Return the requirements, split at commas outside of parentheses."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _label_requirement(part: str) -> Callable[[dict[str, str]], bool]:
    if found := _SET.match(part):
        key, wanted = found["key"], frozenset(v.strip() for v in found["values"].split(","))
        if found["op"] == "in":
            return lambda labels: labels.get(key) in wanted
        return lambda labels: labels.get(key) not in wanted
    if found := _EQUALITY.match(part):
        key, value = found["key"], found["value"]
        if found["op"] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _COMPARED.match(part):
        key, bound, greater = found["key"], int(found["value"]), found["op"] == ">"

        def compared(labels: dict[str, str]) -> bool:
            try:
                number = int(labels.get(key, ""))
            except ValueError:
                return False
            return number > bound if greater else number < bound

        return compared
    if found := _EXISTS.match(part):
        key, wanted_there = found["key"], not found["not"]
        return lambda labels: (key in labels) is wanted_there
    raise bad_request(f"unable to parse requirement: found '{part}', expected: an operator")


def label_selector(text: str) -> Predicate | None:
    """Return the test for a `labelSelector`, or None when it selects everything.

    Raises:
        ApiError: 400, the selector cannot be parsed.
    """
    requirements = [_label_requirement(part) for part in _split(text)]
    if not requirements:
        return None
    return lambda obj: all(requirement(labels_of(obj)) for requirement in requirements)


def selector_matches(selector: Obj | None, labels: dict[str, str]) -> bool:
    """Return whether a LabelSelector object (`matchLabels`, `matchExpressions`) selects the labels.

    A missing selector selects nothing, an empty one everything, as in policy/v1 and batch/v1.
    """
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(expression_matches(e, labels) for e in selector.get("matchExpressions") or [])


def expression_matches(expression: Obj, labels: dict[str, str]) -> bool:
    """Return whether one `matchExpressions` entry (of label selectors or node affinity) holds."""
    value, values = labels.get(expression["key"]), expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and value.lstrip("-").isdigit() and int(value) > int(values[0])
        case "Lt":
            return value is not None and value.lstrip("-").isdigit() and int(value) < int(values[0])
    return False


def field_value(obj: Obj, path: str) -> str:
    """Return the field as field selectors compare it: a string, empty when unset."""
    if path == "status.successful":
        path = "status.succeeded"
    if path == "source":
        path = "source.component"
    value: object = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return "false" if path in ("spec.hostNetwork", "spec.unschedulable") else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def field_selector(text: str, kind: Kind, labels: str = "") -> Predicate | None:
    """Return the test for a `fieldSelector`, or None when it selects everything.

    Raises:
        ApiError: 400, the selector cannot be parsed or names a field that this kind does not offer.
    """
    allowed = {"metadata.name", *(("metadata.namespace",) if kind.namespaced else ()), *kind.fields}
    tests: list[tuple[str, str, bool]] = []
    for part in _split(text):
        found = re.match(r"^(?P<key>[^=!]+?)\s*(?P<op>==|=|!=)\s*(?P<value>.*)$", part)
        if found is None:
            raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
        if found["key"] not in allowed:
            raise bad_request(
                f'Unable to find "{kind.group}/{kind.version}, Resource={kind.plural}" that match label selector '
                f'"{labels}", field selector "{text}": field label not supported: {found["key"]}'
            )
        tests.append((found["key"], found["value"], found["op"] != "!="))
    if not tests:
        return None
    return lambda obj: all((field_value(obj, key) == value) is equal for key, value, equal in tests)


def both(first: Predicate | None, second: Predicate | None) -> Predicate | None:
    """Return the test that holds when both do; None is "everything"."""
    if first is None or second is None:
        return first or second
    return lambda obj: first(obj) and second(obj)
