"""What comes in bulk lets others have their turns, and waits for those who are in a hurry, but not for ever."""

from __future__ import annotations

import asyncio

from k8stui.cluster.turns import LONGEST, TURN, Turns


class Hands:
    """A clock that moves by so many seconds whenever somebody looks at it."""

    def __init__(self, step: float) -> None:
        self.seconds, self.step = 0.0, step

    def __call__(self) -> float:
        self.seconds += self.step
        return self.seconds


async def others_had_a_turn(turns: Turns) -> bool:
    had: list[bool] = []
    asyncio.get_running_loop().call_soon(had.append, True)
    await turns.next()
    return bool(had)


async def test_little_work_is_done_in_one_turn_and_more_of_it_in_several() -> None:
    turns = Turns(hands := Hands(0.0))
    turns.begin()
    assert not await others_had_a_turn(turns)
    hands.seconds += TURN
    assert await others_had_a_turn(turns)
    assert not await others_had_a_turn(turns)


async def test_who_is_in_a_hurry_goes_first() -> None:
    turns = Turns(Hands(0.0))
    turns.begin()
    asked = iter([True, True, True, False])
    turns.hurried = lambda: next(asked)
    assert await others_had_a_turn(turns)
    assert next(asked, None) is None


async def test_who_is_always_in_a_hurry_does_not_stop_all_else() -> None:
    turns = Turns(hands := Hands(LONGEST / 3))
    turns.hurried = lambda: True
    await turns.next()
    assert LONGEST < hands.seconds < 4 * LONGEST
