"""Schedules in every state, and runs of one, frozen at the moment of the sample runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from k8stui.incluster.contract.states import RunState
from k8stui.model.scheduleviews import ChangeView, FieldChange, FiringView, ScheduleView
from k8stui.model.views import RunView, SourceView
from tests.tui.sample_runs import NOW, chain, train

GOOD, BAD = RunState.SUCCEEDED, RunState.FAILED
NIGHTLY = "nightly-churn"


def at(text: str) -> float:
    """A time of UTC in seconds since the epoch."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def firing_name(schedule: str, due: float) -> str:
    """As the CronJob controller calls its Jobs."""
    return f"{schedule}-{int(due) // 60}"


def schedule(name: str, **more: Any) -> ScheduleView:
    usual = {
        "name": name,
        "namespace": "ml-team",
        "pipeline": name,
        "time_zone": "Etc/UTC",
        "concurrency": "Forbid",
        "successful_history": 3,
        "failed_history": 1,
        "created": NOW - 40 * 86400,
        "submitted_by": "ada",
        "version": "0.4.0",
    }
    return ScheduleView.model_validate({**usual, **more})


def ran(name: str, due: str, state: RunState, took: float = 740) -> FiringView:
    then = at(due)
    ended = then + took if state.ended else None
    return FiringView(run=firing_name(name, then), state=state, scheduled=then, created=then + 1, finished=ended)


def nightly() -> ScheduleView:
    """One with all there is to know: its zone has two changes of clocks ahead, and it was changed twice."""
    return schedule(
        NIGHTLY,
        pipeline="train-churn",
        cron="30 2 * * *",
        time_zone="Europe/Berlin",
        next=at("2026-11-26 01:30"),
        last=at("2026-11-25 01:30"),
        last_success=at("2026-11-25 01:43"),
        last_run=ran(NIGHTLY, "2026-11-25 01:30", GOOD),
        outcomes=(GOOD, GOOD, BAD, *([GOOD] * 7)),
        usual=750.0,
        starting_deadline=600,
        parameters={"rates": [0.1, 0.01], "day": "yesterday"},
        image="registry.example/ml/train:7",
        source=SourceView(target="flows/train.py:train"),
        changes=(
            ChangeView(
                at=NOW - 7200,
                by="grace",
                fields=(
                    FieldChange(field="cron", old="0 2 * * *", new="30 2 * * *"),
                    FieldChange(field="param.day", old="", new='"yesterday"'),
                ),
            ),
            ChangeView(at=NOW - 11 * 86400, by="ada", fields=(FieldChange(field="suspend", old="true", new="false"),)),
        ),
    )


def every_schedule() -> list[ScheduleView]:
    """By name, as the board has them."""
    return [
        schedule(
            "digest",
            pipeline="digest",
            cron="*/5 * * * *",
            next=at("2026-11-25 14:05"),
            last=at("2026-11-25 14:00"),
            active=(firing_name("digest", at("2026-11-25 14:00")),),
            last_run=ran("digest", "2026-11-25 14:00", RunState.RUNNING),
            outcomes=(GOOD,) * 10,
            usual=95.0,
        ),
        schedule(
            "etl-daily-x2k1",
            pipeline="etl-daily",
            cron="0 13 * * *",
            time_zone="America/New_York",
            next=at("2026-11-25 18:00"),
            last=at("2026-11-24 18:00"),
            last_run=ran("etl-daily-x2k1", "2026-11-24 18:00", BAD),
            outcomes=(BAD, BAD, GOOD, GOOD),
            missed=2,
        ),
        schedule("leap", pipeline="audit", cron="0 0 30 2 *"),
        nightly(),
        schedule(
            "score-eu",
            pipeline="score-eu",
            cron="0 6 * * mon",
            suspended=True,
            last=at("2026-11-23 06:00"),
            last_run=ran("score-eu", "2026-11-23 06:00", GOOD),
            outcomes=(GOOD, GOOD, GOOD),
        ),
        schedule(
            "zenml-weekly-report",
            pipeline="weekly_report",
            cron="@weekly",
            origin="zenml",
            submitted_by="",
            next=at("2026-11-29 00:00"),
            concurrency="Allow",
            version="",
        ),
    ]


def their_runs() -> list[RunView]:
    """Runs of the nightly one, the newest first, the last of which a person triggered."""
    runs = [
        chain(
            f"{NIGHTLY}-k3q9x",
            RunState.SUCCEEDED,
            pipeline="train-churn",
            done=22,
            total=22,
            age=9000,
            took=744,
            schedule=NIGHTLY,
        )
    ]
    for day in range(9):
        due = at("2026-11-25 01:30") - 86400 * day
        state = RunState.FAILED if day == 2 else RunState.SUCCEEDED
        done = 7 if state is RunState.FAILED else 22
        runs.append(
            chain(
                firing_name(NIGHTLY, due),
                state,
                pipeline="train-churn",
                done=done,
                total=22,
                age=NOW - due - 1,
                took=740 + day,
                why="exit code 137, OOMKilled" if state is RunState.FAILED else "",
                schedule=NIGHTLY,
            )
        )
    return runs


def their_firings() -> dict[str, list[FiringView]]:
    """The same by schedule, as the board has them; of the digest one whose Job has no record yet."""
    due = at("2026-11-25 14:00")
    early = FiringView(run=firing_name("digest", due), scheduled=due, created=due + 1)
    return {NIGHTLY: [_firing(run) for run in [train(), *their_runs()]], "digest": [early]}


def _firing(run: RunView) -> FiringView:
    minutes = run.run.rpartition("-")[2]
    return FiringView(
        run=run.run,
        state=run.state,
        scheduled=int(minutes) * 60 if minutes.isdecimal() else None,
        created=run.created,
        finished=run.finished,
        why=run.why,
    )
