"""The list of schedules: what a person sees of each in a line of 120 columns."""

from __future__ import annotations

import pytest

from k8stui.incluster.contract.states import RunState
from k8stui.model.scheduleviews import FiringView, ScheduleView
from k8stui_tui.cli.schedule import listing

NOW = 1_795_000_000.0


def view(**more: object) -> ScheduleView:
    known = {
        "name": "nightly-churn-model-x7k2p", "namespace": "ml", "pipeline": "train_churn_model",
        "cron": "*/15 6-18 * * 1-5",
        "time_zone": "America/Argentina/Buenos_Aires", "next": NOW + 8 * 3600 + 120,
        "last_run": FiringView(run="x", state=RunState.SUCCEEDED, created=NOW - 12_000, finished=NOW - 11_100),
        "outcomes": (*[RunState.SUCCEEDED] * 9, RunState.FAILED), "active": ("a", "b"), "missed": 101,
    }  # fmt: skip
    return ScheduleView.model_validate({**known, **more})


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (listing.last_run(view(), NOW), "succeeded 3h05m"),
        (listing.last_run(view(last_run=FiringView(run="x", created=NOW - 5)), NOW), "pending 5s"),
        (listing.last_run(view(last_run=None), NOW), ""),
        (listing.next_time(view(), NOW), "in 8h02m"),
        (listing.next_time(view(suspended=True, next=None), NOW), "suspended"),
        (listing.next_time(view(next=None), NOW), "never"),
        (listing.success(view()), "9/10"),
        (listing.success(view(outcomes=())), ""),
        (listing.missed(view()), ">100"),
        (listing.missed(view(missed=3)), "3"),
    ],
)
def test_each_column_in_few_words(told: str, said: str) -> None:
    assert told == said


def test_a_line_fits_a_terminal_of_120_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []

    def shown(columns: object, rows: object) -> None:
        from k8stui_tui.cli.tables import render  # noqa: PLC0415 - the one that table() calls

        lines.extend(render(columns, rows, columns_wide=120))  # type: ignore[arg-type]  # as listing gives them

    monkeypatch.setattr(listing, "table", shown)
    listing._table([view()], wide=False, namespaces=True)
    assert max(map(len, lines)) <= 120
    assert lines[0].split() == [
        "NAMESPACE", "SCHEDULE", "PIPELINE", "CRON", "ZONE", "LAST", "RUN", "NEXT", "SUCCESS", "ACTIVE", "MISSED",
    ]  # fmt: skip
    assert lines[1].endswith(">100")
