"""Why schedules of a real cluster (Kubernetes 1.34) do not fire, from what it said of them."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Diagnosis, Level
from k8stui.control.diagnosis.schedules import ScheduleSight, diagnose_schedule
from k8stui.control.events.reading import read_event
from k8stui.control.schedules.outcomes import firings
from k8stui.control.schedules.views import overdue, schedule_view
from k8stui.control.schedules.why import start_sight
from tests.unit.control.diagnosis.recordings import recording


def diagnosed(name: str, **more: Any) -> list[Diagnosis]:
    """What the rules say of a recorded schedule, at the moment of the recording."""
    found = recording()[name]
    cron_job, now = found["cron_job"], found["at"]
    view = schedule_view(cron_job, found["jobs"], now)
    start = None
    if found["jobs"]:
        (newest,) = firings(name, (), found["jobs"])
        pods = found["pods"]
        around = Around(now)
        events = tuple(map(read_event, found["job_events"]))
        start = start_sight(
            newest, found["jobs"][0], pods, around, {pod["metadata"]["name"]: around for pod in pods}, events
        )
    known: dict[str, Any] = {
        "due": overdue(cron_job, now),
        "events": tuple(map(read_event, found["events"])),
        "blocking": tuple(one["name"] for one in cron_job.get("status", {}).get("active", ())),
        "start": start,
        "recorded": False,
    }
    return diagnose_schedule(ScheduleSight(view, now, **{**known, **more}))


CASES = {
    "quota": (
        Level.WAITING,
        "refused: quota jobs of the namespace is used up (count/jobs.batch: 0 of 0 used, 1 more asked for)",
        "event FailedCreate",
    ),
    "policy": (
        Level.STUCK,
        "refused: policy outcomes-rec-no-jobs refused it: jobs need a cost centre",
        "event FailedCreate",
    ),
    "never": (Level.STUCK, "never: no day within five years matches '0 0 30 2 *'", "event InvalidSchedule"),
    "image": (
        Level.WAITING,
        "held back: run image-29932801 goes on and the concurrency policy is Forbid, so the run that was due at 2026-",
        "event JobAlreadyActive",
    ),
    "deadline": (
        Level.FAILED,
        "left out: the run that was due at 2026-11-29 15:41 UTC did not start within the starting deadline of 60 s",
        "",
    ),
    "blocked": (
        Level.STUCK,
        "overdue: it was due at 2026-11-29 16:03 UTC and has not fired, and nothing was said since",
        "",
    ),
    "many": (
        Level.FINE,
        "on time: it fires next at 2026-11-29 16:04 UTC",
        "event TooManyMissedTimes",
    ),
    "account": (Level.FINE, "on time: it fires next at 2026-11-29 16:04 UTC", ""),
    "podquota": (Level.FINE, "on time: it fires next at 2026-11-29 16:04 UTC", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_the_sentence_names_the_cause_and_rests_on_the_clusters_own_words(name: str) -> None:
    level, sentence, evidence = CASES[name]
    own = diagnosed(name)[0]
    assert own.subject == f"schedule {name}"
    assert (own.level, own.sentence[: len(sentence)]) == (level, sentence)
    assert own.sentence[-1] != "."
    if evidence:
        assert any(line.startswith(evidence) for line in own.evidence), own.evidence
    else:
        assert own.evidence == ()
    if level is not Level.FINE:
        assert own.advice


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("account", "queued: service account nobody does not exist in the namespace"),
        ("podquota", "queued: quota few of the namespace is used up (pods: 0 of 0 used, 1 more asked for)"),
        (
            "image",
            "starting: image registry.invalid/none:1 cannot be pulled: the name of its registry registry.invalid",
        ),
    ],
)
def test_a_run_that_was_fired_and_cannot_start_is_told_behind_it(name: str, sentence: str) -> None:
    _, *others = diagnosed(name)
    (run,) = [recording()[name]["jobs"][0]["metadata"]["name"]]
    assert [one.subject for one in others] == [f"orchestrator of {run}"]
    assert others[0].sentence.startswith(sentence)
    assert others[0].level in (Level.STUCK, Level.WAITING)
    assert others[0].evidence


def test_a_job_that_is_in_the_way_is_named() -> None:
    (own,) = diagnosed("blocked", taken="blocked-29932803")
    assert own.sentence.startswith(
        "blocked: the run that was due at 2026-11-29 16:03 UTC would be called blocked-29932803"
    )
    assert "kubectl delete job blocked-29932803" in own.advice
