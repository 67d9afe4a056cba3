"""What the control center asks of the API server while nothing happens: nothing but to renew its watches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import cast

import pytest

from k8stui.cluster.connect import connect
from k8stui.cluster.mirror import WATCH_SECONDS
from k8stui.cluster.transport import Transport
from k8stui.cluster.transport_types import Answer, Call, StreamAnswer
from k8stui.control.troubles import feed
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.app import TICKS, ControlCenter
from k8stui_tui.feeds.permissions import KEPT
from tests.embedded.center import center
from tests.embedded.pods import made, manifest
from tests.embedded.runs import PATIENCE, ended, start

MOST = 5.0
"""Requests a minute, by issue 9."""


class Counted:
    """What is sent by any transport."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        self.watches: list[str] = []
        send, stream = Transport.send, Transport.stream

        async def counted_send(transport: Transport, call: Call) -> Answer:
            self.sent.append(f"{call.method} {call.path} {dict(call.query)}")
            return await send(transport, call)

        def counted_stream(
            transport: Transport, call: Call, *, silence: float | None
        ) -> AbstractAsyncContextManager[StreamAnswer]:
            self.sent.append(f"{call.method} {call.path} {dict(call.query)}")
            self.watches += [call.path] if call.query.get("watch") else []
            return stream(transport, call, silence=silence)

        patch.setattr(Transport, "send", counted_send)
        patch.setattr(Transport, "stream", counted_stream)

    async def within_a_minute_of(self, app: ControlCenter) -> Sequence[str]:
        """What is sent while the screen looks as often as in a minute."""
        before = len(self.sent)
        for _ in range(60 * TICKS):
            app._tick()
            await asyncio.sleep(0)
        return self.sent[before:]


@pytest.mark.timeout(600)
async def test_nothing_is_asked_while_nothing_happens_but_watches_are_renewed(
    embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("LONGEST", "REST", "_POLL"):
        monkeypatch.setattr(feed, pause, 0.0)  # what is wrong is looked for again and again
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await ended(cluster, await start(cluster, "chain", length=2))
        await made(cluster, manifest("bad", "exit(3)"), status="failed")
        asked = Counted(monkeypatch)
        async with center(embedded) as (pilot, until):
            app = cast("ControlCenter", pilot.app)
            store = app.store
            await until("add to 1")  # the run under the cursor, with its log
            store.look_at_events()
            store.look_at_troubles()  # and at pods and schedules, which that needs
            looks = (store.run, store.logs, store.schedules, store.pods, store.events, store.troubles)
            async with asyncio.timeout(3 * PATIENCE):
                while await asked.within_a_minute_of(app) or not all(look.current for look in looks):
                    pass
            found = store.troubles.current
            assert found is not None
            assert found.troubles, "the failed pod"
    renewed = len(asked.watches) * 60 / WATCH_SECONDS
    assert asked.watches
    assert renewed + 60 / KEPT <= MOST, asked.watches
