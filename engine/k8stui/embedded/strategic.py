"""Strategic merge patch: a merge patch that merges some lists item by item, sent by `kubectl apply`, `set` and `patch`.

Rules: Kubernetes documentation, "Update API Objects in Place Using kubectl patch", and the design of strategic merge
patch (directives `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`). Which lists are merged,
and what tells their items apart, stands in `messages.json`.
"""

from __future__ import annotations

import copy
from typing import Any

from k8stui.embedded.failures import bad_request
from k8stui.embedded.messages import Field, fields
from k8stui.embedded.objects import Obj

_ORDER, _DELETED = "$setElementOrder/", "$deleteFromPrimitiveList/"


def strategic_patch(target: Any, patch: Any, name: str) -> Any:
    """Return `target`, a message called `name`, after the patch.

    Raises:
        ApiError: 400 for a malformed patch.
    """
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    match patch.get("$patch"):
        case "replace":
            return _plain(patch)
        case "delete":
            return {}
        case None | "merge":
            pass
        case other:
            raise bad_request(f"unable to decode patch: unknown $patch value {other!r}")
    there = fields(name)
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        field = there.get(key)
        inner = field.type.name if field and not field.type.around else ""
        if value is None:
            result.pop(key, None)
        elif isinstance(value, list) and field is not None and field.key is not None:
            result[key] = _merged(result.get(key) or [], value, field, patch)
        else:
            result[key] = strategic_patch(result.get(key), value, inner)
    for directive, gone in patch.items():
        if directive.startswith(_DELETED) and (key := directive.removeprefix(_DELETED)) in result:
            result[key] = [item for item in result[key] if item not in gone]
    retained = patch.get("$retainKeys")
    return result if retained is None else {key: value for key, value in result.items() if key in retained}


def _plain(value: Obj) -> Obj:
    return {key: copy.deepcopy(item) for key, item in value.items() if not key.startswith("$")}


def _merged(old: list[Any], changes: list[Any], field: Field, patch: Obj) -> list[Any]:
    if not field.key:
        merged = [*old, *(item for item in changes if item not in old)]
        return _ordered(merged, patch.get(_ORDER + field.name, []), lambda item: item)
    if any(isinstance(change, dict) and change.get("$patch") == "replace" for change in changes):
        return [_plain(change) for change in changes if "$patch" not in change]
    found = {item.get(field.key): item for item in old}
    for change in changes:
        if not isinstance(change, dict) or field.key not in change:
            raise bad_request(f"map: does not contain declared merge key: {field.key}")
        if change.get("$patch") == "delete":
            found.pop(change[field.key], None)
        else:
            found[change[field.key]] = strategic_patch(found.get(change[field.key], {}), change, field.type.name)
    order = [item.get(field.key) for item in patch.get(_ORDER + field.name, [])]
    return _ordered(list(found.values()), order, lambda item: item.get(field.key))


def _ordered(items: list[Any], order: list[Any], key: Any) -> list[Any]:
    """The items in the order that was asked for, those it does not name behind them."""
    return sorted(items, key=lambda item: order.index(key(item)) if key(item) in order else len(order))
