"""One request to the API, and what it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from k8stui.cluster.resources import JsonObject
from k8stui.cluster.subject import What
from k8stui.cluster.transport_types import Call, Query


@dataclass(frozen=True)
class Request:
    """A request and what it is about.

    Attributes:
        what: For errors and permissions.
        method: The HTTP method.
        path: Relative to the server's URL.
        query: Query parameters.
        body: Sent as JSON; None for no body.
        headers: Besides those every request has.
        repeatable: False when sending it twice could do it twice (a create with a generated name).
        timeout: Seconds, instead of the usual.
    """

    what: What
    method: str
    path: str
    query: Query = field(default_factory=dict)
    body: JsonObject | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    timeout: float | None = None

    def call(self) -> Call:
        """As the transport sends it."""
        headers = {"Accept": "application/json", **self.headers}
        body = None
        if self.body is not None:
            headers.setdefault("Content-Type", "application/json")
            body = json.dumps(self.body, separators=(",", ":")).encode()
        return Call(self.method, self.path, self.query, headers, body, self.timeout)
