"""Schedules of ZenML: how they are known, and how their runs end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from k8stui.control.schedules.finding import check_ours
from k8stui.control.schedules.lines import ScheduleLines
from k8stui.control.schedules.views import firings_of, origin_of, schedule_view
from k8stui.control.zenml.jobs import NO_STEPS
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError
from tests.zenmls import ENTRYPOINT, LABELS, zenml_cron_job

NOW = datetime(2026, 11, 23, 20, 16, tzinfo=UTC).timestamp()

COMPLETE = {"conditions": [{"type": "Complete", "status": "True"}], "completionTime": "2026-11-23T20:15:27Z"}
FAILED = {
    "conditions": [
        {
            "type": "Failed",
            "status": "True",
            "reason": "BackoffLimitExceeded",
            "message": "Job has reached the specified backoff limit",
            "lastTransitionTime": "2026-11-23T20:15:20Z",
        }
    ]
}


def cron_job(**spec: Any) -> dict[str, Any]:
    found: dict[str, Any] = zenml_cron_job(**spec)
    found["metadata"] |= {"namespace": "zenml", "uid": "cj", "creationTimestamp": "2026-11-23T20:09:55Z"}
    found["status"] = {"lastScheduleTime": "2026-11-23T20:15:00Z"}
    return found


def job(name: str, owner: str, *, labels: dict[str, str] | None = None, **status: Any) -> dict[str, Any]:
    meta = {
        "name": name, "namespace": "zenml", "uid": name, "labels": {**LABELS, **(labels or {})},
        "creationTimestamp": "2026-11-23T20:15:00Z", "ownerReferences": [{"uid": owner}],
    }  # fmt: skip
    return {"metadata": meta, "spec": {}, "status": status}


def orchestrator(**status: Any) -> dict[str, Any]:
    return job("1a119013-nightly-training-29399535", "cj", **status)


def step(name: str, **status: Any) -> dict[str, Any]:
    return job(f"4342d328-{name}", "1a119013-nightly-training-29399535", labels={"step_name": name}, **status)


def test_one_is_known_by_the_module_that_its_pod_runs() -> None:
    assert origin_of(cron_job()) == "zenml"
    other = cron_job()
    other["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"] = ["python", "-m", "mine"]
    assert origin_of(other) == ""
    shell = cron_job()
    shell["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"] = [
        {"name": "main", "command": None, "args": ["python", "-m", ENTRYPOINT]}
    ]
    assert origin_of(shell) == "zenml"


@pytest.mark.parametrize("broken", [{"jobTemplate": {}}, {"jobTemplate": {"spec": {"template": {"spec": {}}}}}])
def test_a_cronjob_without_containers_is_nobodys(broken: dict[str, Any]) -> None:
    assert origin_of(cron_job(**broken)) == ""


def test_it_is_shown_with_what_its_cronjob_tells() -> None:
    view = schedule_view(cron_job(), [], NOW)
    assert (view.origin, view.pipeline, view.cron, view.time_zone) == (
        "zenml", "nightly_training", "*/5 * * * *", "Etc/UTC"
    )  # fmt: skip
    assert (view.image, view.parameters, view.version) == ("registry.example/zenml:1", {}, "")
    assert view.next is not None


@pytest.mark.parametrize(
    ("jobs", "state", "why"),
    [
        ([orchestrator()], RunState.PENDING, ""),
        ([orchestrator(ready=1)], RunState.RUNNING, ""),
        ([orchestrator(), step("a")], RunState.RUNNING, ""),
        ([orchestrator(**COMPLETE), step("a", **COMPLETE)], RunState.SUCCEEDED, ""),
        ([orchestrator(**COMPLETE)], RunState.STOPPED, NO_STEPS),
        (
            [orchestrator(**COMPLETE), step("a", **COMPLETE), step("b", **FAILED), step("c", **FAILED)],
            RunState.FAILED,
            "step b and 1 more failed (BackoffLimitExceeded: Job has reached the specified backoff limit)",
        ),
        (
            [orchestrator(**FAILED)],
            RunState.FAILED,
            "its orchestrator failed (BackoffLimitExceeded: Job has reached the specified backoff limit)",
        ),
    ],
)
def test_a_run_is_what_the_jobs_of_its_steps_say(jobs: list[dict[str, Any]], state: RunState, why: str) -> None:
    foreign = job("4342d328-x", "another", labels={"step_name": "x"}, **FAILED)
    (firing,) = firings_of(cron_job(), [foreign, *jobs])
    assert (firing.run, firing.state, firing.why) == ("1a119013-nightly-training-29399535", state, why)
    assert firing.scheduled == 29399535 * 60
    view = schedule_view(cron_job(), [foreign, *jobs], NOW)
    assert view.outcomes == ((state,) if state.ended else ())
    assert view.active == (() if state.ended else (firing.run,))


def test_the_board_shows_it_and_no_cronjob_of_others() -> None:
    lines = ScheduleLines()
    stranger = cron_job(jobTemplate={})
    stranger["metadata"]["uid"] = "stranger"
    found = {("zenml", "a"): cron_job(), ("zenml", "b"): stranger}
    assert lines.refresh(found, (), [orchestrator(**COMPLETE), step("a", **FAILED)], NOW)
    (view,) = lines.schedules
    assert (view.origin, view.outcomes) == ("zenml", (RunState.FAILED,))
    assert not lines.refresh(found, (), None, NOW)
    found["zenml", "a"] = {**stranger}
    assert lines.refresh(found, (), None, NOW)
    assert lines.schedules == ()


def test_what_only_its_maker_can_do_is_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidInputError, match="was made by zenml: a backfill is not possible here"):
        check_ours(cron_job(), "a backfill")
