"""Pieces that come shortly after each other are taken together, and none waits where they come seldom."""

from __future__ import annotations

import pytest

from k8stui.cluster import gathering
from k8stui.cluster.gathering import SEVERAL, SHORTLY, Gathering


class Source:
    def __init__(self) -> None:
        self.told: list[str] = []

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "GATHER", 0.0)


class Stream:
    def __init__(self) -> None:
        self.seconds, self.source = 0.0, Source()
        self.gathering = Gathering(self.source, lambda: self.seconds)

    async def piece(self, after: float, *, more: bool = False) -> list[str]:
        """One comes after so many seconds; gives what the source is told then."""
        self.seconds += after
        self.gathering.came()
        self.source.told.clear()
        await self.gathering.gather(more=more)
        return list(self.source.told)


async def test_nothing_waits_where_pieces_come_seldom() -> None:
    stream = Stream()
    assert [await stream.piece(SHORTLY) for _ in range(3 * SEVERAL)] == [[]] * (3 * SEVERAL)


async def test_pieces_shortly_after_each_other_are_taken_together_until_one_is_late() -> None:
    stream = Stream()
    assert [await stream.piece(SHORTLY / 9) for _ in range(SEVERAL - 1)] == [[]] * (SEVERAL - 1)
    for _ in range(3):
        assert await stream.piece(SHORTLY / 9) == ["pause", "resume"]
    assert await stream.piece(SHORTLY) == []
    assert await stream.piece(SHORTLY / 9) == []


async def test_what_is_there_already_is_taken_first_and_does_not_count() -> None:
    stream = Stream()
    assert [await stream.piece(0, more=True) for _ in range(3 * SEVERAL)] == [[]] * (3 * SEVERAL)
    for _ in range(SEVERAL):
        await stream.piece(SHORTLY / 9)
    assert await stream.piece(SHORTLY / 9, more=True) == []
    assert await stream.piece(0) == ["pause", "resume"]
