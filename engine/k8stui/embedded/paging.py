"""Lists in pages: `limit` and `continue`.

A list in pages is consistent: later pages come from the snapshot the first one was cut from. Snapshots are lists
of references and therefore cheap, but only the latest few are kept; older tokens answer 410, as Kubernetes does.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from k8stui.embedded.failures import bad_request, expired
from k8stui.embedded.objects import Obj

SNAPSHOTS = 64
"""Lists that can be continued at the same time."""

_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True)
class Page:
    """One page of a list.

    Attributes:
        items: The objects.
        version: The resource version of the whole list.
        proceed: The token for the next page, empty when this is the last.
        remaining: How many objects follow.
    """

    items: list[Obj]
    version: int
    proceed: str = ""
    remaining: int = 0


class Pager:
    """Cuts lists into pages and remembers the rest."""

    def __init__(self) -> None:
        self._rests: OrderedDict[str, tuple[list[Obj], int]] = OrderedDict()

    def first(self, items: list[Obj], *, version: int, limit: int) -> Page:
        """Return the first page of a list; `limit` 0 is everything."""
        if not limit or len(items) <= limit:
            return Page(items, version)
        token = secrets.token_urlsafe(18)
        self._rests[token] = (items[limit:], version)
        while len(self._rests) > SNAPSHOTS:
            self._rests.popitem(last=False)
        return Page(items[:limit], version, token, len(items) - limit)

    def following(self, token: str, *, limit: int) -> Page:
        """Return the page a token stands for.

        Raises:
            ApiError: 410 when the snapshot is forgotten, 400 when it never was a token.
        """
        if len(token) != 24:
            raise bad_request("continue key is not valid: it was not issued by this server")
        if token not in self._rests:
            raise expired(_TOO_OLD)
        items, version = self._rests[token]
        return self.first(items, version=version, limit=limit)

    def forget(self) -> None:
        """Forget all snapshots, as compaction does."""
        self._rests.clear()
