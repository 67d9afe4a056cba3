"""Tasks write, one reader iterates, nothing is lost or left over."""

from __future__ import annotations

import asyncio

import pytest

from k8stui.control.live.channel import Channel


async def test_items_come_in_order_and_closing_ends_the_iteration() -> None:
    async with Channel[int]() as channel:

        async def write() -> None:
            for number in range(3):
                await channel.put(number)
            await channel.close()

        channel.spawn(write())
        assert [item async for item in channel] == [0, 1, 2]


async def test_a_writers_failure_is_raised_where_the_reader_stands() -> None:
    async def fail() -> None:
        raise ValueError("broken")

    async with Channel[int]() as channel:
        channel.spawn(fail())
        with pytest.raises(ValueError, match="broken"):
            await anext(channel)


async def test_leaving_ends_the_tasks() -> None:
    async with Channel[int]() as channel:
        task = channel.spawn(asyncio.sleep(3600))
    assert task.done()


async def test_a_slow_reader_makes_the_writers_wait() -> None:
    written: list[int] = []
    async with Channel[int](size=2) as channel:

        async def write() -> None:
            for number in range(10):
                await channel.put(number)
                written.append(number)

        channel.spawn(write())
        await anext(channel)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(written) == 3
