"""What a master adds between two steps is counted from stamps of several processes."""

from __future__ import annotations

import pytest

from tests.bench.hop.measure import hops

STAMPS = """\
asked a 1.0
told a 2.0
heard a 2.5
asked b 2.125
told b 3.0
heard b 3.25
heard b 9.0
asked c 3.375
"""


@pytest.mark.parametrize(("word", "seconds"), [("told", [0.125, 0.375]), ("heard", [-0.375, 0.125])])
def test_a_hop_is_from_the_end_of_a_step_to_the_request_for_the_next(word: str, seconds: list[float]) -> None:
    assert hops(STAMPS, word) == seconds
