"""What all feeds of one run have in common: a view that stays when something goes wrong, and a wait for the next."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from k8stui.cluster.client import Cluster
from k8stui.cluster.tasks import end
from k8stui.control.live.freshness import Freshness, heals
from k8stui.model.errors import K8stuiError, UnreachableError
from k8stui.model.views import RunView

LONGEST_PAUSE = 30.0
"""Seconds between two attempts at most, where something is wrong."""


class Feed(ABC):
    """A run, kept fresh while the context manager is open.

    Attributes:
        view: The run as it was last seen; None until then.
        version: Grows when `view`, `gone` or `error` differs.
        gone: It was deleted meanwhile; `view` is how it was.
        error: What keeps it from being fresh: no such run, a missing right, no connection. None when all is well.
    """

    def __init__(self, cluster: Cluster, run: str, *, namespace: str | None = None) -> None:
        """Prepare a feed.

        Args:
            cluster: Where.
            run: Its name.
            namespace: The context's when None.
        """
        self.view: RunView | None = None
        self.version = 0
        self.gone = False
        self.error: K8stuiError | None = None
        self._cluster, self._run, self._namespace = cluster, run, namespace
        self._wake = asyncio.Event()
        self._told = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._guarded(), name=f"feed of {self._run}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._task)

    @property
    @abstractmethod
    def freshness(self) -> Freshness:
        """How fresh `view` is."""

    async def wait_synced(self, seconds: float = 30.0) -> None:
        """Wait for the first view.

        Args:
            seconds: How long at most.

        Raises:
            NotFoundError: There is no such run.
            K8stuiError: It may not be read; or the cluster could not be reached in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while self.view is None:
                    if self.error is not None and not heals(self.error):
                        raise self.error
                    await self.wait_changed(self.version)
        except TimeoutError as error:
            raise self.error or UnreachableError(
                f"{self._cluster.server} did not tell of the run {self._run} within {seconds:g} s."
            ) from error

    async def wait_changed(self, version: int) -> int:
        """Wait until `version` is another than this one; return it."""
        while self.version == version:
            await self._told.wait()
        return self.version

    @abstractmethod
    async def _keep(self) -> None:
        """Tell of the run for ever."""

    async def _guarded(self) -> None:
        try:
            await self._keep()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # A defect of ours: shown where the run is shown, instead of a task that died unseen.
            self._tell(error=K8stuiError(f"The run {self._run} cannot be shown: {error!r}", hint="Please report this."))
            raise

    def _tell(self, view: RunView | None = None, *, gone: bool = False, error: K8stuiError | None = None) -> None:
        error = error or self.freshness.error
        changed = view is not None and view != self.view
        if not changed and gone is self.gone and _says(error) == _says(self.error):
            return
        self.view = view if changed else self.view
        self.gone, self.error = gone, error
        self.version += 1
        self._told.set()
        self._told = asyncio.Event()


def _says(error: K8stuiError | None) -> tuple[type, str] | None:
    return None if error is None else (type(error), str(error))
