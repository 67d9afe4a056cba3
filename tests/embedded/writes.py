"""Records the writes that reach embedded API servers of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web

from k8stui.embedded.server import Server

_REACHING = ("exec", "attach", "portforward", "proxy")


class Writes:
    """What persons, not service accounts, asked a server to change.

    Attributes:
        seen: Method and path of each, the earliest first.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []

    @contextmanager
    def recorded(self, patch: pytest.MonkeyPatch) -> Iterator[Writes]:
        """While this holds, every request of every server is looked at as it arrives."""
        answer = Server._answer

        async def looked_at(server: Server, request: web.Request) -> web.StreamResponse:
            if _changes(request) and not server._authenticate(request).name.startswith("system:serviceaccount:"):
                self.seen.append(f"{request.method} {request.path}")
            return await answer(server, request)

        patch.setattr(Server, "_answer", looked_at)
        yield self


def _changes(request: web.Request) -> bool:
    last = request.path.rpartition("/")[2]
    if request.method == "GET":
        return last in _REACHING
    return request.query.get("dryRun") != "All" and not (request.method == "POST" and last.startswith("selfsubject"))
