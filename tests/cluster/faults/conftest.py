"""The fixtures of the runs: a fault happens to one of them."""

import pytest

from tests.cluster.runs.conftest import facts, space

__all__ = ["facts", "space"]

LAST = "tests/cluster/faults/test_components.py"
"""Who talks to a component that was killed takes a while to find it again: no other test should wait for that."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Kill components when all else is done."""
    items.sort(key=lambda item: item.nodeid.startswith(LAST))
