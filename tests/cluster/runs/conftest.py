"""Fixtures for runs on the real cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.real.facts import Facts
from tests.cluster.runs.space import Space, new_space


@pytest.fixture(scope="session")
def facts() -> Facts:
    """What is known of the cluster; without one, every test of this suite fails."""
    return Facts.load()


@pytest.fixture
def space(facts: Facts) -> Iterator[Space]:
    """A namespace of this test's own."""
    with new_space(facts) as found:
        yield found
