"""Rows of long lines add up, a ring keeps its count, and late lines find their place."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from k8stui_tui.widgets.timeorder import TimeOrder
from k8stui_tui.widgets.wrapping import LineRing, hang_of, rows_of, span_of, window_of

TEXTS = st.text(alphabet=st.sampled_from("ab c東\u0301\U0001f680é"), max_size=80)
BATCHES = st.lists(st.lists(TEXTS, min_size=1, max_size=8), max_size=8)


def ring(cap: int = 1000) -> LineRing[str]:
    return LineRing(cap, rows_of)


@given(TEXTS, st.integers(1, 30))
def test_the_rows_of_a_line_are_the_line(text: str, columns: int) -> None:
    rows = [text[slice(*span_of(text, part, columns))] for part in range(rows_of(text, columns))]
    assert "".join(rows) == text
    assert all(cell_len(row) <= max(columns, 2) for row in rows)
    if columns > 1:
        assert all(cell_len(row) <= columns for row in rows)


@given(TEXTS, st.integers(2, 30))
def test_no_row_could_have_taken_more(text: str, columns: int) -> None:
    rows = [text[slice(*span_of(text, part, columns))] for part in range(rows_of(text, columns))]
    for row, following in pairwise(rows):
        assert cell_len(row + following[0]) > columns


@given(TEXTS, st.integers(2, 30))
def test_words_are_broken_only_where_one_is_longer_than_a_row(text: str, columns: int) -> None:
    spans = [span_of(text, part, columns, words=True) for part in range(rows_of(text, columns, words=True))]
    hangs = [0] + [hang_of(text, columns)] * (len(spans) - 1)
    rows = [text[slice(*span)] for span in spans]
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(hang + cell_len(row) <= columns for hang, row in zip(hangs, rows, strict=True))
    for hang, ((begin, end), (following, _)) in zip(hangs, pairwise(spans), strict=False):
        if end == following:
            assert " " not in text[begin:end].lstrip(" ")
        else:
            word = text[following:].split(" ", maxsplit=1)[0]
            assert hang + cell_len(text[begin:following] + word) > columns


def test_rows_after_the_first_begin_below_the_text() -> None:
    assert hang_of("Nothing goes on.", 30) == 0
    assert hang_of("    the clocks are set forward", 30) == 4
    assert hang_of("ok       cluster: answers", 30) == 9
    assert hang_of("  problem  namespace: there is none", 60) == 11
    assert hang_of("a-long-name-of-something   and more", 30) == 0
    assert hang_of("Two words  and a gap", 30) == 0


@given(TEXTS, st.integers(0, 40), st.integers(1, 30))
def test_what_is_seen_of_a_cut_line_fits_and_stands_in_its_columns(text: str, skip: int, columns: int) -> None:
    begin, end, halved = window_of(text, skip, columns)
    shown = " " * halved + text[begin:end]
    assert cell_len(shown) <= columns
    if begin < len(text):
        assert cell_len(text[:begin]) == skip + halved
    if end < len(text):
        assert cell_len(shown) + cell_len(text[end]) > columns


@given(BATCHES, st.integers(1, 20), st.integers(0, 12))
def test_every_row_belongs_to_a_line_and_every_line_has_its_rows(
    batches: list[list[str]], cap: int, columns: int
) -> None:
    lines = ring(cap)
    lines.wrap(columns)
    dropped: list[str] = []
    for batch in batches:
        dropped += lines.append(batch)
    everything = [text for batch in batches for text in batch]
    assert dropped + lines.lines == everything
    assert len(lines.lines) == min(cap, len(everything))
    found = [lines.find(row) for row in range(lines.rows)]
    expected = [
        (lines.first + place, part)
        for place, text in enumerate(lines.lines)
        for part in range(rows_of(text, columns) if columns else 1)
    ]
    assert found == expected
    assert [lines.row_of(number, part) for number, part in found] == list(range(lines.rows))


@given(BATCHES, st.integers(0, 12), st.data())
def test_lines_among_others_are_counted_as_if_all_had_come_in_order(
    batches: list[list[str]], columns: int, data: st.DataObject
) -> None:
    lines, model = ring(), list[str]()
    lines.wrap(columns)
    for batch in batches:
        places = sorted(data.draw(st.lists(st.integers(0, len(model)), min_size=len(batch), max_size=len(batch))))
        lines.insert(places, batch)
        for offset, (place, text) in enumerate(zip(places, batch, strict=True)):
            model.insert(place + offset, text)
    fresh = ring()
    fresh.wrap(columns)
    fresh.append(model)
    assert lines.lines == model
    assert [lines.find(row) for row in range(lines.rows)] == [fresh.find(row) for row in range(fresh.rows)]


def test_numbers_stay_when_older_lines_go() -> None:
    lines = ring(3)
    lines.append(["a", "b", "c"])
    assert lines.append(["d", "e"]) == ["a", "b"]
    assert (lines.first, lines[3], lines.end) == (2, "d", 5)
    assert (lines.row_of(0), lines.row_of(9)) == (0, 3)
    lines.clear()
    assert (lines.first, lines.end, lines.rows) == (5, 5, 0)


def test_a_late_line_in_a_full_ring_is_the_first_to_go() -> None:
    lines = ring(3)
    lines.append(["b", "c", "d"])
    assert lines.insert([0, 2], ["a", "c2"]) == ["a", "b"]
    assert lines.lines == ["c", "c2", "d"]


Times = list[tuple[float | None, int]]


def ordered(batches: list[list[float | None]]) -> Times:
    """All lines as they are placed, each with the number of its coming."""
    order, lines, number = TimeOrder(), Times(), 0
    for batch in batches:
        sequence, places, _ = order.place(batch)
        for offset, (index, place) in enumerate(zip(sequence, places, strict=True)):
            lines.insert(place + offset, (batch[index], number + index))
        number += len(batch)
    return lines


@given(st.lists(st.lists(st.integers(0, 30).map(float), min_size=1, max_size=8), max_size=8))
def test_lines_stand_in_the_order_of_their_times_and_earlier_comers_first(batches: list[list[float]]) -> None:
    everything = [time for batch in batches for time in batch]
    expected = sorted((time, number) for number, time in enumerate(everything))
    assert ordered([list(batch) for batch in batches]) == expected


@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(0, 30).map(float)), min_size=1, max_size=8), max_size=8),
)
def test_notes_without_a_time_disturb_no_order_and_none_is_lost(batches: list[list[float | None]]) -> None:
    lines = ordered(batches)
    assert sorted(number for _, number in lines) == list(range(sum(map(len, batches))))
    times = [time for time, _ in lines if time is not None]
    assert times == sorted(times)


def test_a_note_stays_behind_the_line_it_came_after() -> None:
    assert ordered([[1.0, 5.0], [None], [3.0, None]]) == [(1.0, 0), (3.0, 3), (None, 4), (5.0, 1), (None, 2)]


def test_times_of_dropped_lines_are_forgotten() -> None:
    order = TimeOrder()
    order.place([1.0, 2.0, 3.0])
    order.drop(2)
    assert order.place([2.5]) == ([0], [0], [2.5])
    order.clear()
    assert order.place([0.0]) == ([0], [0], [0.0])


@pytest.mark.parametrize("lag", [1, 100, 10_000])
def test_fifty_thousand_lines_with_late_ones_are_placed_quickly(lag: int) -> None:
    order, begun = TimeOrder(), time.thread_time()
    for batch in range(50):
        times: list[float | None] = [float(batch * 1000 + line) for line in range(1000)]
        times[0] = float(batch * 1000 - lag)
        order.place(times)
    # 0.01 s where it was measured.
    assert time.thread_time() - begun < 5.0
