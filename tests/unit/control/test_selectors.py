"""Selectors say what is meant, and never more."""

from __future__ import annotations

from k8stui.control.selectors import OURS, RECORDS, matching, of_run, records_of, templates_of
from k8stui.incluster.contract import names


def test_all_that_is_asked_for_has_to_hold() -> None:
    asked = matching(OURS, "", "!x", component=("a", "b"), run="r", pipeline="p", step="s")
    assert asked == (
        f"app.kubernetes.io/managed-by=k8stui,!x,app.kubernetes.io/component in (a,b),{names.LABEL_RUN_ID}=r,"
        f"pipeline=p,{names.LABEL_STEP}=s"
    )
    assert records_of("s") == f"{RECORDS},{names.LABEL_SCHEDULE}=s"
    assert templates_of("s") == f"app.kubernetes.io/component=template,{names.LABEL_SCHEDULE}=s"
    assert matching() == ""


def test_an_empty_name_selects_nothing_and_not_everything() -> None:
    assert of_run("") == f"{names.LABEL_RUN_ID}="
    assert matching(schedule="", pipeline=None) == f"{names.LABEL_SCHEDULE}="
