"""Keys are handed on one after the other, whatever arrives late."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

from textual import events

from k8stui_tui.typist import HASTE, PATIENCE, ROUNDS, Passed, Typist


async def test_a_message_that_counted_as_lost_and_arrives_after_all_blocks_no_key() -> None:
    delivered: list[str] = []

    async def deliver(event: Any) -> None:
        delivered.append(event.key)

    # An app without a screen: what passes is told by hand.
    typist = Typist(SimpleNamespace(is_running=False), deliver)  # type: ignore[arg-type]  # all that it asks
    await typist.take(events.Key("a", "a"))
    await typist.take(events.Key("b", "b"))
    assert delivered == ["a"]
    for number in range(1, ROUNDS + 1):
        await typist.passed(number)
    assert delivered == ["a", "b"]
    for number in range(ROUNDS + 1, 2 * ROUNDS + 1):
        await typist.passed(number)
    assert not typist.busy
    await typist.passed(2 * ROUNDS)
    assert not typist.busy
    await typist.take(events.Key("c", "c"))
    assert delivered == ["a", "b", "c"]


async def test_all_else_waits_until_a_key_is_on_the_screen_but_not_for_one_that_changes_nothing() -> None:
    async def deliver(_: Any) -> None:
        pass

    drawn, seconds = [0], [100.0]
    typist = Typist(SimpleNamespace(is_running=False), deliver, lambda: drawn[0], lambda: seconds[0])  # type: ignore[arg-type]  # all that it asks
    assert not typist.hurried
    await typist.take(events.Key("a", "a"))
    drawn[0] += 1
    assert typist.hurried  # What it causes is not done yet.
    for number in range(1, ROUNDS + 1):
        await typist.passed(number)
    assert not typist.hurried
    await typist.take(events.Key("b", "b"))
    for number in range(ROUNDS + 1, 2 * ROUNDS + 1):
        await typist.passed(number)
    assert typist.hurried
    seconds[0] += HASTE
    assert not typist.hurried


async def test_while_the_program_gets_no_processor_no_message_counts_as_lost() -> None:
    lost: list[Passed] = []
    widget = SimpleNamespace(post_message=lambda _: None)  # It passes nothing on.
    app = SimpleNamespace(is_running=True, screen_stack=[widget], focused=widget, post_message=lost.append)

    async def deliver(event: Any) -> None: ...

    typist = Typist(app, deliver)  # type: ignore[arg-type]  # likewise
    await typist.take(events.Key("a", "a"))
    time.sleep(2 * PATIENCE)  # noqa: ASYNC251 - nothing of this program runs meanwhile
    for _ in range(10):
        await asyncio.sleep(0)
    assert lost == []
    async with asyncio.timeout(60):
        while not lost:  # noqa: ASYNC110 - a timer is waited for
            await asyncio.sleep(0.01)
    assert [one.number for one in lost] == [1]
