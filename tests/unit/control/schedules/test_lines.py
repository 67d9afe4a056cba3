"""The views of all schedules: what did not change is the same object, and the clock alone moves what depends on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from k8stui.cluster.store import Key
from k8stui.control.schedules.lines import ScheduleLines
from k8stui.control.schedules.timing import GRACE
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.views import RunSummaryView

NOW = datetime(2026, 11, 24, 12, 10, tzinfo=UTC).timestamp()
HOUR = 3600.0


def cron_job(name: str, **spec: Any) -> dict[str, Any]:
    labels = {names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: names.COMPONENT_SCHEDULE}
    meta = {"name": name, "namespace": "ml", "uid": name, "labels": labels, "creationTimestamp": "2026-11-24T12:05:00Z"}
    return {
        "metadata": meta,
        "spec": {"schedule": "0 * * * *", **spec},
    }


def run(name: str, schedule: str, state: RunState = RunState.SUCCEEDED) -> RunSummaryView:
    return RunSummaryView(run=name, namespace="ml", schedule=schedule, state=state, created=NOW, finished=NOW + 5)


class World:
    """Objects as mirrors hold them, and the lines made of them."""

    def __init__(self, *schedules: str) -> None:
        self.cron_jobs: dict[Key, dict[str, Any]] = {("ml", name): cron_job(name) for name in schedules}
        self.runs: list[RunSummaryView] = []
        self.jobs: dict[Key, dict[str, Any]] = {}
        self.lines = ScheduleLines()
        self.look()

    def look(self, now: float = NOW) -> bool:
        return self.lines.refresh(self.cron_jobs, self.runs, self.jobs.values(), now)

    def __getitem__(self, name: str) -> ScheduleView:
        found = self.lines.find(("ml", name))
        assert found is not None
        return found


def test_they_stand_in_the_order_of_their_names() -> None:
    assert [one.name for one in World("b", "c", "a").lines.schedules] == ["a", "b", "c"]


def test_nothing_new_leaves_the_same_objects() -> None:
    world = World("a", "b")
    before = world.lines.schedules
    assert not world.look()
    world.runs = [run("x", "another"), run("y", "")]
    assert not world.look()
    assert world.lines.schedules is before


def test_a_run_changes_the_view_of_its_schedule_alone() -> None:
    world = World("a", "b")
    before = world["a"], world["b"]
    world.runs = [run("a-1", "a", RunState.FAILED)]
    assert world.look()
    assert world["a"].outcomes == (RunState.FAILED,)
    assert world["b"] is before[1]


def test_a_job_without_a_record_makes_its_schedule_active() -> None:
    world = World("a", "b")
    meta = {"name": "a-1", "namespace": "ml", "ownerReferences": [{"uid": "a"}]}
    world.jobs["ml", "a-1"] = {"metadata": meta}
    assert world.look()
    assert (world["a"].active, world["b"].active) == (("a-1",), ())
    assert not world.lines.refresh(world.cron_jobs, world.runs, None, NOW)
    assert world["a"].active == ("a-1",)


def test_all_that_are_deleted_go_at_once() -> None:
    world = World("a", "b", "c")
    world.cron_jobs = {("ml", "b"): world.cron_jobs["ml", "b"]}
    assert world.look()
    assert [one.name for one in world.lines.schedules] == ["b"]
    assert world.lines.find(("ml", "a")) is None


def test_a_written_cronjob_that_says_the_same_is_no_news() -> None:
    world = World("a")
    before = world["a"]
    world.cron_jobs["ml", "a"] = cron_job("a")
    assert not world.look()
    assert world["a"] is before


def test_the_next_time_is_told_anew_when_it_has_passed() -> None:
    world = World("a")
    world.cron_jobs["ml", "asleep"] = cron_job("asleep", suspend=True)
    world.look()
    asleep, first = world["asleep"], world["a"].next
    assert first is not None
    assert world.lines.due == first
    assert not world.lines.pass_time(first - 1)
    assert world.lines.pass_time(first)
    assert (world["a"].next, world["a"].missed) == (first + HOUR, 0)
    assert world.lines.due == first + GRACE
    assert world.lines.pass_time(first + GRACE)
    assert (world["a"].next, world["a"].missed) == (first + HOUR, 1)
    assert world["asleep"] is asleep


def test_a_hundred_schedules_of_a_thousand_runs_cost_little_when_one_run_changes() -> None:
    world = World(*(f"s{number}" for number in range(100)))
    world.runs = [run(f"r{number}", f"s{number % 100}") for number in range(1000)]
    world.look()
    before = list(world.lines.schedules)
    world.runs = [run("r0", "s0", RunState.FAILED), *world.runs[1:]]
    assert world.look()
    assert sum(one is not other for one, other in zip(before, world.lines.schedules, strict=True)) == 1
