"""Garbage is looked for often, and as seldom where that takes long as nobody waits for it."""

from __future__ import annotations

from k8stui_tui.garbage import FIRST, LONG, PAUSE, RARELY, REST, Sweeping


class Python:
    """Its searches, each of which takes so many seconds among what is not quite young."""

    def __init__(self, takes: float) -> None:
        self.takes, self.seconds, self.searched = takes, 0.0, list[int]()
        self.sweeping = Sweeping(self._search, lambda: self.seconds)

    def _search(self, generation: int) -> None:
        self.searched.append(generation)
        self.seconds += self.takes if generation else 0.0

    def ticks(self, count: int, *, typed: float = 0.0) -> list[int]:
        self.searched.clear()
        for _ in range(count):
            self.sweeping.tick(typed)
        return list(self.searched)


def test_the_youngest_are_looked_at_each_time_and_the_others_now_and_then() -> None:
    python = Python(takes=LONG)
    assert python.ticks(2 * FIRST) == 2 * [*[0] * (FIRST - 1), 1]


def test_what_takes_no_time_is_done_rarely_and_what_takes_long_often() -> None:
    python = Python(takes=0.0)
    python.ticks(10 * RARELY)
    assert python.ticks(RARELY).count(1) == 1
    python.takes = 1000 * LONG
    python.ticks(RARELY, typed=float("inf"))
    assert python.ticks(3, typed=float("inf")) == [1, 1, 1]


def test_all_is_looked_through_seldom_and_when_nobody_types() -> None:
    python = Python(takes=0.0)
    python.seconds = PAUSE + 1
    assert 2 not in python.ticks(RARELY, typed=python.seconds - REST / 2)
    assert python.ticks(2, typed=python.seconds - 2 * REST)[0] == 2
    assert 2 not in python.ticks(RARELY)
