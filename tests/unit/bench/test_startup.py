"""What the bench of starting runs is what k8stui ships: a change of the one that the other misses ends the bench."""

from tests.bench.startup import measure_startup


def test_a_step_starts_hands_over_and_is_measured() -> None:
    found = measure_startup(rounds=1)
    assert found.version > 0
