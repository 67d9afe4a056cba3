"""The fixtures of the runs: a fault happens to one of them."""

from tests.cluster.runs.conftest import facts, space

__all__ = ["facts", "space"]
