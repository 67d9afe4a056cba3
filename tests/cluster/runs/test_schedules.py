"""Schedules: the real CronJob controller fires them, and each firing is a run whose master opens it itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from k8stui.incluster.contract import names
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.node import kill_master
from tests.cluster.runs.schedules import pretend_last_fired, scheduled, shown
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states

pytestmark = pytest.mark.real

A_MINUTE_AND_MORE = 90.0


def triggered(space: Space, name: str) -> str:
    """Trigger a schedule; gives the run's name, once it has a record."""
    run = space.k8stui("schedule", "trigger", name, "-o", "name").out.strip()
    eventually(lambda: run in runs_of(space, name), what=f"run {run} has a record")
    return run


def runs_of(space: Space, name: str) -> list[str]:
    return space.k8stui("runs", "list", "--schedule", name, "-o", "name").out.split()


def twice(runs: list[str]) -> list[str]:
    """The runs, once there are two of them."""
    return runs if len(runs) > 1 else []


def cron_job(space: Space, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(space.kubectl("get", "cronjob", name, "-o", "json"))
    return found


@pytest.mark.timeout(600)  # two whole minutes go by, and up to one before them
def test_every_minute_is_a_run_that_knows_its_minute_and_outlives_its_job(space: Space) -> None:
    name = scheduled(space, "due.py", "* * * * *")
    runs = eventually(lambda: twice(runs_of(space, name)), what="it fired twice", within=2 * A_MINUTE_AND_MORE)
    assert space.k8stui("schedule", "suspend", name).code == 0
    dues = []
    for run in runs:
        ended = space.watch(run)
        assert ended.code == 0, ended.err
        view = ended.view
        assert (view["state"], view["schedule"], view["pipeline"]) == ("succeeded", name, "due")
        dues.append(datetime.fromisoformat(view["scheduled"]))
        assert run == f"{name}-{int(dues[-1].timestamp()) // 60}"
        assert output(view, "tell") == dues[-1].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert {due.second for due in dues} == {0}
    assert abs(dues[0] - dues[1]) == timedelta(minutes=1)
    listed = json.loads(space.k8stui("runs", "list", "-o", "json").out)
    assert {one["schedule"] for one in listed} == {name}
    eventually(lambda: not space.objects("jobs"), what="its Job is gone: the history limit is 0")
    assert space.show(run)["state"] == "succeeded"
    assert [step["name"] for step in space.show(run)["steps"]] == ["tell"]
    assert shown(space, name)["suspended"] is True


def test_all_objects_of_a_firing_carry_run_pipeline_and_schedule(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=2")
    run = triggered(space, name)
    assert space.watch(run).code == 0
    labels = f"run={run},pipeline=chain,{names.LABEL_RUN_ID}={run},{names.LABEL_SCHEDULE}={name}"
    components = sorted(pod["metadata"]["labels"][names.LABEL_COMPONENT] for pod in space.objects("pods", labels))
    assert components == ["orchestrator", "step", "step"]
    (job,) = space.objects("jobs", labels)
    (owner,) = job["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("CronJob", name, True)
    (record,) = space.objects("configmaps", f"{labels},{names.LABEL_COMPONENT}={names.COMPONENT_RECORD}")
    assert "ownerReferences" not in record["metadata"]


def test_a_firing_missed_while_suspended_is_made_up_for_and_a_second_one_is_forbidden(space: Space) -> None:
    options = ("--suspend", "--concurrency", "Forbid", "--param", "length=1", "--param", "hold_at=1")
    name = scheduled(space, "chain.py", "* * * * *", *options)
    pretend_last_fired(space, name, hours_ago=0.1)
    assert space.objects("jobs") == []
    assert space.k8stui("schedule", "resume", name).code == 0
    (run,) = eventually(lambda: runs_of(space, name), what="it made up for the time it had missed")
    held = space.journal.running("held")
    eventually(
        lambda: [event for event in space.objects("events") if event["reason"] == "JobAlreadyActive"],
        what="a second firing was forbidden",
        within=A_MINUTE_AND_MORE,
    )
    assert shown(space, name)["active"] == [run]
    assert space.k8stui("schedule", "suspend", name).code == 0
    space.open_gate(held)
    assert states(space.watch(run).view) == {"held": "succeeded"}


def test_a_backfill_makes_the_runs_of_its_times_and_they_outlive_their_jobs(space: Space) -> None:
    name = scheduled(space, "due.py", "0 * * * *", "--suspend", "--time-zone", "Asia/Tokyo")
    line = ("schedule", "backfill", name, "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-01T02:00:00Z")
    done = space.k8stui(*line, "--yes", "--max-parallel", "2", "-o", "json")
    assert done.code == 0, done.err
    times = json.loads(done.out)
    assert [one["state"] for one in times] == ["succeeded"] * 3
    for one in times:
        view = space.show(one["run"])
        assert (view["scheduled"], view["trigger"], view["schedule"]) == (one["time"], "backfill", name)
        assert output(view, "tell") == one["time"].replace(".000Z", "Z")
    eventually(lambda: not space.objects("jobs"), what="their Jobs are gone: the history limit is 0")
    again = space.k8stui(*line, "--yes")
    assert (again.code, again.err.count("it has a run already: succeeded")) == (0, 1)
    (cron_job,) = space.objects("cronjobs")
    assert {"active", "lastScheduleTime"}.isdisjoint(cron_job.get("status") or {})


def test_a_run_by_hand_says_so_and_neither_counts_for_forbid_nor_is_its_job_forgotten(space: Space) -> None:
    options = ("--suspend", "--concurrency", "Forbid", "--param", "length=1", "--param", "hold_at=1")
    name = scheduled(space, "chain.py", "* * * * *", *options)
    by_hand = triggered(space, name)
    held = space.journal.running("held")
    assert (space.show(by_hand)["trigger"], space.show(by_hand)["scheduled"]) == ("manual", None)
    pretend_last_fired(space, name, hours_ago=0.1)
    assert space.k8stui("schedule", "resume", name).code == 0
    fired = eventually(lambda: [run for run in runs_of(space, name) if run != by_hand], what="it fired all the same")
    assert space.k8stui("schedule", "suspend", name).code == 0
    assert space.show(fired[0])["trigger"] == ""
    (cron_job,) = space.objects("cronjobs")
    assert [one["name"] for one in cron_job["status"]["active"]] == fired
    assert set(shown(space, name)["active"]) == {by_hand, fired[0]}
    space.open_gate(held)
    pod = eventually(
        lambda: space.objects("pods", f"k8stui.io/run-id={fired[0]},k8stui.io/step"), what="its step waits"
    )
    other = space.journal.until(
        lambda pods: next((one for one in pods if one.name == pod[0]["metadata"]["name"] and one.running), None),
        what="its step runs",
    )
    space.open_gate(other)
    assert space.watch(by_hand).code == 0
    assert space.watch(fired[0]).code == 0


def test_a_master_that_is_killed_finds_the_run_it_had_opened(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=4", "--param", "hold_at=3")
    run = triggered(space, name)
    held = space.journal.running("held")
    first = space.journal.master()
    kill_master(first.name)
    second = space.journal.master(other_than=first)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert output(ended.view, "count_3") == 4
    assert sorted(space.journal.steps_ever()) == [("count", 1), ("count_2", 1), ("count_3", 1), ("held", 1)]
    assert f"run {run} goes on" in space.kubectl("logs", second.name)


def test_a_schedule_goes_with_its_cronjob_and_template_and_its_running_run_goes_on(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=2", "--param", "hold_at=1")
    run = triggered(space, name)
    held = space.journal.running("held")
    refused = space.k8stui("schedule", "delete", name)
    assert (refused.code, f"go on: {run}" in refused.err) == (7, True)
    assert space.k8stui("schedule", "delete", name, "--running=keep").code == 0
    assert space.objects("cronjobs") == []
    first = space.journal.master()
    kill_master(first.name)
    space.journal.master(other_than=first)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert space.k8stui("runs", "delete", run).code == 0
    eventually(
        lambda: not space.objects("jobs,pods,configmaps,secrets", f"{names.LABEL_SCHEDULE}={name}"),
        what="nothing of the schedule is left",
    )


def test_a_running_run_is_stopped_and_kept_as_history_when_that_is_asked_for(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=1", "--param", "hold_at=1")
    run = triggered(space, name)
    space.journal.running("held")
    assert space.k8stui("schedule", "delete", name, "--running=stop").code == 0
    eventually(lambda: not space.objects("jobs,pods"), what="Job and pods are gone")
    assert space.show(run)["state"] == "stopped"


def test_an_edit_changes_what_comes_and_tells_the_second_editor(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=2")
    before = cron_job(space, name)
    generation = before["metadata"]["generation"]
    assert shown(space, name)["generation"] == generation
    pretend_last_fired(space, name, hours_ago=0.1)
    fired = cron_job(space, name)["metadata"]
    assert (fired["generation"], fired["resourceVersion"] != before["metadata"]["resourceVersion"]) == (
        generation,
        True,
    )

    edit = ("--cron", "0 0 2 1 *", "--starting-deadline", "300", "--param", "length=3", "--set", "step_timeout=600")
    rehearsed = space.k8stui("schedule", "edit", name, *edit, "--yes", "--dry-run", "-o", "json")
    assert rehearsed.code == 0, rehearsed.err
    assert cron_job(space, name)["metadata"]["resourceVersion"] == fired["resourceVersion"]
    done = space.k8stui("schedule", "edit", name, *edit, "--yes", "--generation", str(generation), "-o", "json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["changes"] == json.loads(rehearsed.out)["changes"]
    assert json.loads(rehearsed.out)["generation"] == generation
    assert [(one["field"], one["old"], one["new"]) for one in told["changes"]] == [
        ("cron", "0 0 1 1 *", "0 0 2 1 *"),
        ("starting-deadline", "none", "300"),
        ("param.length", "2", "3"),
        ("set.step_timeout", "", "600"),
    ]
    after = cron_job(space, name)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["metadata"]["generation"] == generation + 1 == told["generation"]
    late = space.k8stui("schedule", "edit", name, "--cron", "@daily", "--generation", str(generation))
    assert (late.code, "cron: 0 0 1 1 * -> 0 0 2 1 * (" in late.err) == (7, True), late.err

    run = triggered(space, name)
    assert space.watch(run).code == 0
    assert [step["state"] for step in space.show(run)["steps"]] == ["succeeded"] * 3


def test_what_kubectl_has_changed_is_told_with_the_programs_name_and_time(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=2")
    assert shown(space, name)["changes"] == []
    patch = json.dumps({"spec": {"schedule": "0 0 3 1 *"}})
    space.kubectl("patch", "cronjob", name, "--type=merge", "-p", patch)
    assert space.k8stui("schedule", "edit", name, "--starting-deadline", "60").code == 0
    done = space.k8stui("schedule", "edit", name, "--starting-deadline", "none", "--failed-history", "4")
    assert done.code == 0, done.err
    changes = json.loads(space.k8stui("schedule", "changes", name, "-o", "json").out)
    assert [[field["field"] for field in change["fields"]] for change in changes] == [
        ["starting-deadline", "failed-history"],
        ["starting-deadline"],
        ["cron"],
    ]
    assert (changes[-1]["by"], changes[-1]["fields"][0]["new"]) == ("kubectl-patch", "0 0 3 1 *")
    assert datetime.fromisoformat(changes[-1]["at"]) > datetime.now(UTC) - timedelta(hours=1)
    spec = cron_job(space, name)["spec"]
    assert ("startingDeadlineSeconds" in spec, spec["failedJobsHistoryLimit"]) == (False, 4)


def test_a_run_keeps_the_template_that_it_began_with_while_its_schedule_gets_others(space: Space) -> None:
    name = scheduled(space, "chain.py", "0 0 1 1 *", "--param", "length=2", "--param", "hold_at=1")
    run = triggered(space, name)
    held = space.journal.running("held")
    for length in ("3", "4", "5"):
        done = space.k8stui("schedule", "edit", name, "--param", f"length={length}", "--yes")
        assert done.code == 0, done.err
    first = space.journal.master()
    kill_master(first.name)
    space.journal.master(other_than=first)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert states(ended.view) == {"held": "succeeded", "count": "succeeded"}
    eventually(lambda: (space.job(run).get("status") or {}).get("completionTime"), what="its Job has ended as well")
    done = space.k8stui("schedule", "edit", name, "--param", "length=1", "--yes")
    assert done.code == 0, done.err
    parts = space.objects("configmaps", f"{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}")
    versions = {part["metadata"]["name"].removeprefix(f"schedule-{name}-").rpartition("-")[0] for part in parts}
    assert len(versions) == 2, versions
