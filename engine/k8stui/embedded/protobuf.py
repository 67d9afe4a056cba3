"""Request bodies in protobuf: kubectl sends built-in kinds so, and does not fall back to JSON where it is refused.

So do `kubectl create` with a kind, `create token`, `auth can-i` and `drain`; `run` and `apply` send JSON. Which fields
there are stands in `messages.json`. The wire format is that of Protocol Buffers.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from k8stui.embedded.failures import bad_request
from k8stui.embedded.messages import Type, known, message
from k8stui.embedded.objects import Obj

MEDIA = "application/vnd.kubernetes.protobuf"
"""The media type of such bodies."""

_MAGIC = b"k8s\x00"


def decode(body: bytes) -> Obj:
    """Return the object in a protobuf body.

    Raises:
        ApiError: 400, it is malformed or of a kind that is read as JSON only.
    """
    try:
        parts = dict(_fields(body.removeprefix(_MAGIC)))
        typed = dict(_fields(_bytes(parts.get(1))))
        version, kind = (_bytes(typed.get(number)).decode() for number in (1, 2))
        if not known(kind):
            raise bad_request(f"objects of kind {kind!r} are read as JSON only")
        return {"apiVersion": version, "kind": kind, **_message(_bytes(parts.get(2)), kind)}
    except (IndexError, OverflowError, UnicodeDecodeError, ValueError) as error:
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


def _message(body: bytes, name: str) -> Obj:
    by_number = {field.number: field for field in message(name)}
    found: Obj = {}
    for number, sent in _fields(body):
        field = by_number.get(number)
        if field is None:
            continue
        value = _entry(_bytes(sent), field.type) if field.type.around == "map" else _value(sent, field.type)
        if not field.name:
            found |= value
        elif field.type.around == "list":
            found.setdefault(field.name, []).append(value)
        elif field.type.around == "map":
            found.setdefault(field.name, {}).update(value)
        elif _told(value, field.type):
            found[field.name] = value
    return found


def _told(value: Any, kind: Type) -> bool:
    """Whether JSON has the field: protobuf also has those that nobody set."""
    return kind.pointer or isinstance(value, dict) or bool(value)


def _entry(body: bytes, kind: Type) -> Obj:
    parts = dict(_fields(body))
    return {_bytes(parts.get(1)).decode(): _value(parts.get(2, b""), kind)}


def _value(sent: int | bytes, kind: Type) -> Any:
    body = _bytes(sent)
    match kind.name:
        case "int":
            return _signed(sent)
        case "bool":
            return bool(sent)
        case "str":
            return body.decode()
        case "bytes":
            return base64.b64encode(body).decode()
        case "quantity":
            return _bytes(dict(_fields(body)).get(1)).decode()
        case "intOrString":
            parts = dict(_fields(body))
            return _bytes(parts.get(3)).decode() if parts.get(1) else _signed(parts.get(2, 0))
        case "json":
            return json.loads(_bytes(dict(_fields(body)).get(1)))
        case "time":
            return _time(dict(_fields(body)))
        case name:
            return _message(body, name)


def _signed(sent: int | bytes) -> int:
    """The 64 bits of a number, of which the first is its sign."""
    number = sent if isinstance(sent, int) else 0
    return number - (1 << 64) if number >> 63 else number


def _time(parts: dict[int, int | bytes]) -> str:
    """A moment in the manner of RFC 3339, empty for none."""
    if not parts.get(1):
        return ""
    moment = datetime.fromtimestamp(_signed(parts[1]), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
