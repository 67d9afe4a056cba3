"""The store of the screens: one connection at a time, made again when it goes, and feeds that belong to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.kubeconfig import write_kubeconfig
from k8stui.model.errors import NotFoundError, UnreachableError
from k8stui.model.stacks import Orchestrator, Stack
from k8stui.model.views import RunSummaryView
from k8stui.stacks.active import ActiveStack
from k8stui_tui import store as module
from k8stui_tui.feeds.switch import Switch
from k8stui_tui.place import Connector, Elsewhere
from k8stui_tui.screens.status import how_fresh
from k8stui_tui.store import Store
from tests.waiting import until


class TestStore:
    async def test_connects_in_the_background_and_follows_the_runs(self, embedded: EmbeddedCluster) -> None:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Cluster]:
            async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
                yield cluster

        store = Store(connection)
        assert store.place.namespace == ""
        serving = asyncio.create_task(store.serve())
        await until(lambda: bool(store.freshness and store.freshness.synced))
        assert store.place.namespace == "default"
        store.look_at(RunSummaryView(run="no-such-run", namespace="default"))
        await until(lambda: bool(store.run.current and store.run.current.error))
        store.move("kube-system")
        await until(lambda: store.place.namespace == "kube-system" and bool(store.board))
        assert store.run.key is None
        # What the kubeconfig says by the time the authority is rotated is taken up, and told.
        embedded.rotate_authority()
        write_kubeconfig(embedded.kubeconfig, server=embedded.url, ca=embedded.ca, token=embedded.token)
        await until(lambda: bool(store.news and store.freshness and store.freshness.connected))
        assert "certificate authority of context embedded has changed" in store.news[0]
        assert how_fresh(store.freshness, store.error, renewed=store.just_renewed).text == "live, login renewed"
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        assert store.cluster is None

    async def test_a_stack_to_begin_with_is_found_when_connecting_and_another_one_is_gone_to(
        self, embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)

        def connector(namespace: str) -> Connector:
            @asynccontextmanager
            async def connection() -> AsyncIterator[Cluster]:
                async with await connect(kubeconfig=embedded.kubeconfig, namespace=namespace) as cluster:
                    yield cluster

            return connection

        def stack(name: str) -> ActiveStack:
            return ActiveStack(name, Stack(orchestrator="here"), Orchestrator())

        tries: list[int] = []

        def start() -> tuple[ActiveStack, Connector]:
            tries.append(1)
            if len(tries) == 1:
                raise NotFoundError("There is no stack 'gpu'.")
            return stack("gpu"), connector("kube-system")

        elsewhere = Elsewhere(None, lambda _: connector("default"), lambda one: connector(one.name))
        store = Store(connector("never"), start=start, elsewhere=elsewhere)
        serving = asyncio.create_task(store.serve())
        await until(lambda: store.error is not None)
        await until(lambda: (store.place.stack, store.place.namespace) == ("gpu", "kube-system"))
        await store.go_to_stack(stack("kube-public"))
        await until(lambda: (store.place.stack, store.place.namespace) == ("kube-public", "kube-public"))
        # A context is another place, where no stack is used.
        await store.go_to_context("any")
        await until(lambda: (store.place.stack, store.place.namespace) == ("", "default"))
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        assert len(tries) == 2

    async def test_a_connection_that_comes_after_one_went_elsewhere_is_not_used(
        self, embedded: EmbeddedCluster
    ) -> None:
        asked, answers = asyncio.Event(), asyncio.Event()
        used: list[str] = []

        def connector(namespace: str) -> Connector:
            @asynccontextmanager
            async def connection() -> AsyncIterator[Cluster]:
                if namespace == "slow":
                    asked.set()
                    await answers.wait()
                async with await connect(kubeconfig=embedded.kubeconfig, namespace=namespace) as cluster:
                    yield cluster

            return connection

        def look() -> bool:
            if store.cluster and store.cluster.namespace not in used:
                used.append(store.cluster.namespace)
            return used[-1:] == ["default"]

        elsewhere = Elsewhere(None, lambda _: connector("never"), lambda one: connector(one.name))
        store = Store(connector("slow"), elsewhere=elsewhere)
        serving = asyncio.create_task(store.serve())
        await asked.wait()
        await store.go_to_stack(ActiveStack("default", Stack(orchestrator="here"), Orchestrator()))
        answers.set()
        await until(look)
        assert used == ["default"]
        assert (store.place.stack, store.error) == ("default", None)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    async def test_schedules_are_followed_from_the_first_look_on_and_where_the_runs_are(
        self, embedded: EmbeddedCluster
    ) -> None:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Cluster]:
            async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
                yield cluster

        store = Store(connection)
        store.look_at_schedules()
        assert store.schedules.key is None
        serving = asyncio.create_task(store.serve())
        await until(lambda: bool(store.freshness and store.freshness.synced))
        assert store.schedules.current is None
        store.look_at_schedules()
        await until(lambda: bool(store.schedules.current and store.schedules.current.freshness.synced))
        first = store.schedules.current
        store.look_at_schedules()
        store.look_away()
        assert store.schedules.current is first
        store.move("kube-system")
        await until(lambda: store.place.namespace == "kube-system" and bool(store.board) and not store.schedules.key)
        assert store.schedules.current is None
        store.look_at_schedules()
        await until(lambda: store.schedules.current is not None)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        assert store.schedules.current is None

    async def test_a_connection_that_cannot_be_made_is_told_and_tried_again(
        self, embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
        tries: list[int] = []

        @asynccontextmanager
        async def connection() -> AsyncIterator[Cluster]:
            tries.append(1)
            if len(tries) < 3:
                raise UnreachableError("No route.")
            async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
                yield cluster

        store = Store(connection)
        serving = asyncio.create_task(store.serve())
        await until(lambda: store.error is not None)
        await until(lambda: store.cluster is not None)
        assert store.error is None
        assert len(tries) == 3
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


class TestSwitch:
    async def test_one_feed_is_open_at_a_time(self) -> None:
        opened: list[str] = []
        closed: list[str] = []

        def feed(name: str) -> Callable[[], object]:
            @asynccontextmanager
            async def opens() -> AsyncIterator[str]:
                opened.append(name)
                try:
                    yield name
                finally:
                    closed.append(name)

            return opens

        switch: Switch[str] = Switch()
        serving = asyncio.create_task(switch.serve())
        switch.to("a", feed("a"))  # type: ignore[arg-type]  # a context manager's maker
        await until(lambda: switch.current == "a")
        switch.to("a", feed("never"))  # type: ignore[arg-type]  # as above
        switch.to("b", feed("b"))  # type: ignore[arg-type]  # as above
        assert switch.current is None
        await until(lambda: switch.current == "b")
        assert (opened, closed) == (["a", "b"], ["a"])
        switch.to(None, None)
        await until(lambda: closed == ["a", "b"])
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    async def test_a_feed_that_cannot_be_opened_is_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("k8stui_tui.feeds.switch.RETRY_SECONDS", 0.01)
        tries: list[int] = []

        @asynccontextmanager
        async def opens() -> AsyncIterator[str]:
            tries.append(1)
            if len(tries) == 1:
                raise UnreachableError("No answer.")
            yield "open"

        switch: Switch[str] = Switch()
        serving = asyncio.create_task(switch.serve())
        switch.to("a", opens)
        await until(lambda: switch.error is not None)
        await until(lambda: switch.current == "open")
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
