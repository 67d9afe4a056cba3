"""HMAC-SHA256 (RFC 2104) on the interpreter's own SHA-256: `hmac` loads OpenSSL, which costs every step 3 ms."""

from __future__ import annotations

try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # Python 3.12 and newer
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]  # up to Python 3.11
    except ImportError:
        from hashlib import sha256  # built without them
try:
    from _operator import _compare_digest as same_bytes
except ImportError:
    from hmac import compare_digest as same_bytes  # type: ignore[no-redef]  # the same function, imported at a cost

__all__ = ("same", "sha256", "sign")

_BLOCK = 64  # bytes
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def sign(key: str, who: str, *parts: str) -> str:
    """HMAC-SHA256 of the parts under the step's key, hexadecimal; `who` says which side signed, and for which path."""
    secret = key.encode()
    padded = (sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
    inner = sha256(padded.translate(_INNER) + "\n".join((who,) + parts).encode()).digest()
    signature: str = sha256(padded.translate(_OUTER) + inner).hexdigest()
    return signature


def same(left: str, right: str) -> bool:
    """Compare two signatures in constant time."""
    return bool(same_bytes(left.encode(), right.encode()))
