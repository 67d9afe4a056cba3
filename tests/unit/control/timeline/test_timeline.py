"""Where the time of a run went: spans of its steps, and the chain that decided its end."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given

from k8stui.control.timeline.making import timeline
from k8stui.control.timeline.parts import Phase, Row, Source, Timeline
from k8stui.control.timeline.pulls import Pull, pull_seconds, pulls_of
from k8stui.incluster.contract.states import RunState, StepState
from tests.unit.control.timeline.randomruns import Given, pod, runs
from tests.unit.control.timeline.samples import BEGIN, FAILED, OK, RUNNING, WAITING, attempt, run, step


def told(row: Row) -> list[tuple[str, float, float]]:
    return [(span.phase.value, round(span.begin - BEGIN, 3), round(span.end - BEGIN, 3)) for span in row.spans]


def row(made: Timeline, name: str) -> Row:
    return next(row for row in made.rows if row.name == name)


def chain(made: Timeline) -> list[tuple[str, float]]:
    return [(link.name, round(link.seconds, 3)) for link in made.path]


def test_a_step_waits_is_held_starts_and_runs() -> None:
    made = timeline(
        run(step("a", attempt(1, 2, 10)), step("b", attempt(15, 17, 20), after=["a"]), finished=20.5), BEGIN + 99
    )
    assert told(row(made, "a")) == [("waiting", 0, 1), ("starting", 1, 2), ("running", 2, 10)]
    assert told(row(made, "b")) == [("waiting", 0, 10), ("held", 10, 15), ("starting", 15, 17), ("running", 17, 20)]
    assert row(made, "b").whole, "its pod is gone: how long it was queued cannot be told"
    assert (made.end - BEGIN, made.live) == (20.5, False)


def test_a_pod_that_exists_tells_the_queue_and_events_the_pull() -> None:
    view = run(step("a", attempt(1, 9, 10, pod="p")), pods=[pod("p", 3)], finished=10)
    pulls = {"u": (Pull("u", BEGIN + 4, BEGIN + 8.5),)}
    made = row(timeline(view, BEGIN + 99, pulls), "a")
    assert told(made)[1:] == [
        ("queued", 1, 3),
        ("starting", 3, 4),
        ("pulling", 4, 8.5),
        ("starting", 8.5, 9),
        ("running", 9, 10),
    ]
    assert [span.source for span in made.spans][1:4] == [Source.POD, Source.EVENT, Source.EVENT]
    assert not made.whole


def test_times_that_kubernetes_cut_off_never_overlap_exact_ones() -> None:
    view = run(step("a", attempt(1.9, 2.4, 5, pod="p")), pods=[pod("p", 1)], finished=5)
    pulls = {"u": (Pull("u", BEGIN - 1, BEGIN + 3),)}
    made = row(timeline(view, BEGIN + 99, pulls), "a")
    assert told(made)[1:] == [("pulling", 1.9, 2.4), ("running", 2.4, 5)]


@pytest.mark.parametrize(
    ("scheduled", "pulls", "phase"),
    [
        (None, (), Phase.QUEUED),
        (2, (), Phase.STARTING),
        (2, (Pull("u", BEGIN + 3, None),), Phase.PULLING),
    ],
)
def test_what_goes_on_is_told_until_now(scheduled: float | None, pulls: tuple[Pull, ...], phase: Phase) -> None:
    view = run(
        step("a", attempt(1, None, None, state=StepState.STARTING, pod="p"), state=StepState.STARTING),
        state=RunState.RUNNING,
        pods=[pod("p", scheduled)],
    )
    made = timeline(view, BEGIN + 30, {"u": pulls})
    last = row(made, "a").spans[-1]
    assert (last.phase, last.end, last.source) == (phase, BEGIN + 30, Source.CLOCK)
    assert (made.live, row(made, "a").end) == (True, None)


def test_between_two_attempts_a_step_is_held() -> None:
    view = run(
        step("a", attempt(1, 2, 5, state=FAILED), attempt(15, 16, 20, number=2)),
        finished=20,
    )
    made = row(timeline(view, BEGIN + 99), "a")
    assert told(made)[1:] == [
        ("starting", 1, 2), ("running", 2, 5), ("held", 5, 15), ("starting", 15, 16), ("running", 16, 20),
    ]  # fmt: skip
    assert [span.state for span in made.spans if span.state] == [FAILED, OK]


def test_the_end_of_an_attempt_that_nobody_saw_is_not_made_up() -> None:
    view = run(step("a", attempt(1, 2, None, state=StepState.EVICTED), attempt(9, 10, 12, number=2)), finished=12)
    made = row(timeline(view, BEGIN + 99), "a")
    assert made.lost
    assert made.seconds[Phase.RUNNING] == 2


def test_the_critical_path_is_the_chain_that_ended_last() -> None:
    made = timeline(
        run(
            step("load", attempt(1, 2, 10)),
            step("short", attempt(10, 11, 12), after=["load"]),
            step("long", attempt(12, 13, 40), after=["load"]),
            step("join", attempt(40, 41, 50), after=["short", "long"]),
            step("aside", attempt(10, 11, 30), after=["load"]),
            finished=50,
        ),
        BEGIN + 99,
    )
    assert chain(made) == [("", 1), ("load", 9), ("long", 30), ("join", 10)]
    (long,) = (link for link in made.path if link.name == "long")
    assert long.phases == {Phase.HELD: 2, Phase.STARTING: 1, Phase.RUNNING: 27}
    assert made.critical == {"load", "long", "join"}


def test_the_critical_path_goes_through_items_and_over_what_took_no_time() -> None:
    made = timeline(
        run(
            step("list", attempt(1, 2, 4)),
            step("map", after=["list"], mapped_over=["list"]),
            step("map[0]", attempt(4, 5, 6), after=["map"], item_of="map"),
            step("map[1]", attempt(4, 5, 9), after=["map"], item_of="map"),
            step("cached", after=["map"], state=StepState.CACHED),
            step("left", after=["map"], state=StepState.SKIPPED),
            step("end", attempt(9, 10, 11), after=["cached", "left"]),
            step("hook", attempt(12, 13, 14), hook="on_success"),
            finished=14,
        ),
        BEGIN + 99,
    )
    assert [name for name, _ in chain(made)] == ["", "list", "map[1]", "end", "hook"]
    assert row(made, "map[0]").ready == BEGIN + 4
    assert row(made, "hook").ready == BEGIN + 11
    assert row(made, "cached").spans == ()


def test_while_a_run_goes_on_its_path_ends_with_what_keeps_it_longest() -> None:
    going = attempt(5, 6, None, state=RUNNING)
    view = run(
        step("a", attempt(1, 2, 5)),
        step("b", going, after=["a"], state=RUNNING),
        step("c", attempt(5, 6, 8), after=["a"]),
        step("d", attempt(8, 9, None, state=RUNNING), after=["c"], state=RUNNING),
        step("e", after=["b", "d"], state=WAITING),
        state=RunState.RUNNING,
    )
    made = timeline(view, BEGIN + 20)
    assert chain(made) == [("", 1), ("a", 4), ("b", 15)]
    assert (row(made, "e").ready, row(made, "e").spans) == (None, ())


def test_a_run_without_steps_or_pods_has_a_timeline_too() -> None:
    assert timeline(run(), BEGIN + 5).path == ()
    made = timeline(run(step("a", state=WAITING), state=RunState.PENDING), BEGIN + 5)
    assert [told(one) for one in made.rows] == [[("held", 0, 5)]]


def event(reason: str, at: str, message: str = "", uid: str = "u") -> dict[str, object]:
    about = {"kind": "Pod", "uid": uid, "fieldPath": "spec.containers{step}"}
    return {"metadata": {}, "reason": reason, "message": message, "lastTimestamp": at, "involvedObject": about}


def test_pulls_are_read_from_the_kubelets_events() -> None:
    message = 'Successfully pulled image "x" in 1.5s (2.5s including waiting). Image size: 12 bytes.'
    found = pulls_of([
        event("Pulling", "1970-01-01T00:00:05Z"),
        event("Pulled", "1970-01-01T00:00:08Z", message),
        event("Pulled", "1970-01-01T00:00:09Z", 'Container image "x" already present on machine', uid="v"),
        event("Pulling", "1970-01-01T00:00:20Z", uid="w"),
    ])  # fmt: skip
    assert found == {"u": (Pull("u", 5.5, 8.0),), "w": (Pull("w", 20.0, None),)}


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Successfully pulled image x in 1m2.5s (1m3s including waiting)", 63.0),
        ('Successfully pulled image "x" in 873ms (873ms including waiting). Image size: 1 bytes.', 0.873),
        ("Successfully pulled image x in 2.25s", 2.25),
        ("already present on machine", None),
        ("", None),
    ],
)
def test_how_long_a_pull_took_is_read_as_go_writes_it(message: str, seconds: float | None) -> None:
    assert pull_seconds(message) == pytest.approx(seconds)


@given(runs())
def test_spans_follow_one_another_without_gap_or_overlap(given: Given) -> None:
    made = timeline(*given)
    for one in made.rows:
        for before, after in pairwise(one.spans):
            assert before.end == after.begin
        assert all(span.begin <= span.end for span in one.spans)
        assert not one.spans or one.spans[0].begin >= made.begin
        assert one.end is None or one.spans[-1].end == one.end


@given(runs())
def test_the_links_of_the_critical_path_are_the_time_of_the_run(given: Given) -> None:
    made = timeline(*given)
    for before, after in pairwise(made.path):
        assert before.end == after.begin
    cost = sum(link.seconds for link in made.path)
    assert cost <= made.seconds + 1e-6
    for link in made.path:
        assert sum(link.phases.values()) == pytest.approx(link.seconds, abs=1e-6)
    if made.path and not made.live:
        longest = max((span.seconds for one in made.rows for span in one.spans if one.end is not None), default=0.0)
        assert cost >= longest - 1e-6


def test_a_thousand_steps_are_cheap() -> None:
    steps = [step(f"s{n}", attempt(n, n + 1, n + 2), after=[f"s{n - 1}"] if n else []) for n in range(1000)]
    view = run(*steps, finished=1002)
    begun = time.thread_time()
    made = timeline(view, BEGIN + 2000)
    assert len(made.path) == 1000
    assert time.thread_time() - begun < 1
