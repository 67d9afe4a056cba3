"""Fields that no kind has: refused where a request asks for it, as `kubectl` and k8stui do.

Rule: Kubernetes documentation, "API Concepts" (validation for unrecognized or duplicate fields). Of duplicates nothing
is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from k8stui.embedded.failures import ApiError, bad_request
from k8stui.embedded.messages import Type, fields
from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import Kind

_TYPED = ("apiVersion", "kind")


def refuse_unknown(kind: Kind, obj: Obj, *, patch: str = "") -> None:
    """Check that an object has no field that its kind does not know.

    Args:
        kind: What it is.
        obj: As it was sent, or as a patch made it.
        patch: The text of that patch.

    Raises:
        ApiError: 400, or 422 for a patch, with all such fields.
    """
    rest = {key: value for key, value in obj.items() if key not in _TYPED}
    unknown = ", ".join(f'unknown field "{path}"' for path in _unknown(rest, Type(kind.kind), ""))
    if not unknown:
        return
    if patch:
        message = f'"" is invalid: patch: Invalid value: {json.dumps(patch)}: strict decoding error: {unknown}'
        raise ApiError(422, "Invalid", message, details={})
    raise bad_request(
        f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: strict decoding error: {unknown}'
    )


def _unknown(value: Any, kind: Type, path: str) -> Iterator[str]:
    match value, kind.around:
        case list(), "list":
            for number, item in enumerate(value):
                yield from _unknown(item, Type(kind.name), f"{path}[{number}]")
        case dict(), "":
            there = fields(kind.name)
            for key, item in value.items() if there else ():
                deeper = f"{path}.{key}" if path else key
                if key in there:
                    yield from _unknown(item, there[key].type, deeper)
                else:
                    yield deeper
