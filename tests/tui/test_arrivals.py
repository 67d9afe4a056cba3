"""What a screen waits for is told as it comes: a look at the boards may be an eighth of a second away."""

from __future__ import annotations

import asyncio
from typing import Self

from k8stui_tui.feeds.arrivals import Arrivals
from k8stui_tui.feeds.switch import Switch


class LateBoard:
    """A board whose first rows come when they are let."""

    def __init__(self) -> None:
        self.waited_for, self.rows = asyncio.Event(), asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def wait_changed(self, version: int) -> int:
        self.waited_for.set()
        await self.rows.wait()
        return version + 1


async def test_the_first_rows_of_a_board_are_told_of_as_they_come() -> None:
    arrivals, told, board = Arrivals(), asyncio.Event(), LateBoard()
    arrivals.tell = told.set
    switch: Switch[LateBoard] = Switch(arrivals.expect)
    serving = asyncio.create_task(switch.serve())
    switch.to("pods", lambda: board)
    await asyncio.wait_for(board.waited_for.wait(), 60)
    assert switch.current is board
    assert not told.is_set()
    board.rows.set()
    await asyncio.wait_for(told.wait(), 60)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_board_that_is_left_is_not_waited_for() -> None:
    arrivals, told, board = Arrivals(), list[int](), LateBoard()
    arrivals.tell = lambda: told.append(1)
    arrivals.expect(board)
    await asyncio.wait_for(board.waited_for.wait(), 60)
    arrivals.forget()
    board.rows.set()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    (ended,) = await asyncio.gather(*others, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    assert told == []
