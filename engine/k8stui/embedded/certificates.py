"""A certificate authority and a serving certificate for loopback, made with the standard library alone.

kubectl sends bearer tokens over TLS only, so the server must speak it, and a machine with only Python has neither
openssl nor `cryptography`. One P-256 key pair signs one certificate, both are thrown away with the cluster. Not for
anything but loopback: the arithmetic is neither fast nor constant in time.

Formats: SEC 1 (curves, private keys), X9.62 (ECDSA), RFC 5280 (certificates), X.690 (DER).
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_A = -3

_EC_PUBLIC_KEY, _P256, _ECDSA_SHA256 = "1.2.840.10045.2.1", "1.2.840.10045.3.1.7", "1.2.840.10045.4.3.2"
_COMMON_NAME = "2.5.4.3"
_SUBJECT_KEY, _KEY_USAGE, _ALT_NAME, _BASIC, _AUTHORITY_KEY, _EXTENDED = (
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.35",
    "2.5.29.37",
)
_SERVER_AUTH = "1.3.6.1.5.5.7.3.1"

Point = tuple[int, int]


@dataclass(frozen=True)
class ServingIdentity:
    """What a TLS server needs and its clients trust, all PEM text."""

    ca: str
    certificate: str
    key: str


def make_serving_identity(*, days: int = 30) -> ServingIdentity:
    """Return a fresh authority and a certificate for 127.0.0.1, ::1, localhost and the in-cluster API names."""
    ca_key, key = _private_key(), _private_key()
    names = [
        _context(2, n.encode()) for n in ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
    ]
    addresses = [_context(7, ipaddress.ip_address(a).packed) for a in ("127.0.0.1", "::1")]
    ca = _certificate(
        subject="k8stui embedded cluster CA",
        public=_multiply(ca_key, _G),
        signer=ca_key,
        days=days,
        extensions=[
            _extension(_BASIC, _sequence(_der(0x01, b"\xff")), critical=True),
            _extension(_KEY_USAGE, _der(0x03, b"\x01\x06"), critical=True),  # certificate and CRL signing
        ],
    )
    leaf = _certificate(
        subject="k8stui embedded cluster",
        public=_multiply(key, _G),
        signer=ca_key,
        days=days,
        extensions=[
            _extension(_BASIC, _sequence(), critical=True),
            _extension(_KEY_USAGE, _der(0x03, b"\x07\x80"), critical=True),  # digital signature
            _extension(_EXTENDED, _sequence(_oid(_SERVER_AUTH))),
            _extension(_ALT_NAME, _sequence(*names, *addresses)),
        ],
    )
    return ServingIdentity(ca=_pem("CERTIFICATE", ca), certificate=_pem("CERTIFICATE", leaf), key=_key_pem(key))


def _add(a: Point | None, b: Point | None) -> Point | None:
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % _P == 0:
            return None
        slope = (3 * a[0] * a[0] + _A) * pow(2 * a[1], -1, _P) % _P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, _P) % _P
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _multiply(scalar: int, point: Point) -> Point:
    result: Point | None = None
    addend: Point | None = point
    while scalar:
        if scalar & 1:
            result = _add(result, addend)
        addend = _add(addend, addend)
        scalar >>= 1
    if result is None:
        raise ValueError("the point at infinity is no public key")
    return result


def _private_key() -> int:
    return secrets.randbelow(_N - 1) + 1


def _sign(key: int, message: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    while True:
        nonce = _private_key()
        r = _multiply(nonce, _G)[0] % _N
        s = pow(nonce, -1, _N) * (digest + r * key) % _N
        if r and s:
            return _sequence(_integer(r), _integer(s))


def _der(tag: int, body: bytes) -> bytes:
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _context(number: int, body: bytes) -> bytes:
    return _der(0x80 | number, body)


def _explicit(number: int, body: bytes) -> bytes:
    return _der(0xA0 | number, body)


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray([first * 40 + second])
    for number in rest:
        chunk = [number & 0x7F]
        while number := number >> 7:
            chunk.append(0x80 | (number & 0x7F))
        body += bytes(reversed(chunk))
    return _der(0x06, bytes(body))


def _bits(body: bytes) -> bytes:
    return _der(0x03, b"\x00" + body)


def _time(moment: datetime) -> bytes:
    return _der(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return _sequence(_oid(oid), *([_der(0x01, b"\xff")] if critical else []), _der(0x04, value))


def _name(common: str) -> bytes:
    return _sequence(_der(0x31, _sequence(_oid(_COMMON_NAME), _der(0x0C, common.encode()))))


def _point(point: Point) -> bytes:
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _certificate(*, subject: str, public: Point, signer: int, days: int, extensions: list[bytes]) -> bytes:
    start = datetime.now(UTC) - timedelta(hours=1)
    algorithm = _sequence(_oid(_ECDSA_SHA256))
    authority = _key_id(_multiply(signer, _G))
    extensions = [
        *extensions,
        _extension(_SUBJECT_KEY, _der(0x04, _key_id(public))),
        _extension(_AUTHORITY_KEY, _sequence(_context(0, authority))),
    ]
    body = _sequence(
        _explicit(0, _integer(2)),
        _integer(secrets.randbits(127) | 1),
        algorithm,
        _name("k8stui embedded cluster CA"),
        _sequence(_time(start), _time(start + timedelta(days=days))),
        _name(subject),
        _sequence(_sequence(_oid(_EC_PUBLIC_KEY), _oid(_P256)), _bits(_point(public))),
        _explicit(3, _sequence(*extensions)),
    )
    return _sequence(body, algorithm, _bits(_sign(signer, body)))


def _key_id(public: Point) -> bytes:
    return hashlib.sha1(_point(public), usedforsecurity=False).digest()


def _key_pem(key: int) -> str:
    public = _explicit(1, _bits(_point(_multiply(key, _G))))
    body = _sequence(_integer(1), _der(0x04, key.to_bytes(32, "big")), _explicit(0, _oid(_P256)), public)
    return _pem("EC PRIVATE KEY", body)


def _pem(label: str, body: bytes) -> str:
    text = base64.b64encode(body).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))
