"""Lines out of chunks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.cluster.lines import LineSplitter


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


@given(st.lists(st.binary(max_size=20)), st.integers(1, 7))
def test_nothing_is_lost_and_no_piece_exceeds_the_limit(chunks: list[bytes], limit: int) -> None:
    pieces = split(chunks, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert b"".join(pieces) == b"".join(chunks).replace(b"\n", b"")


def test_a_huge_line_comes_in_pieces_while_it_is_read() -> None:
    splitter = LineSplitter(1 << 20)
    pieces = [piece for _ in range(160) for piece in splitter.feed(b"x" * 65536)]
    assert [len(piece) for piece in pieces] == [1 << 20] * 9
    assert splitter.feed(b"\nnext\n") == [b"x" * (1 << 20), b"next"]
