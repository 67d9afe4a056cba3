"""Shapes of graphs, with values that can be told beforehand."""

from __future__ import annotations

import pytest

from tests.cluster.runs.pipelines.layers import graph, sums
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output

pytestmark = pytest.mark.real


def test_a_chain_of_twenty_counts_to_twenty(space: Space) -> None:
    done = space.run("chain.py", length=20)
    assert done.code == 0, done.err
    assert output(done.view, "count_20") == 20
    assert sorted(attempt for _, attempt in space.journal.steps_ever()) == [1] * 20


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [3, 20])
def test_a_random_layered_graph_of_sixty_steps_gives_the_right_sums(space: Space, seed: int) -> None:
    expected = sums(graph(seed, 60))
    done = space.run("layers.py", seed=seed, size=60)
    assert done.code == 0, done.err
    assert [output(done.view, f"add_{index}") for index in range(60)] == expected
    assert sorted(space.journal.steps_ever()) == sorted((f"add_{index}", 1) for index in range(60))
