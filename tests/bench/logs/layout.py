"""What is in the cluster of this bench, and what its pods write."""

from __future__ import annotations

NAMESPACE = "default"
LINES = 50_000
ROUNDS = 5
SHORT = ("a-short",)
LONG = tuple(f"b-long-{number}" for number in range(ROUNDS))
"""Pods with that many lines each, one for each round, so that none is shown again from what was kept."""

FOLLOWED, RATE, SECONDS = 200, 100, 15
"""Pods that are followed at once, the lines that each writes in a second, and for how long."""

PIPELINE = "bench-logs"


def line(number: int) -> bytes:
    """A line as a training writes them; its number is its second word."""
    return f"epoch {number} loss={1 / (number + 2):.5f} acc={1 - 1 / (number + 3):.4f} lr=0.001\n".encode()


def number_of(text: str) -> int:
    """Which line that is."""
    return int(text.split(" ", 2)[1])
