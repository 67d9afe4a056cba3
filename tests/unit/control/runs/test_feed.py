"""A feed never takes more of the event loop than its share."""

from __future__ import annotations

import pytest

from k8stui.control.runs.feed import BUSY, COALESCE, pause_after


@pytest.mark.parametrize("cost", [0.0, 0.001, 0.02, 0.1, 1.0])
def test_a_costly_view_is_followed_by_a_long_rest(cost: float) -> None:
    pause = pause_after(cost)
    assert pause >= COALESCE
    assert cost / (cost + pause) <= BUSY + 1e-9
