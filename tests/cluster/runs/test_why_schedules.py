"""Why a schedule does not fire, where the real CronJob controller, quotas and admission find the words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from k8stui.plan.request import SERVICE_ACCOUNT
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.schedules import pretend_last_fired, scheduled, shown
from tests.cluster.runs.space import Space
from tests.zenmls import zenml_cron_job

pytestmark = pytest.mark.real


def why(space: Space, name: str) -> list[dict[str, Any]]:
    """The answer as JSON."""
    done = space.k8stui("schedule", "why", name, "-o", "json")
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def told(space: Space, name: str, sentence: str) -> dict[str, Any]:
    """The diagnosis whose sentence begins so, once there is one."""

    def look() -> dict[str, Any] | None:
        return next((one for one in why(space, name) if one["sentence"].startswith(sentence)), None)

    found = eventually(look, what=f"it is said that {sentence}")
    assert found is not None
    return found


def hourly() -> str:
    """An expression that was due a quarter of an hour ago."""
    return f"{(datetime.now(UTC) - timedelta(minutes=15)).minute} * * * *"


def due_now(space: Space, name: str) -> None:
    """Let a suspended schedule make up for what was due a quarter of an hour ago."""
    pretend_last_fired(space, name, hours_ago=0.5)
    assert space.k8stui("schedule", "resume", name).code == 0


def test_one_that_is_suspended_says_by_whom_and_what_resuming_does(space: Space) -> None:
    name = scheduled(space, "due.py", hourly())
    pretend_last_fired(space, name, hours_ago=0.2)
    assert space.k8stui("schedule", "suspend", name).code == 0
    (own,) = why(space, name)
    assert (own["level"], own["subject"]) == ("stuck", f"schedule {name}")
    assert own["sentence"].startswith("suspended: it does not fire until it is resumed; since ")
    assert f"k8stui schedule resume {name}" in own["advice"]
    assert " by " in own["sentence"]


def test_a_quota_of_jobs_is_in_the_controllers_own_words(space: Space) -> None:
    name = scheduled(space, "due.py", hourly(), "--suspend")
    space.limit("jobs", **{"count/jobs_batch": "0"})
    due_now(space, name)
    own = told(space, name, "refused: quota jobs of the namespace is used up (count/jobs.batch: 0 of 0 used")
    assert own["subject"] == f"schedule {name}"
    assert any(line.startswith("event FailedCreate") for line in own["evidence"])
    assert shown(space, name)["missed"] == 1
    space.kubectl("delete", "resourcequota", "jobs")
    eventually(lambda: shown(space, name)["last_run"], what="it fires once the quota is gone")
    eventually(lambda: shown(space, name)["missed"] == 0, what="the controller has noted it")


def test_a_quota_of_pods_and_a_lost_service_account_keep_its_run_from_starting(space: Space) -> None:
    name = scheduled(space, "due.py", hourly(), "--suspend")
    space.limit("few", pods="0")
    due_now(space, name)
    other = told(space, name, "queued: quota few of the namespace is used up")
    run = eventually(lambda: shown(space, name)["active"], what="its run is told of")[0]
    assert other["subject"] == f"orchestrator of {run}"
    assert why(space, name)[0]["sentence"].startswith("on time: it fires next at ")
    space.kubectl("delete", "serviceaccount", SERVICE_ACCOUNT)
    space.kubectl("delete", "resourcequota", "few")
    assert space.k8stui("schedule", "trigger", name).code == 0
    lost = told(space, name, f"queued: service account {SERVICE_ACCOUNT} does not exist in the namespace")
    assert lost["level"] == "stuck"


def test_a_time_beyond_its_starting_deadline_is_lost(space: Space) -> None:
    name = scheduled(space, "due.py", hourly(), "--starting-deadline", "60")
    pretend_last_fired(space, name, hours_ago=0.5)
    late = told(space, name, "left out: the run that was due at ")
    assert (late["level"], "within the starting deadline of 60 s" in late["sentence"]) == ("failed", True)
    assert (shown(space, name)["missed"], space.objects("jobs")) == (1, [])


def test_a_run_that_goes_on_holds_the_next_one_back(space: Space) -> None:
    options = ("--suspend", "--concurrency", "Forbid", "--param", "length=1", "--param", "hold_at=1")
    name = scheduled(space, "chain.py", hourly(), *options)
    due_now(space, name)
    run = eventually(lambda: shown(space, name)["active"], what="it fired")[0]
    held = space.journal.running("held")
    later = f"{(datetime.now(UTC) - timedelta(minutes=5)).minute} * * * *"
    assert space.k8stui("schedule", "edit", name, "--cron", later).code == 0
    own = told(space, name, f"held back: run {run} goes on and the concurrency policy is Forbid")
    assert own["level"] == "waiting"
    space.open_gate(held)
    assert space.watch(run).code == 0
    view = shown(space, name)
    # The time that was held back may have fired by now.
    assert "succeeded" in view["outcomes"]
    assert run not in view["active"]
    text = space.k8stui("schedule", "describe", name).out
    assert text.index("Status:") < text.index("Next:") < text.index("Runs:") < text.index("Changes:")
    assert "SuccessfulCreate" in text[text.index("Events:") :]


def test_a_time_that_never_comes_is_what_the_controller_says_too(space: Space) -> None:
    name = scheduled(space, "due.py", "0 0 30 2 *")
    own = told(space, name, "never: no day within five years matches '0 0 30 2 *'")
    eventually(lambda: why(space, name)[0]["evidence"], what="the controller has said it")
    assert own["level"] == "stuck"


def test_more_than_a_hundred_missed_times_are_made_up_for_by_one_run(space: Space) -> None:
    name = scheduled(space, "due.py", "* * * * *", "--suspend")
    pretend_last_fired(space, name, hours_ago=48)
    begun = datetime.now(UTC)
    assert space.k8stui("schedule", "resume", name).code == 0
    own = told(space, name, "on time: it fires next at ")
    eventually(lambda: "TooManyMissedTimes" in str(why(space, name)), what="the controller has said it")
    assert space.k8stui("schedule", "suspend", name).code == 0
    assert own["level"] == "fine"
    minutes = int(datetime.now(UTC).timestamp()) // 60 - int(begun.timestamp()) // 60  # each of which is due as well
    assert len(json.loads(space.k8stui("runs", "list", "--schedule", name, "-o", "json").out)) <= 1 + minutes


def test_a_schedule_of_zenml_is_seen_triggered_edited_and_deleted(space: Space) -> None:
    found = zenml_cron_job("1a119013-nightly-training", command=("python3", "-c", "print(1)"), schedule="0 0 1 1 *")
    pod = found["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    pod["containers"][0]["image"] = space.facts.images["python_default"]
    space.kubectl("create", "-f", "-", manifest=found)
    name = found["metadata"]["name"]
    assert (shown(space, name)["origin"], shown(space, name)["pipeline"]) == ("zenml", "nightly_training")
    run = space.k8stui("schedule", "trigger", name, "-o", "name").out.strip()
    eventually(lambda: shown(space, name)["outcomes"], what="its run has ended")
    view = shown(space, name)
    assert (view["last_run"]["run"], view["outcomes"], view["active"]) == (run, ["stopped"], [])
    eventually(lambda: shown(space, name)["last_success"], what="the controller has noted it")
    assert space.k8stui("schedule", "edit", name, "--cron", "0 0 2 1 *").code == 0
    refused = space.k8stui("schedule", "edit", name, "--concurrency", "Forbid")
    assert (refused.code, "was made by zenml" in refused.err) == (2, True), refused.err
    for act in ("suspend", "resume", "delete"):
        done = space.k8stui("schedule", act, name)
        assert done.code == 0, done.err
    assert space.objects("cronjobs") == []
