"""The pattern of every controller: changes name objects to look at, looking brings them to the wanted state.

Looking is one synchronous function on the live store, so a controller never works from stale data; it runs right
after the change that caused it, once for many changes.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable

from k8stui.embedded.failures import ApiError
from k8stui.embedded.resources import Resources
from k8stui.embedded.store import Change

_log = logging.getLogger(__name__)

RETRY = 1.0
"""Seconds until a refused change is tried again."""


class Controller(ABC):
    """A controller whose objects of interest are known by uid."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self._due: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to follow changes."""
        self._unsubscribe = self.resources.store.subscribe(self.on_change)

    def stop(self) -> None:
        """Look at nothing any more."""
        if self._unsubscribe:
            self._unsubscribe()
            self._unsubscribe = None
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    @abstractmethod
    def on_change(self, change: Change) -> None:
        """Say by `look` which objects a change concerns."""

    @abstractmethod
    def sync(self, uid: str) -> None:
        """Bring the object, if there still is one, to the wanted state."""

    def look(self, uid: str, *, after: float = 0.0) -> None:
        """Have the object looked at soon, or in `after` seconds if not before."""
        loop = asyncio.get_running_loop()
        if after > 0:
            old = self._timers.get(uid)
            if old is not None and not old.cancelled() and old.when() <= loop.time() + after:
                return
            if old is not None:
                old.cancel()
            self._timers[uid] = loop.call_later(after, self._timer_ended, uid)
        elif uid not in self._due:
            self._due.add(uid)
            loop.call_soon(self._run, uid)

    def _timer_ended(self, uid: str) -> None:
        self._timers.pop(uid, None)
        self.look(uid)

    def _run(self, uid: str) -> None:
        self._due.discard(uid)
        if self._unsubscribe is None:
            return
        try:
            self.sync(uid)
        except ApiError as error:
            _log.debug("%s: %s", type(self).__name__, error)
            self.look(uid, after=RETRY)
        except Exception:
            # One object that a controller can't handle must not stop it for all others.
            _log.exception("%s failed", type(self).__name__)
