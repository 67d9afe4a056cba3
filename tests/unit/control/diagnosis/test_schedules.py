"""Why a schedule does not fire: each rule, by a clock that the test holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from k8stui.control.diagnosis.finding import Diagnosis, Level
from k8stui.control.diagnosis.schedules import ScheduleSight, diagnose_schedule
from k8stui.control.events.reading import Event
from k8stui.incluster.contract.states import RunState
from k8stui.model.scheduleviews import ChangeView, FieldChange, FiringView, ScheduleView

NOW = datetime(2026, 11, 24, 12, 10, tzinfo=UTC).timestamp()
DUE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()
NEXT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC).timestamp()


def schedule(**more: Any) -> ScheduleView:
    known = {
        "name": "hourly", "namespace": "ml", "cron": "0 * * * *", "time_zone": "Etc/UTC", "concurrency": "Allow",
        "last": DUE - 3600, "next": NEXT, "created": DUE - 86400,
    }  # fmt: skip
    return ScheduleView.model_validate({**known, **more})


def said(view: ScheduleView | None = None, **more: Any) -> list[Diagnosis]:
    return diagnose_schedule(ScheduleSight(view or schedule(), NOW, **more))


def event(reason: str, message: str = "x", *, seconds: float = 60) -> Event:
    return Event(NOW - seconds, "Warning", reason, message, 1)


def test_one_that_is_well_says_when_it_fires_next() -> None:
    (own,) = said(schedule(last=DUE))
    assert own == Diagnosis("schedule hourly", "on time: it fires next at 2026-11-24 13:00 UTC, in 50m00s")
    (own,) = said(schedule(last=None, active=("a", "b", "c")))
    assert own.sentence.endswith("it fires first at 2026-11-24 13:00 UTC, in 50m00s; run a goes on and 2 more")


def test_a_suspended_one_says_since_when_by_whom_and_what_resuming_does() -> None:
    suspended = FieldChange(field="suspend", old="no", new="yes")
    changes = (ChangeView(at=NOW, by="bob"), ChangeView(at=DUE, by="ada", fields=(suspended,)))
    (own,) = said(schedule(suspended=True, next=None, changes=changes), due=DUE)
    assert own.level is Level.STUCK
    assert own.sentence == ("suspended: it does not fire until it is resumed; since 2026-11-24 12:00 UTC by ada")
    assert own.advice == (
        "Resume it: k8stui schedule resume hourly. The run that was due at 2026-11-24 12:00 UTC is then made up for at "
        "once."
    )
    (own,) = said(schedule(suspended=True, next=None, starting_deadline=30), due=DUE)
    assert (own.sentence, own.advice) == (
        "suspended: it does not fire until it is resumed", "Resume it: k8stui schedule resume hourly."
    )  # fmt: skip


def test_an_expression_that_cannot_be_read() -> None:
    (own,) = said(schedule(cron="0 0 * * 7", next=None), events=(event("UnparseableSchedule", "unparseable"),))
    assert own.sentence.startswith("never: its cron expression '0 0 * * 7' cannot be read: ")
    assert own.evidence == ("event UnparseableSchedule (1m00s ago): unparseable",)


def test_a_starting_deadline_below_the_distance_of_every() -> None:
    (own,) = said(schedule(cron="@every 90m", starting_deadline=60, next=None))
    assert own.sentence.startswith("never: its starting deadline of 60 s is shorter than '@every 90m'")
    assert own.advice == "Give it a longer one, or none: k8stui schedule edit hourly --starting-deadline none"


def test_a_zone_that_the_controller_does_not_know() -> None:
    words = 'invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus'
    view = schedule(time_zone="Mars/Olympus", next=None)
    (own,) = said(view, events=(event("UnknownTimeZone", words),))
    assert own.sentence == "never: the CronJob controller does not know the time zone Mars/Olympus"
    assert (own.level, own.evidence) == (Level.STUCK, (f"event UnknownTimeZone (1m00s ago): {words}",))
    (own,) = said(view)
    assert own.sentence == "unknown: the time zone Mars/Olympus is not known here, so its times are not"


def test_the_controllers_own_right_is_no_matter_of_the_runs_account() -> None:
    words = (
        'Error creating job: jobs.batch is forbidden: User "system:serviceaccount:kube-system:cronjob-controller" '
        'cannot create resource "jobs" in API group "batch" in the namespace "ml"'
    )
    (own,) = said(due=DUE, events=(event("FailedCreate", words),))
    assert own.sentence.startswith("refused: system:serviceaccount:kube-system:cronjob-controller may not create jobs")
    assert "system:controller:cronjob-controller" in own.advice
    assert "k8stui init" not in own.advice


def test_a_webhook_that_refuses_its_job() -> None:
    words = 'Error creating job: admission webhook "jobs.example.com" denied the request: no owner'
    (own,) = said(due=DUE, events=(event("FailedCreate", words),))
    assert own.sentence == "refused: admission webhook jobs.example.com refused it: no owner"
    assert own.level is Level.STUCK


def test_words_that_no_rule_knows_are_told_as_they_are() -> None:
    (own,) = said(due=DUE, events=(event("FailedCreate", "Error creating job: etcdserver: timeout"),))
    assert own.sentence == "refused: its Job could not be created: Error creating job: etcdserver: timeout"


@pytest.mark.parametrize(
    "events",
    [
        (event("FailedCreate", seconds=90), event("SuccessfulCreate", seconds=60)),
        (event("FailedCreate", seconds=NOW - DUE + 1),),
    ],
)
def test_what_was_said_before_it_fired_or_was_changed_counts_no_more(events: tuple[Event, ...]) -> None:
    change = ChangeView(at=DUE, by="ada", fields=(FieldChange(field="cron"),))
    (own,) = said(schedule(changes=(change,)), events=events)
    assert own.level is Level.FINE


def test_a_run_that_goes_on_holds_the_next_one_back() -> None:
    view = schedule(concurrency="Forbid", active=("hourly-1", "by-hand"))
    (own,) = said(view, due=DUE, blocking=("hourly-1",))
    assert own.level is Level.WAITING
    assert own.sentence.startswith("held back: run hourly-1 goes on and the concurrency policy is Forbid")
    assert "k8stui runs stop hourly-1" in own.advice
    assert own.advice.startswith("It starts when that one ends.")
    (own,) = said(schedule(concurrency="Forbid", starting_deadline=900), due=DUE, blocking=("hourly-1",))
    assert own.advice.startswith("It starts if that one ends within 15m00s after it was due.")


@pytest.mark.parametrize("more", [{"blocking": ()}, {"blocking": ("a",), "due": None}])
def test_nothing_is_held_back_by_what_the_controller_does_not_count_or_before_it_is_due(more: dict[str, Any]) -> None:
    assert "held back" not in said(schedule(concurrency="Forbid", active=("a",)), **{"due": DUE, **more})[0].sentence


def test_a_time_beyond_its_starting_deadline_is_lost() -> None:
    (own,) = said(schedule(starting_deadline=60), due=DUE, events=(event("MissSchedule", "Missed"),))
    assert own.level is Level.FAILED
    assert own.sentence == (
        "left out: the run that was due at 2026-11-24 12:00 UTC did not start within the starting deadline of 60 s "
        "and never will; the next one is due at 2026-11-24 13:00 UTC"
    )
    assert "k8stui schedule trigger hourly" in own.advice
    assert own.evidence == ("event MissSchedule (1m00s ago): Missed",)


def test_one_that_is_due_while_nothing_is_said_has_no_controller() -> None:
    (own,) = said(due=DUE)
    assert own.level is Level.STUCK
    assert "the cluster's CronJob controller is not at work" in own.sentence
    (own,) = said(due=DUE, events=None)
    assert own.sentence == (
        "overdue: it was due at 2026-11-24 12:00 UTC and has not fired; why is in its events, which you may not read"
    )
    (own,) = said(due=DUE, events=(event("FailedGet", "Get job: timeout"),))
    assert own.sentence == "overdue: it was due at 2026-11-24 12:00 UTC and has not fired"
    assert own.evidence == ("event FailedGet (1m00s ago): Get job: timeout",)


def test_a_lost_template_is_told_whatever_else_is_the_matter() -> None:
    own, other = said(schedule(suspended=True, next=None), complete=False)
    assert own.sentence.startswith("suspended")
    assert (other.level, other.sentence.startswith("incomplete: its template is gone")) == (Level.STUCK, True)


def test_a_run_that_waits_for_something_is_pointed_to() -> None:
    last = FiringView(run="hourly-1", state=RunState.RUNNING, created=NOW - 60, why="train cannot be scheduled")
    own, other = said(schedule(last=DUE, last_run=last))
    assert own.level is Level.FINE
    assert other == Diagnosis(
        "run hourly-1", "running: train cannot be scheduled", "See: k8stui why hourly-1", (), Level.WAITING
    )


def test_what_holds_a_schedule_of_zenml_back_is_looked_at_with_kubectl() -> None:
    view = schedule(concurrency="Forbid", origin="zenml")
    assert said(view, due=DUE, blocking=("a-1",))[0].advice.endswith("See what keeps it: kubectl logs job/a-1")


def test_a_last_run_that_failed_is_pointed_to() -> None:
    last = FiringView(run="hourly-1", state=RunState.FAILED, created=NOW - 60, finished=NOW - 30, why="step a failed")
    own, other = said(schedule(last=DUE, last_run=last))
    assert own.level is Level.FINE
    assert other == Diagnosis(
        "run hourly-1", "failed 30s ago: step a failed", "See: k8stui why hourly-1", (), Level.FAILED
    )
