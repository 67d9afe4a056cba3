"""Patches: JSON merge patch (RFC 7386) and JSON patch (RFC 6902); `strategic.py` has those of Kubernetes' own."""

from __future__ import annotations

import copy
from typing import Any

from k8stui.embedded.failures import ApiError, bad_request

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"


def merge_patch(target: Any, patch: Any) -> Any:
    """Return `target` with `patch` merged into it: objects by key, null deletes, everything else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def _tokens(pointer: str) -> list[str]:
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise bad_request(f"invalid JSON pointer: {pointer}")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def _refused(operation: dict[str, Any], why: str) -> ApiError:
    message = f"the server rejected our request due to an error in our request: {operation.get('op')} operation: {why}"
    return ApiError(422, "Invalid", message, details={})


def _step(container: Any, token: str, operation: dict[str, Any]) -> Any:
    try:
        return container[int(token)] if isinstance(container, list) else container[token]
    except (KeyError, IndexError, ValueError, TypeError):
        raise _refused(operation, f"does not apply: missing path: {operation.get('path')}") from None


def _value_at(document: Any, pointer: str, operation: dict[str, Any]) -> Any:
    for token in _tokens(pointer):
        document = _step(document, token, operation)
    return document


def _remove(document: Any, pointer: str, operation: dict[str, Any]) -> Any:
    *parents, last = _tokens(pointer)
    container = document
    for token in parents:
        container = _step(container, token, operation)
    removed = _step(container, last, operation)
    if isinstance(container, list):
        container.pop(int(last))
    else:
        del container[last]
    return removed


def _add(document: Any, pointer: str, value: Any, operation: dict[str, Any]) -> Any:
    tokens = _tokens(pointer)
    if not tokens:
        return value
    container = document
    for token in tokens[:-1]:
        container = _step(container, token, operation)
    last = tokens[-1]
    if isinstance(container, list):
        index = len(container) if last == "-" else int(last) if last.isdigit() else -1
        if not 0 <= index <= len(container):
            raise _refused(operation, f"index out of bounds: {pointer}")
        container.insert(index, value)
    elif isinstance(container, dict):
        container[last] = value
    else:
        raise _refused(operation, f"does not apply: missing path: {pointer}")
    return document


def json_patch(target: Any, operations: Any) -> Any:
    """Return `target` after the operations.

    Raises:
        ApiError: 400 for a malformed patch, 422 when an operation does not apply.
    """
    if not isinstance(operations, list):
        raise bad_request("error decoding patch: a JSON patch is a list of operations")
    document = copy.deepcopy(target)
    for operation in operations:
        path = str(operation.get("path", ""))
        match operation.get("op"):
            case "add":
                document = _add(document, path, copy.deepcopy(operation.get("value")), operation)
            case "remove":
                _remove(document, path, operation)
            case "replace":
                _value_at(document, path, operation)
                if _tokens(path):
                    _remove(document, path, operation)
                document = _add(document, path, copy.deepcopy(operation.get("value")), operation)
            case "move":
                moved = _remove(document, str(operation.get("from", "")), operation)
                document = _add(document, path, moved, operation)
            case "copy":
                value = copy.deepcopy(_value_at(document, str(operation.get("from", "")), operation))
                document = _add(document, path, value, operation)
            case "test":
                if _value_at(document, path, operation) != operation.get("value"):
                    raise _refused(operation, f"testing value {path} failed: test failed")
            case other:
                raise bad_request(f"error decoding patch: unknown operation {other!r}")
    return document
