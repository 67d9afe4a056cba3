"""A log that is taken up again has every line once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.logs.stream import Resumption
from k8stui.control.logs.times import split_time, split_times

A = b"2026-11-24T04:16:56.100000000Z a"
B = b"2026-11-24T04:16:56.200000000Z b"
C = b"2026-11-24T04:16:57.300000000Z c"


def taken(resumption: Resumption, lines: list[bytes]) -> list[bytes]:
    return list(resumption.take(lines)[0])


def test_nothing_is_repeated_when_the_new_stream_starts_at_the_last_second() -> None:
    resumption = Resumption()
    assert taken(resumption, [A, B]) == [A, B]
    assert resumption.since == "2026-11-24T04:16:56Z"
    resumption.reopen()
    assert taken(resumption, [A, B, C]) == [C]


def test_a_line_that_was_written_twice_is_shown_twice() -> None:
    resumption = Resumption()
    assert taken(resumption, [A, A]) == [A, A]
    resumption.reopen()
    assert taken(resumption, [A, A, A]) == [A]


def test_lines_that_may_be_missing_are_told_once() -> None:
    resumption = Resumption()
    taken(resumption, [A])
    resumption.reopen()
    assert [resumption.take([B]), resumption.take([C])] == [([B], 0), ([C], None)]


def test_an_overlap_means_that_nothing_is_missing() -> None:
    resumption = Resumption()
    taken(resumption, [A])
    resumption.reopen()
    assert resumption.take([A, C]) == ([C], None)


def test_a_tail_that_began_within_a_second_is_not_filled_up_from_before_it() -> None:
    resumption = Resumption()
    assert taken(resumption, [B]) == [B]
    resumption.reopen()
    assert resumption.take([A, B, C]) == ([C], None)


def test_times_of_nodes_in_other_zones_are_asked_for_in_utc() -> None:
    resumption = Resumption()
    east = [line.replace(b"T04", b"T06").replace(b"Z", b"+02:00") for line in (A, B, C)]
    assert taken(resumption, east[:2]) == east[:2]
    assert resumption.since == "2026-11-24T04:16:56Z"
    resumption.reopen()
    assert taken(resumption, east) == [east[2]]


def test_when_clocks_are_put_back_lines_go_on() -> None:
    resumption = Resumption()
    before, after = b"2026-10-25T02:59:59.5+02:00 before", b"2026-10-25T02:00:01.5+01:00 after"
    assert taken(resumption, [before, after]) == [before, after]
    assert resumption.since == "2026-10-25T01:00:01Z"
    resumption.reopen()
    assert taken(resumption, [after, after]) == [after]


def test_what_only_looks_like_a_time_is_none() -> None:
    resumption = Resumption()
    resumption.take([b"2026-99-24T06:16:56.1+02:00 x", b"2026 was a year"])
    assert resumption.since is None


def test_a_line_without_a_time_is_shown_as_it_is() -> None:
    assert split_time(b"no time") == (None, "no time")
    assert Resumption().take([b"unable to retrieve container logs"]) == ([b"unable to retrieve container logs"], None)


def test_text_is_everything_after_the_first_space() -> None:
    assert split_time(b"2026-11-24T04:16:56.5Z  two  spaces\xff")[1] == " two  spaces\ufffd"


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy")), max_size=30), st.data())
def test_however_often_the_stream_breaks_every_line_comes_once(
    written: list[tuple[int, str]], data: st.DataObject
) -> None:
    lines = [f"2026-11-24T04:16:5{second}.000000000Z {text}".encode() for second, text in sorted(written)]
    resumption, shown, rounds = Resumption(), list[bytes](), 0
    while len(shown) < len(lines) and rounds < 20:
        rounds += 1
        resumption.reopen()
        since = (resumption.since or "").rstrip("Z").encode()
        offered = [line for line in lines if line >= since]
        breaks = data.draw(st.integers(0, len(offered))) if rounds < 19 else len(offered)
        while offered[:breaks]:
            together = data.draw(st.integers(1, breaks))
            new, gap = resumption.take(offered[:together])
            assert gap is None
            shown += new
            offered, breaks = offered[together:], breaks - together
    assert shown == lines


STAMPS = st.sampled_from([
    "2026-11-24T04:16:56.100000000Z ", "2026-11-24T04:16:56.123456789Z ", "2026-11-24T04:16:57.000000001Z ",
    "2026-11-24T06:16:57.2+02:00 ", "2026-99-24T04:16:56.100000000Z ", "2026-11-24T04:16:58Z ", "no time ",
])  # fmt: skip
LINES = st.lists(st.builds(lambda stamp, text: stamp.encode() + text, STAMPS, st.sampled_from([b"", b"x", b"\xc3"])))


@given(LINES, st.booleans())
def test_lines_that_come_together_are_read_as_they_are_one_by_one(lines: list[bytes], in_order: bool) -> None:
    lines = sorted(lines) if in_order else lines
    times, texts = split_times(lines)
    assert list(zip(times, texts, strict=True)) == [split_time(line) for line in lines]
    together, each = Resumption(), Resumption()
    for _ in range(2):
        new, gap = together.take(lines)
        one_by_one = [each.take([line]) for line in lines]
        assert list(new) == [line for found, _ in one_by_one for line in found]
        assert (gap is not None) == any(place is not None for _, place in one_by_one)
        assert together.since == each.since
        together.reopen()
        each.reopen()
