"""JSON on the interpreter's own scanner and encoder: `json` loads `re` and `enum`, which costs every step 6 ms."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Rules:
    """What the scanner asks for: the defaults of `json.JSONDecoder`."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = parse_constant = float
    parse_int = int


_scan: Any
try:
    from _json import encode_basestring_ascii, make_encoder, make_scanner
except ImportError:  # an interpreter that has none
    _scan = None
else:
    _scan = make_scanner(_Rules)  # type: ignore[arg-type]  # the stub asks for another scanner


def loads(text: str) -> Any:
    """Return what the text says.

    Raises:
        ValueError: It is no JSON.
    """
    if _scan is None:
        import json

        return json.loads(text)
    text = text.strip(" \t\n\r")
    try:
        value, end = _scan(text, 0)
    except StopIteration as error:
        raise ValueError("no JSON: nothing is told at character %s" % error.value) from None
    if end != len(text):
        raise ValueError("no JSON: more follows at character %d" % end)
    return value


def dumps(value: Any) -> str:
    """Return the value as JSON of ASCII characters, without spaces.

    Raises:
        TypeError: A part of it is nothing that JSON has.
        ValueError: A number is not finite, or a part holds itself.
        RecursionError: It is too deep.
    """
    if _scan is None:
        import json

        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    encode: Any = make_encoder({}, _refuse, encode_basestring_ascii, None, ":", ",", False, False, False)
    return "".join(encode(value, 0))


def _refuse(value: object) -> None:
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)
