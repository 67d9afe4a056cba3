"""Puts objects into the store of a bare API server, where its watches find them at once.

By etcd's own JSON gateway: on two cores an API server that has to take five hundred writes a second would slow down
what is measured, while in a real cluster these are made on other machines.
"""

from __future__ import annotations

import http.client
import json
from base64 import b64encode
from collections.abc import Iterable
from itertools import islice
from typing import Any

from tests.bench.errors import BenchError

_AT_ONCE = 64
"""Objects of one transaction; etcd takes no more than 128."""

Stored = tuple[str, dict[str, Any]]
"""The plural name of an object's kind, and the object."""


class EtcdStore:
    """One connection to an etcd.

    Args:
        port: Where it listens, on this machine.
    """

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def put(self, stored: Stored) -> None:
        """Put one object, in the place of the one of its name."""
        self._ask("/v3/kv/put", _pair(stored))

    def put_all(self, objects: Iterable[Stored]) -> None:
        """Put many, some of them at the same version."""
        left = iter(objects)
        while some := list(islice(left, _AT_ONCE)):
            self._ask("/v3/kv/txn", {"success": [{"requestPut": _pair(one)} for one in some]})

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _ask(self, path: str, body: dict[str, Any]) -> None:
        self._connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status != http.client.OK:
            raise BenchError(f"etcd answers {answer.status}: {told.decode(errors='replace')[:200]}")


def _pair(stored: Stored) -> dict[str, str]:
    plural, found = stored
    meta = found["metadata"]
    key = f"/registry/{plural}/{meta['namespace']}/{meta['name']}"
    return {"key": _text(key.encode()), "value": _text(json.dumps(found).encode())}


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
