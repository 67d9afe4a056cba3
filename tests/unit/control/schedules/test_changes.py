"""What is kept of a schedule's changes: bounded, readable when damaged, and with what others have changed."""

from __future__ import annotations

import json
from typing import Any

from k8stui.control.schedules.changes import (
    ANNOTATION,
    MOST,
    MOST_CHARACTERS,
    History,
    changes_of_job,
    read_history,
    with_change,
)
from k8stui.model.scheduleviews import ChangeView, FieldChange

DAILY, WEEKLY, HOURLY = ({"cron": cron} for cron in ("@daily", "@weekly", "@hourly"))


def cron_job(text: str | None, generation: int, **meta: Any) -> dict[str, Any]:
    annotations = {} if text is None else {ANNOTATION: text}
    return {"metadata": {"name": "nightly", "generation": generation, "annotations": annotations, **meta}}


def change(new: str, old: str = "@daily", at: float = 8.0) -> ChangeView:
    return ChangeView(at=at, by="ada", fields=(FieldChange(field="cron", old=old, new=new),))


def test_a_change_is_read_as_it_was_kept() -> None:
    text = with_change(cron_job(None, 1), DAILY, WEEKLY, change("@weekly"), generation=2)
    history = read_history(cron_job(text, 2))
    assert history.changes == (change("@weekly").model_copy(update={"generation": 2}),)
    assert (history.generation, history.timing) == (2, WEEKLY)
    assert changes_of_job(cron_job(text, 2), WEEKLY) == history.changes


def test_the_newest_fifty_are_kept() -> None:
    job = cron_job(None, 1)
    for number in range(2, MOST + 5):
        text = with_change(job, DAILY, DAILY, change(str(number)), generation=number)
        job = cron_job(text, number)
    kept = changes_of_job(job, DAILY)
    assert [one.generation for one in kept] == list(range(MOST + 4, 4, -1))


def test_long_values_are_cut_and_all_together_stay_in_bounds() -> None:
    job = cron_job(None, 1)
    for number in range(2, MOST + 2):
        wide = ChangeView(
            at=1.0, fields=tuple(FieldChange(field=f"param.p{one}", new="ü" * 10_000) for one in range(10))
        )
        job = cron_job(with_change(job, DAILY, DAILY, wide, generation=number), number)
    assert len(job["metadata"]["annotations"][ANNOTATION]) <= MOST_CHARACTERS
    newest = changes_of_job(job, DAILY)[0]
    assert (newest.generation, len(newest.fields), newest.fields[0].new[-1]) == (MOST + 1, 10, "…")


def test_a_damaged_annotation_is_as_good_as_none() -> None:
    for text in (None, "", "{", "[]", "7", "{}", json.dumps({"changes": [{"at": "soon"}]}), '{"changes": [1]}'):
        assert read_history(cron_job(text, 3)) == History()


def test_what_was_changed_without_us_is_told_as_one_change_with_the_program_that_did_it() -> None:
    text = with_change(cron_job(None, 1), DAILY, WEEKLY, change("@weekly"), generation=2)
    managers = [
        {"manager": "k8stui", "time": "2026-11-29T09:00:00Z", "fieldsV1": {"f:spec": {}}},
        {"manager": "kubectl-edit", "time": "2026-11-29T08:00:00Z", "fieldsV1": {"f:spec": {}}},
        {"manager": "kubectl-label", "time": "2026-11-29T10:00:00Z", "fieldsV1": {"f:metadata": {}}},
        {
            "manager": "kube-controller-manager",
            "time": "2026-11-29T11:00:00Z",
            "fieldsV1": {"f:status": {}, "f:spec": {}},
            "subresource": "status",
        },
    ]
    now = cron_job(text, 4, managedFields=managers)
    theirs, ours = changes_of_job(now, HOURLY)
    assert (theirs.by, theirs.at, theirs.generation) == ("kubectl-edit", 1795939200.0, 4)
    assert theirs.fields == (FieldChange(field="cron", old="@weekly", new="@hourly"),)
    assert ours.by == "ada"
    again = read_history(cron_job(with_change(now, HOURLY, DAILY, change("@daily", "@hourly"), generation=5), 5))
    assert [one.generation for one in again.changes] == [5, 4, 2]


def test_something_else_that_was_changed_is_told_without_fields() -> None:
    text = with_change(cron_job(None, 1), DAILY, WEEKLY, change("@weekly"), generation=2)
    theirs, _ = changes_of_job(cron_job(text, 3), WEEKLY)
    assert (theirs.fields, theirs.by, theirs.at) == ((), "", None)


def test_nothing_is_said_of_a_cronjob_that_nothing_was_kept_of() -> None:
    assert changes_of_job(cron_job(None, 9), DAILY) == ()
