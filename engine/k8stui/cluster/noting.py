"""Writes down what is changed, and what was refused: in the audit log, and in the log of commands (`commands`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from k8stui.cluster.audit import Deed, Trail
from k8stui.cluster.commands import CommandLog
from k8stui.cluster.errors import InvalidObjectError
from k8stui.cluster.guard import Guard, LimitedError
from k8stui.cluster.kubectl import kubectl
from k8stui.cluster.request import Request
from k8stui.cluster.subject import Where
from k8stui.model.errors import K8stuiError, UnreachableError

Key = TypeVar("Key")


class Notes:
    """Lets through what the limits allow, and writes it down.

    Attributes:
        trail: The audit log.
        commands: The log of commands; None for none.
    """

    def __init__(self, where: Where, guard: Guard, trail: Trail, ask: Callable[[], Awaitable[str]]) -> None:
        """Make them.

        Args:
            where: The cluster.
            guard: The limits.
            trail: The audit log.
            ask: Asks the cluster who the user is.
        """
        self.trail = trail
        self.commands: CommandLog | None = None
        self._where, self._guard, self._ask = where, guard, ask
        self._user: str | None = None

    def forget_user(self) -> None:
        """Ask anew at the next occasion: whoever logs in again may be somebody else."""
        self._user = None

    @asynccontextmanager
    async def noted(self, request: Request) -> AsyncIterator[Callable[[], None]]:
        """Let a request leave, and write down what becomes of it: in the audit log, and in the log of commands.

        Yields:
            To be called where the answer opens something, which ends with this context.

        Raises:
            LimitedError: The limits do not let it.
            UnwrittenError: It has to be written down first, and cannot be.
        """
        try:
            self._guard.admit(request)
        except LimitedError as error:
            self.trail.refused(request, self._where, error.message)  # It never was a command.
            raise
        entry = self.trail.asked(request, self._where, await self._who()) if self.trail else {}
        opened = False

        def is_open() -> None:
            nonlocal opened
            opened = True
            self._note(request, "")
            self.trail.opened(entry)

        try:
            yield is_open
        except BaseException as error:
            lost = isinstance(error, UnreachableError)
            if opened:  # Whatever ended it, it was done; but where it broke off nobody knows what of it still was.
                self.trail.ended(entry, "unknown" if lost else "done", _cause(error) if lost else "")
                raise
            self._note(request, error.message if isinstance(error, K8stuiError) else _cause(error))
            known = isinstance(error, K8stuiError) and not lost
            self.trail.ended(entry, "failed" if known else "unknown", _cause(error))
            raise
        if not opened:
            self._note(request, "")
        self.trail.ended(entry, "done")

    def admit_elsewhere(self, deed: Deed) -> None:
        """Let something be changed that is no object of the cluster but belongs to its runs; a refusal is written down.

        Raises:
            LimitedError: In read-only mode.
        """
        try:
            self._guard.admit_elsewhere(str(deed))
        except LimitedError as error:
            self.trail.refused(deed, self._where, error.message)
            raise

    @asynccontextmanager
    async def elsewhere(self, deeds: Mapping[Key, Deed]) -> AsyncIterator[dict[Key, str]]:
        """Write down what is changed within that is no object of the cluster, and what becomes of it.

        Args:
            deeds: By keys of the caller's.

        Yields:
            To be filled with why some of them were not done, or not wholly, by the same keys.

        Raises:
            LimitedError: In read-only mode.
            UnwrittenError: It has to be written down first, and cannot be.
        """
        for deed in deeds.values():
            self.admit_elsewhere(deed)
        user = await self._who() if self.trail and deeds else ""
        entries = {key: self.trail.asked(deed, self._where, user) for key, deed in deeds.items() if self.trail}
        failed: dict[Key, str] = {}
        try:
            yield failed
        except BaseException as error:
            known = isinstance(error, K8stuiError) and not isinstance(error, UnreachableError)
            for entry in entries.values():
                self.trail.ended(entry, "failed" if known else "unknown", _cause(error))
            raise
        for key, entry in entries.items():
            self.trail.ended(entry, "failed" if key in failed else "done", failed.get(key, ""))

    async def _who(self) -> str:
        """The user as the cluster knows them; asked once for each login."""
        if self._user is None:
            self._user = await self._ask()
        return self._user

    def _note(self, request: Request, said: str) -> None:
        if self.commands is not None:
            self.commands.add(kubectl(request, self._where), said)


def _cause(error: BaseException) -> str:
    """Why something was not done, without what stands in objects."""
    if isinstance(error, InvalidObjectError):
        return error.plain
    return error.message if isinstance(error, K8stuiError) else "nobody waited for the answer"
