"""`max_parallelism`: how many step pods there may be at a time."""

from __future__ import annotations

import pytest

from tests.cluster.runs.space import Space
from tests.cluster.runs.views import states

pytestmark = pytest.mark.real


def test_never_more_pods_at_a_time_than_allowed(space: Space) -> None:
    done = space.run("parallel.py")
    assert done.code == 0, done.err
    assert list(states(done.view).values()) == ["succeeded"] * 8
    assert space.journal.most_alive() == 2
