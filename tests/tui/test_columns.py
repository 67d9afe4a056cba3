"""Widths of columns: never more than there is room for, and nothing wasted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from k8stui_tui.widgets.cells import fitted, shown_width
from k8stui_tui.widgets.columns import GAP, Column, fit, natural

TEXTS = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[Column], list[int]]:
    found, wide = [], []
    for number in range(draw(st.integers(1, 8))):
        most = draw(st.one_of(st.just(0), st.integers(4, 60)))
        column = Column(
            str(number),
            "T" * draw(st.integers(0, 12)),
            least=draw(st.integers(1, 20)),
            most=most,
            flex=draw(st.integers(0, 3)),
            drop=draw(st.integers(0, 3)),
            wants=draw(st.integers(0, 12)),
        )
        found.append(column)
        wide.append(natural(column, draw(st.integers(0, 200))))
    return found, wide


def taken(widths: list[int]) -> int:
    there = [size for size in widths if size]
    return sum(there) + GAP * max(0, len(there) - 1)


@given(columns(), st.integers(0, 300))
def test_columns_never_take_more_than_the_room(given_columns: tuple[list[Column], list[int]], room: int) -> None:
    assert taken(fit(*given_columns, room)) <= room


@given(columns(), st.integers(0, 300))
def test_room_is_left_over_only_where_no_column_can_use_it(
    given_columns: tuple[list[Column], list[int]], room: int
) -> None:
    widths = fit(*given_columns, room)
    if taken(widths) < room:
        able = [
            column
            for column, size in zip(given_columns[0], widths, strict=True)
            if size and column.flex and (not column.most or size < column.most)
        ]
        assert able == []


@given(columns(), st.integers(0, 300))
def test_where_everything_fits_no_column_is_narrower_than_its_contents(
    given_columns: tuple[list[Column], list[int]], room: int
) -> None:
    found, wide = given_columns
    if taken(wide) <= room:
        assert all(size >= wanted for size, wanted in zip(fit(found, wide, room), wide, strict=True))


@given(columns(), st.integers(0, 300))
def test_a_column_without_drop_goes_only_when_all_that_have_it_went(
    given_columns: tuple[list[Column], list[int]], room: int
) -> None:
    found, wide = given_columns
    widths = fit(found, wide, room)
    if any(wanted and not size and not column.drop for column, wanted, size in zip(found, wide, widths, strict=True)):
        assert not any(size for column, size in zip(found, widths, strict=True) if column.drop)


def test_flexible_columns_give_way_evenly_down_to_their_least() -> None:
    found = [Column("a", "A", flex=1, least=30), Column("b", "B", flex=1, least=4), Column("c", "C")]
    assert fit(found, [30, 25, 10], 60) == [30, 16, 10]
    assert fit(found, [30, 25, 10], 48) == [30, 4, 10]


def test_what_matters_least_goes_first() -> None:
    found = [Column("a", "A"), Column("b", "B", drop=1), Column("c", "C", drop=2), Column("d", "D")]
    assert fit(found, [10, 10, 10, 10], 46) == [10, 10, 10, 10]
    assert fit(found, [10, 10, 10, 10], 45) == [10, 10, 0, 10]
    assert fit(found, [10, 10, 10, 10], 25) == [10, 0, 0, 10]


def test_prose_gives_way_before_a_name_is_cut() -> None:
    found = [Column("name", "NAME", flex=1, least=8), Column("why", "WHY", flex=1, least=4, prose=12)]
    assert fit(found, [20, 60], 50) == [20, 28]
    assert fit(found, [20, 60], 34) == [20, 12]
    assert fit(found, [20, 60], 30) == [16, 12]


def test_rest_goes_to_flexible_columns_by_their_shares_up_to_their_most() -> None:
    found = [Column("a", "A", flex=1), Column("b", "B", flex=3), Column("c", "C", flex=1, most=12)]
    assert fit(found, [10, 10, 10], 64) == [17, 31, 12]


def test_a_title_and_what_a_column_wants_count_as_contents() -> None:
    assert natural(Column("a", "RESTARTS"), 1) == 8
    assert natural(Column("a", "A", wants=9), 1) == 9
    assert natural(Column("a", "A", most=5), 100) == 5


@given(TEXTS, st.integers(0, 80), st.booleans(), st.integers(0, 9))
def test_a_fitted_text_has_exactly_its_columns(text: str, size: int, right: bool, tail: int) -> None:
    assert cell_len(fitted(text, size, right=right, tail=tail)) == size


@given(TEXTS)
def test_a_text_in_the_columns_it_takes_is_whole(text: str) -> None:
    assert "…" in text or "…" not in fitted(text, shown_width(text))


def test_what_is_cut_off_says_so() -> None:
    assert fitted("train-churn", 6) == "train…"
    assert fitted("train-churn", 1, more="~") == "~"
    assert fitted("東京都", 4) == "東 …"
    assert fitted("7", 3, right=True) == "  7"


def test_a_name_that_differs_at_its_end_is_cut_before_it() -> None:
    assert fitted("digest-cxbg6-29934567", 16, tail=6) == "digest-cx…934567"
    assert fitted("digest-cxbg6", 16, tail=6) == "digest-cxbg6    "
    assert fitted("digest-cxbg6", 6, tail=6) == "diges…"
    assert fitted("東京都から大阪府", 9, tail=3) == "東京都…府"
