"""The few request bodies that kubectl sends as protobuf, whatever the server offers: reviews, tokens, evictions.

Read with a table of field numbers, so that `kubectl auth can-i`, `create token` and `drain` work. The numbers are
those of the `generated.proto` files of k8s.io/api and k8s.io/apimachinery; the wire format is Protocol Buffers'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8stui.embedded.failures import bad_request
from k8stui.embedded.objects import Obj

MEDIA = "application/vnd.kubernetes.protobuf"
"""The media type of such bodies."""

_MAGIC = b"k8s\x00"

Fields = dict[int, tuple[str, Any]]
"""Field number to name and type: str, int, bool, [str] for repeated, or the fields of a message."""

_DELETE_OPTIONS: Fields = {
    1: ("gracePeriodSeconds", int),
    2: ("preconditions", {1: ("uid", str), 2: ("resourceVersion", str)}),
    3: ("orphanDependents", bool),
    4: ("propagationPolicy", str),
    5: ("dryRun", [str]),
}
_RESOURCE: Fields = {
    number: (name, str)
    for number, name in enumerate(("namespace", "verb", "group", "version", "resource", "subresource", "name"), start=1)
}
_MESSAGES: dict[str, Fields] = {
    "SelfSubjectAccessReview": {
        2: ("spec", {1: ("resourceAttributes", _RESOURCE), 2: ("nonResourceAttributes", {1: ("path", str)})})
    },
    "SelfSubjectRulesReview": {2: ("spec", {1: ("namespace", str)})},
    "SelfSubjectReview": {},
    "TokenRequest": {
        2: (
            "spec",
            {
                1: ("audiences", [str]),
                3: ("boundObjectRef", {1: ("kind", str), 2: ("apiVersion", str), 3: ("name", str), 4: ("uid", str)}),
                4: ("expirationSeconds", int),
            },
        )
    },
    "Eviction": {1: ("metadata", {1: ("name", str), 3: ("namespace", str)}), 2: ("deleteOptions", _DELETE_OPTIONS)},
    "DeleteOptions": _DELETE_OPTIONS,
}


def decode(body: bytes) -> Obj:
    """Return the object in a protobuf body.

    Raises:
        ApiError: 400, it is malformed or of a kind that is read as JSON only.
    """
    try:
        parts = dict(_fields(body.removeprefix(_MAGIC)))
        named = _message(_bytes(parts.get(1)), {1: ("apiVersion", str), 2: ("kind", str)})
        kind = named.get("kind", "")
        if kind not in _MESSAGES:
            raise bad_request(f"objects of kind {kind!r} are read as JSON only")
        return {**named, **_message(_bytes(parts.get(2)), _MESSAGES[kind])}
    except (IndexError, UnicodeDecodeError) as error:
        raise bad_request(f"the object provided is unrecognized: {error}") from None


def _bytes(value: int | bytes | None) -> bytes:
    return value if isinstance(value, bytes) else b""


def _varint(body: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = body[position]
        position += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, position


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(body):
        tag, position = _varint(body, position)
        value: int | bytes
        match tag & 7:
            case 0:
                value, position = _varint(body, position)
            case 2:
                length, position = _varint(body, position)
                value, position = body[position : position + length], position + length
            case wire:
                raise bad_request(f"the object provided is unrecognized: wire type {wire}")
        yield tag >> 3, value


def _message(body: bytes, fields: Fields) -> Obj:
    found: Obj = {}
    for number, value in _fields(body):
        if number not in fields:
            continue
        name, kind = fields[number]
        if isinstance(value, int):
            found[name] = bool(value) if kind is bool else value
        elif isinstance(kind, dict):
            found[name] = _message(value, kind)
        elif isinstance(kind, list):
            found.setdefault(name, []).append(value.decode())
        else:
            found[name] = value.decode()
    return found
