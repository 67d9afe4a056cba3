"""The time that a run may take: since its first pod, without its pauses, and anew for each retry."""

from __future__ import annotations

from k8stui.incluster.contract.record import Summary
from k8stui.incluster.scheduling.runclock import RunClock

NOW = 1_000_000.0


def begun(limit: float = 60) -> RunClock:
    clock = RunClock(limit)
    clock.start(NOW)
    clock.start(NOW + 30)  # the second pod
    return clock


def handed_on(clock: RunClock, at: float, *, paused: bool, until: float) -> RunClock:
    """What the next master, which comes at `until`, makes of what this one wrote down."""
    summary = Summary()
    clock.note(summary, at, paused=paused)
    following = RunClock(60)
    following.resume(Summary.from_text(summary.to_text()), until)
    return following


def test_it_counts_from_the_first_pod() -> None:
    assert RunClock(60).ends_at() is None
    assert (begun().began, begun().ends_at()) == (NOW, NOW + 60)
    assert begun(0).ends_at() is None


def test_the_time_without_a_master_counts() -> None:
    assert handed_on(begun(), NOW + 10, paused=False, until=NOW + 40).ends_at() == NOW + 60


def test_a_pause_does_not_count_and_neither_does_the_next() -> None:
    following = handed_on(begun(), NOW + 10, paused=True, until=NOW + 1010)
    assert (following.began, following.ends_at()) == (NOW, NOW + 1060)
    assert handed_on(following, NOW + 1020, paused=True, until=NOW + 1021).ends_at() == NOW + 1061
    assert handed_on(following, NOW + 1020, paused=False, until=NOW + 1021).ends_at() == NOW + 1060


def test_a_clock_that_runs_behind_the_one_that_wrote_takes_no_time_away() -> None:
    assert handed_on(begun(), NOW + 10, paused=True, until=NOW + 5).ends_at() == NOW + 60


def test_a_retry_begins_anew_and_keeps_when_the_run_began() -> None:
    retried = RunClock(60)
    retried.resume(Summary(started=NOW), NOW + 500)
    assert retried.ends_at() is None
    retried.start(NOW + 501)
    assert (retried.began, retried.ends_at()) == (NOW, NOW + 561)
