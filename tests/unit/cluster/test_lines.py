"""Lines out of chunks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.cluster.lines import LineSplitter, cut


def split(chunks: list[bytes], limit: int) -> list[bytes]:
    splitter = LineSplitter(limit)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    last = splitter.flush()
    return lines if last is None else [*lines, last]


@given(st.lists(st.binary(max_size=20).map(lambda data: data.replace(b"\x00", b"\n"))))
def test_any_chunking_gives_the_same_lines(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    expected = whole.split(b"\n")
    assert split(chunks, 1000) == (expected if expected[-1] else expected[:-1])


@given(st.lists(st.binary(max_size=20).map(lambda data: data.replace(b"\x00", b"\n"))), st.integers(1, 7))
def test_of_a_line_over_the_limit_its_beginning_is_kept_and_the_rest_counted(chunks: list[bytes], limit: int) -> None:
    expected = b"".join(chunks).split(b"\n")
    told = [
        line if len(line) <= limit else line[:limit] + b" [%d more bytes]" % (len(line) - limit) for line in expected
    ]
    assert split(chunks, limit) == (told if told[-1] else told[:-1])


def test_a_huge_line_takes_no_more_memory_than_the_limit() -> None:
    splitter = LineSplitter(1 << 20)
    assert not [line for _ in range(160) for line in splitter.feed(b"x" * 65536)]
    assert sum(map(len, splitter._parts)) == 1 << 20
    assert splitter.feed(b"\nnext\n") == [b"x" * (1 << 20) + b" [9,437,184 more bytes]", b"next"]


def test_what_is_cut_twice_tells_how_much_is_missing_of_all() -> None:
    assert cut(b"x" * 100, 100) == b"x" * 100
    assert cut(b"x" * 100, 30) == b"x" * 30 + b" [70 more bytes]"
    assert cut(b"x" * 100 + b" [1,000 more bytes]", 30) == b"x" * 30 + b" [1,070 more bytes]"
    assert cut(b"x" * 100 + b" [1,000 more bytes]", 100) == b"x" * 100 + b" [1,000 more bytes]"
