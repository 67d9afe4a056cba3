"""The one store of the screens: the connection to a cluster, the place in it, and what is followed there.

Watches fill it, a tick of the app reads it: no widget calls the API, and nothing here knows a widget. The connection is
made while the first screen is painted already.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from k8stui.cluster.commands import command_log
from k8stui.cluster.tasks import end
from k8stui.model.errors import K8stuiError, UnreachableError, as_told
from k8stui_tui.engine import load_rest, loaded
from k8stui_tui.feeds.followed import Followed
from k8stui_tui.feeds.permissions import Permissions
from k8stui_tui.feeds.switch import RETRY_SECONDS
from k8stui_tui.place import Connector, Elsewhere, Place, Start
from k8stui_tui.watched import Watched

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.live.freshness import Freshness
    from k8stui.control.pods.forwarding import Forward
    from k8stui.stacks.active import ActiveStack


ANSWER_SECONDS = 15.0
"""How long a context may take to answer before one does not go there."""
RENEWED_SECONDS = 60.0
"""How long the status line tells that another authority or user was taken up."""


class Store(Followed):
    """What the screens draw from.

    Attributes:
        error: Why there is no connection; it is tried again.
        watched: The runs whose ends a person wants to hear of.
        permissions: What the user may do.
        clock: The time, in seconds since the epoch.
        commands: What was done in the cluster.
        forwards: Ports of pods that are forwarded.
        elsewhere: Where else one could look; None where that is not known.
        stack: The one that is used; None for none.
        news: What is to be told of the connection once, in sentences.
        hurried: Whether a key is on its way to the screen: what comes from the cluster waits so long.
    """

    def __init__(
        self,
        connector: Connector,
        *,
        everywhere: bool = False,
        start: Start | None = None,
        clock: Callable[[], float] = time.time,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        super().__init__(everywhere=everywhere)
        self.error: K8stuiError | None = None
        self.watched = Watched()
        self.permissions = Permissions()
        self.clock = clock
        self.commands = command_log()
        self.forwards: list[Forward] = []
        self.stack: ActiveStack | None = None
        self.news: list[str] = []
        self.hurried: Callable[[], bool] = bool
        self._renewed: float | None = None
        self._connector, self._start = connector, start
        self.elsewhere = elsewhere
        self._leaving = False
        self._moved, self._shown = asyncio.Event(), asyncio.Event()

    @property
    def place(self) -> Place:
        """Where the screens look; empty until there is a connection."""
        stack = self.stack.name if self.stack else ""
        if self.cluster is None:
            return Place(everywhere=self._everywhere, stack=stack)
        namespace = self._namespace or self.cluster.namespace
        guard = self.cluster.guard
        protected = self.cluster.protected([namespace])
        limits = guard.read_only, guard.pinned, self.cluster.unwritten, protected
        return Place(self.cluster.context, namespace, self._everywhere, stack, *limits)

    async def read_only(self) -> str:
        """What says that nothing may be changed, also where there is no connection yet; empty when something may.

        Raises:
            InvalidInputError: A file or variable that may say so cannot be understood.
        """
        from k8stui.cluster.guardfiles import guard

        return self.place.read_only or (await asyncio.to_thread(guard)).read_only

    def protected(self, namespaces: Iterable[str]) -> str:
        """The protected place in which one would act in these namespaces; empty for none, or without a connection."""
        return self.cluster.protected(namespaces) if self.cluster else ""

    @property
    def freshness(self) -> Freshness | None:
        """How far what is shown can be trusted; None without a connection."""
        return self.board.freshness if self.board else None

    @property
    def just_renewed(self) -> bool:
        """Whether another authority or user was taken up a moment ago."""
        return self._renewed is not None and self.clock() - self._renewed < RENEWED_SECONDS

    def _renew(self, sentence: str) -> None:
        self._renewed = self.clock()
        self.news.append(sentence)

    def tell_shown(self) -> None:
        """The screen has been drawn: where all that it waited for is in it, there is time for what keys may ask for."""
        wanted = (one for one in (self.schedules, self.pods, self.events) if one.key is not None and one.error is None)
        boards = [self.board, *(one.current for one in wanted)]
        if not self._shown.is_set() and all(board and _is_there(board.freshness) for board in boards):
            self._shown.set()

    def move(self, namespace: str) -> None:
        """Look at another namespace, or at all of them when it is empty."""
        self._everywhere = not namespace
        self._go_to(namespace)

    def _go_to(self, namespace: str) -> None:
        self._namespace = namespace
        self.look_away()
        self._moved.set()

    async def go_to_context(self, name: str) -> None:
        """Look at another cluster, or at this one as somebody else, once it has answered.

        Args:
            name: Of a context of the kubeconfig.

        Raises:
            K8stuiError: It cannot be reached or does not let this user in; nothing has changed.
        """
        if self.elsewhere is None:
            raise UnreachableError("There is no kubeconfig with other contexts.")
        await self._go(self.elsewhere.connector(name), f"Context {name}", None)

    async def go_to_stack(self, stack: ActiveStack) -> None:
        """Look at the cluster of a stack, and use its settings, once it has answered.

        Raises:
            K8stuiError: It cannot be reached or does not let this user in; nothing has changed.
        """
        if self.elsewhere is None or self.elsewhere.stacked is None:
            raise UnreachableError("There is no other cluster than this one here.")
        await self._go(self.elsewhere.stacked(stack), f"The cluster of stack {stack.name}", stack)

    async def _go(self, connector: Connector, called: str, stack: ActiveStack | None) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), connector() as cluster:
                await cluster.version()
                await cluster.whoami()  # Whoever is not let in may well be told the version.
        except TimeoutError as error:
            raise UnreachableError(f"{called} did not answer within {ANSWER_SECONDS:g} s.") from error
        self._connector, self.stack, self._start, self._leaving = connector, stack, None, True
        self._go_to("")

    async def serve(self) -> None:
        """Connect, and keep everything fresh until cancelled."""
        while True:
            self._leaving = False
            try:
                async with (await self._where())() as cluster:
                    if not self._leaving:  # Else somebody went elsewhere while this connection was made.
                        cluster.record(self.commands)
                        cluster.tell_renewals(self._renew)
                        cluster.give_way(self.hurried)
                        self.cluster, self.error = cluster, None
                        self._moved.clear()
                    while not self._leaving:
                        await self._serve_board(cluster)
            except Exception as error:
                # Also a defect of ours is told where the runs would be, instead of a screen that stays empty.
                if not self._leaving:
                    self.error = as_told(error)
            finally:
                self.cluster = self.board = None
                for forward in self.forwards:
                    forward.stop("the connection to the cluster was closed")
                self.look_away()  # What was open belonged to the connection that is gone.
                self.permissions.forget()
            if not self._leaving:
                await asyncio.sleep(RETRY_SECONDS)

    async def _where(self) -> Connector:
        """What opens the connection; asks which stack is used where that is not known yet."""
        if (start := self._start) is not None:
            await loaded()
            stack, connector = await asyncio.to_thread(start)
            if self._start is start:
                self.stack, self._connector, self._start = stack, connector, None
        return self._connector

    async def _serve_board(self, cluster: Cluster) -> None:
        """Follow the runs of a namespace until another one is looked at."""
        await loaded()
        from k8stui.control.runs.board import RunBoard

        async with RunBoard(cluster, namespace=self._namespace or None, all_namespaces=self._everywhere) as board:
            self.board = board
            self.arrivals.tell()
            switches = (*self._looks, *self._boards)
            beside = (self._prepare(), self.permissions.serve(cluster))
            feeds = [asyncio.create_task(one) for one in (*(switch.serve() for switch in switches), *beside)]
            try:
                await self._moved.wait()
                self._moved.clear()
            finally:
                self.board = None
                for switch in self._boards:  # They are made from this board, or of this namespace.
                    switch.to(None, None)
                self.arrivals.forget()
                await end(*feeds)

    async def _prepare(self) -> None:
        """Once the first screen is there, what keys do with it is imported too: it would hold up the lists before."""
        await self._shown.wait()
        await load_rest()


def _is_there(fresh: Freshness) -> bool:
    return fresh.synced or fresh.error is not None
