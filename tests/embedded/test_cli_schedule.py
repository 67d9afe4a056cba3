"""`k8stui schedule` and a script whose pipeline has a schedule: what they print, make, and exit with."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.embedded.command import Shell, shell

NIGHTLY = """
from k8stui import Schedule
from quick import quick

nightly = quick.with_options(schedule=Schedule(cron_expression="5 2 * * *", name="nightly"))

if __name__ == "__main__":
    print("made:", nightly(n=4).name)
"""


@pytest.fixture
def at(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    (tmp_path / "nightly.py").write_text(NIGHTLY)
    return shell(tmp_path, embedded_kubeconfig)


def test_a_schedule_from_its_creation_to_its_end(at: Shell) -> None:
    options = ("--cron", "0 0 1 1 *", "--time-zone", "Asia/Kolkata", "--param", "n=5", "--concurrency", "forbid")
    made = at.k8stui("schedule", "create", "quick.py", *options, "-o", "json")
    assert made.returncode == 0, made.stderr
    view = json.loads(made.stdout)
    name = view["name"]
    assert name.startswith("quick-")
    assert (view["cron"], view["time_zone"], view["concurrency"]) == ("0 0 1 1 *", "Asia/Kolkata", "Forbid")
    assert view["next"].endswith("-12-31T18:30:00.000Z")
    listed = json.loads(at.k8stui("schedule", "list", "-o", "json").stdout)
    assert view in listed
    assert json.loads(at.k8stui("pipeline", "schedule", "list", "-o", "json").stdout) == listed
    assert json.loads(at.k8stui("schedule", "show", name, "-o", "json").stdout) == view
    assert at.k8stui("schedule", "suspend", name).stdout == f"{name} suspended\n"
    row = next(line for line in at.k8stui("schedule", "list").stdout.splitlines() if line.startswith(name))
    assert row.split()[1:] == ["quick", "0", "0", "1", "1", "*", "Asia/Kolkata", "suspended", "0", "0"]
    (first, *_) = json.loads(at.k8stui("schedule", "why", name, "-o", "json").stdout)
    assert (first["subject"], first["level"]) == (f"schedule {name}", "stuck")
    assert first["sentence"].startswith("suspended: ")
    why = at.k8stui("schedule", "why", name).stdout.splitlines()
    assert (why[0], why[1].split(":")[0]) == (f"schedule {name}", "  suspended")
    described = at.k8stui("schedule", "describe", name).stdout
    assert described.startswith("Schedule: ")
    assert "Parameters:" in described
    run = at.k8stui("schedule", "trigger", name, "-o", "name").stdout.strip()
    assert run.startswith(f"{name}-")
    assert at.k8stui("runs", "list", "--schedule", "another", "-o", "name").stdout == ""
    assert at.k8stui("schedule", "delete", name, "--running=stop").returncode == 0
    assert name not in at.k8stui("schedule", "list", "-o", "name").stdout.split()


def test_a_script_creates_the_schedule_of_its_pipeline_and_says_when_it_fires(at: Shell) -> None:
    done = at.python("nightly.py")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "schedule nightly of pipeline quick created in namespace default"
    assert lines[1].startswith("it fires at 5 2 * * * (Etc/UTC), first at ")
    assert lines[1].count(" 02:05 UTC") == 3
    assert lines[2] == "made: nightly"
    again = at.k8stui("schedule", "create", "nightly.py:nightly")
    assert (again.returncode, "exists already" in again.stderr) == (7, True)
    other = at.k8stui("schedule", "create", "nightly.py:nightly", "--name", "weekly", "--cron", "@weekly", "--suspend")
    assert other.returncode == 0, other.stderr
    assert "let it fire: k8stui schedule resume weekly -n default" in other.stdout
    assert at.k8stui("schedule", "delete", "nightly", "weekly").stdout == "nightly deleted\nweekly deleted\n"


def test_what_may_surprise_is_told_when_a_schedule_is_created(at: Shell) -> None:
    options = ("--time-zone", "Europe/Berlin", "--cron")
    first = at.k8stui("schedule", "create", "quick.py", *options, "30 2 * * *", "--name", "first")
    assert (first.returncode, "does not exist in Europe/Berlin" in first.stderr) == (0, True)
    second = at.k8stui("schedule", "create", "quick.py", *options, "30 2 * * *", "--name", "second", "-o", "json")
    assert json.loads(second.stdout)["name"] == "second"
    assert "Note: first also starts at 02:30 (Europe/Berlin)." in second.stderr
    never = at.k8stui("schedule", "create", "quick.py", *options, "0 0 30 2 *", "--name", "never")
    assert (never.returncode, "it never fires: 0 0 30 2 *" in never.stdout) == (0, True)
    assert "Note: It never fires" in never.stderr
    late = ("--starting-deadline", "0", "--name", "distance", "-o", "json")
    distance = at.k8stui("schedule", "create", "quick.py", "--every", "90m", *late)
    view = json.loads(distance.stdout)
    assert (view["cron"], view["starting_deadline"]) == ("@every 1h30m", 0)
    assert "Note: It never fires: Kubernetes looks back" in distance.stderr
    assert at.k8stui("schedule", "delete", "first", "second", "never", "distance").returncode == 0


def test_schedules_are_suspended_and_resumed_by_pipeline_and_all_at_once(at: Shell) -> None:
    for name in ("one", "two"):
        assert at.k8stui("schedule", "create", "quick.py", "--cron", "@yearly", "--name", name).returncode == 0
    assert at.k8stui("schedule", "create", "slow.py", "--cron", "@yearly", "--name", "other").returncode == 0
    done = at.k8stui("schedule", "suspend", "--pipeline", "quick")
    assert {"one suspended", "two suspended"} <= set(done.stdout.splitlines())
    assert "other suspended" not in done.stdout
    asked = at.k8stui("schedule", "suspend", "--all")
    assert (asked.returncode, "there is nobody to ask here" in asked.stderr) == (2, True)
    rest = at.k8stui("schedule", "suspend", "--all", "--yes")
    assert "other suspended" in rest.stdout
    assert "one suspended" not in rest.stdout, "it was already"
    assert at.k8stui("schedule", "suspend", "--all", "--yes").stderr == "0 of 0 schedules suspended.\n"
    some = at.k8stui("schedule", "resume", "one", "none", "two")
    assert (some.returncode, some.stdout) == (4, "one resumed\ntwo resumed\n")
    assert some.stderr.endswith("2 of 3 schedules resumed.\n")
    gone = at.k8stui("schedule", "delete", "one", "two", "other")
    assert "CronJob one and its template go." in gone.stderr
    assert gone.returncode == 0


def test_a_calendar_of_all_schedules(at: Shell) -> None:
    for name in ("early", "also-early"):
        options = ("--cron", "30 2 * * *", "--name", name)
        assert at.k8stui("schedule", "create", "quick.py", *options).returncode == 0
    told = at.k8stui("schedule", "calendar", "--time-zone", "Etc/UTC")
    assert told.returncode == 0, told.stderr
    assert "02:30! also-early" in told.stdout
    found = json.loads(at.k8stui("schedule", "calendar", "--days", "7", "-o", "json").stdout)
    assert {"early", "also-early"} <= {one["name"] for one in found["schedules"] if one["count"] == 7}
    assert any({"early", "also-early"} <= set(one["schedules"]) for one in found["pile_ups"])
    assert at.k8stui("schedule", "delete", "early", "also-early").returncode == 0


def test_a_backfill_shows_its_plan_and_makes_its_runs(at: Shell) -> None:
    options = ("--cron", "0 * * * *", "--name", "hourly", "--suspend")
    assert at.k8stui("schedule", "create", "quick.py", *options).returncode == 0
    line = ("schedule", "backfill", "hourly", "--from", "2026-01-01T00:30:00Z", "--to", "2026-01-01T02:30:00Z")
    dry = at.k8stui(*line, "--dry-run")
    assert (dry.returncode, "2 of 2 times get a run." in dry.stderr) == (0, True), dry.stderr
    assert dry.stdout.splitlines()[1].split()[:4] == ["2026-01-01", "01:00", "UTC", "hourly-29453820"]
    asked = at.k8stui(*line)
    assert (asked.returncode, "there is nobody to ask here" in asked.stderr) == (2, True)
    assert at.k8stui("runs", "list", "--schedule", "hourly", "-o", "name").stdout == ""
    done = at.k8stui(*line, "--yes", "--max-parallel", "2")
    assert done.returncode == 0, done.stderr
    assert "2026-01-01 01:00 UTC  hourly-29453820  started" in done.stdout
    assert done.stderr.endswith("2 of 2 runs succeeded.\n")
    again = json.loads(at.k8stui(*line, "--yes", "-o", "json").stdout)
    assert [(one["goes"], one["why"]) for one in again] == [(False, "it has a run already: succeeded")] * 2
    listed = json.loads(at.k8stui("runs", "list", "--schedule", "hourly", "-o", "json").stdout)
    assert {one["trigger"] for one in listed} == {"backfill"}
    assert "backfill of 2026-01-01 01:00 UTC by" in at.k8stui("runs", "show", "hourly-29453820").stdout
    assert at.k8stui("schedule", "delete", "hourly").returncode == 0


def test_a_backfill_that_is_interrupted_says_what_stands_and_starts_no_further_runs(at: Shell) -> None:
    options = ("--cron", "0 * * * *", "--name", "slowly", "--suspend")
    assert at.k8stui("schedule", "create", "slow.py", *options).returncode == 0
    line = ("schedule", "backfill", "slowly", "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-01T05:00:00Z", "--yes")
    process = at.start(*line)
    assert process.stdout is not None
    assert process.stdout.readline().endswith("  slowly-29453760  started\n")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "1 of 6 runs were started, 0 have ended. The same command starts the others." in told
    assert "These go on: slowly-29453760" in told
    assert at.k8stui("schedule", "delete", "slowly", "--running=stop").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "nightly.py:nightly"), 2, "has a schedule: it is not run by hand"),
        (("schedule", "create", "quick.py"), 2, "has no schedule of its own: give --cron"),
        (("schedule", "create", "quick.py", "--cron", "0 0 * * 7"), 2, "Sunday is 0"),
        (("schedule", "create", "quick.py", "--cron", "@daily", "--concurrency", "x"), 2, "Allow, Forbid, Replace"),
        (("schedule", "delete", "x", "--running=wait"), 2, "only `keep` and `stop`"),
        (("schedule", "calendar", "--time-zone", "Mars/Base"), 2, "--time-zone 'Mars/Base' is not possible"),
        (("schedule", "backfill", "x", "--from", "2026-01-01", "--to", "2026-01-02"), 2, "--from '2026-01-01' is not"),
        (("schedule", "create", "quick.py", "--every", "30s"), 2, "Kubernetes starts a schedule once a minute at most"),
        (("schedule", "create", "quick.py", "--every", "soon"), 2, "is not a duration such as 90m"),
        (("schedule", "create", "quick.py", "--every", "5m", "--cron", "@daily"), 2, "exclude each other"),
        (("schedule", "suspend"), 2, "Give names, --pipeline, or --all; one of the three."),
        (("schedule", "resume", "x", "--all"), 2, "Give names, --pipeline, or --all; one of the three."),
        (("schedule", "resume", "none"), 4, "There is no schedule 'none' in namespace default."),
        (("schedule", "trigger", "none"), 4, "List them with: k8stui schedule list -n default"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(at: Shell, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = at.k8stui(*arguments)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
