"""The lines that are kept: in the order of time, the newest of them, within both bounds, and those that pass."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.logs.sifting import sieve_of
from k8stui_tui.widgets.logbuffer import LogBuffer, LogEntry
from tests.tui.loglines import pane
from tests.tui.stage import SIZE, Stage

TEXTS = st.sampled_from(["", "a", "b", "ab", "error a", "x" * 30])
ENTRIES = st.builds(
    LogEntry, TEXTS, st.sampled_from(["train", "load"]), st.one_of(st.none(), st.integers(0, 20).map(float))
)
TIMED = st.builds(LogEntry, TEXTS, st.sampled_from(["train", "load"]), st.integers(0, 20).map(float))
ALL_TIMED = st.lists(st.lists(TIMED, min_size=1, max_size=6), max_size=8)
BATCHES = st.lists(st.lists(ENTRIES, min_size=1, max_size=6), max_size=8)
ENOUGH = 1_000


@given(BATCHES)
def test_lines_stand_in_the_order_of_time_and_those_that_came_first_stand_first(batches: list[list[LogEntry]]) -> None:
    buffer = LogBuffer(ENOUGH, ENOUGH * ENOUGH)
    for batch in batches:
        buffer.add(batch)
    timed = [entry for batch in batches for entry in batch if entry.time is not None]
    assert [one for one in buffer.lines if one.time is not None] == sorted(timed, key=lambda one: one.time or 0.0)
    assert len(buffer.lines) == sum(map(len, batches))


@given(st.one_of(ALL_TIMED, BATCHES), st.integers(1, 10), st.integers(1, 60))
def test_the_newest_lines_are_kept_within_both_bounds(
    batches: list[list[LogEntry]], lines: int, characters: int
) -> None:
    buffer, gone = LogBuffer(lines, characters), 0
    for batch in batches:
        everything = LogBuffer(ENOUGH, ENOUGH * ENOUGH)
        everything.add([*buffer.lines, *batch])
        new, times, _, went = buffer.add(batch)
        assert list(times) == sorted(times)
        assert len(new) == len(times) == len(batch)
        assert [*went, *buffer.lines] == everything.lines or any(one.time is None for one in everything.lines)
        gone += len(went)
        assert buffer.dropped == gone
        assert len(buffer.lines) <= lines
        assert sum(len(one.text) for one in buffer.lines) <= characters or len(buffer.lines) == 1


@given(BATCHES, st.sampled_from(["", "a", "!a", "error", "b !error"]), st.integers(1, 12))
def test_what_is_shown_is_what_passes_whether_it_was_sifted_before_or_after_it_came(
    batches: list[list[LogEntry]], typed: str, cap: int
) -> None:
    before, after = pane(cap=cap), pane(cap=cap)
    before.sift(typed)
    for batch in batches:
        before.append(batch)
        after.append(batch)
    after.sift(typed)
    expected = [entry for entry in after.buffer.lines if entry.note or sieve_of(typed).passes(entry.text)]
    assert list(before.entries) == list(after.entries) == expected
    after.sift("")
    assert list(after.entries) == after.buffer.lines


async def test_a_reader_stays_at_the_line_that_still_passes_and_what_k8stui_says_always_does() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([LogEntry(f"{'odd' if n % 2 else 'even'} {n}", "train", float(n)) for n in range(200)])
        view.append([LogEntry("3 lines are left out", "", 201.0, note=True)])
        await pilot.press("g", "ctrl+d", "ctrl+d", "ctrl+d", "ctrl+d")
        top = view.entries[view.at_top[0] - view.ring.first]
        view.sift(top.text.split()[0])
        assert view.entries[view.at_top[0] - view.ring.first] == top
        assert not view.following
        assert len(view.entries) == 101
        assert view.info == "paused · 101 of 201 lines"
        assert view.unwind()
        assert view.entries[view.at_top[0] - view.ring.first] == top
        assert not view.unwind()
