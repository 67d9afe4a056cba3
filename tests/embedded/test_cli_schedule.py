"""`k8stui schedule` and a script whose pipeline has a schedule: what they print, make, and exit with."""

from __future__ import annotations

import json
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
    assert lines[2] == "made: nightly"
    again = at.k8stui("schedule", "create", "nightly.py:nightly")
    assert (again.returncode, "exists already" in again.stderr) == (7, True)
    other = at.k8stui("schedule", "create", "nightly.py:nightly", "--name", "weekly", "--cron", "@weekly", "--suspend")
    assert other.returncode == 0, other.stderr
    assert "let it fire: k8stui schedule resume weekly -n default" in other.stdout
    assert at.k8stui("schedule", "delete", "nightly", "weekly").stdout == "nightly deleted\nweekly deleted\n"


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


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "nightly.py:nightly"), 2, "has a schedule: it is not run by hand"),
        (("schedule", "create", "quick.py"), 2, "has no schedule of its own: give --cron"),
        (("schedule", "create", "quick.py", "--cron", "0 0 * * 7"), 2, "Sunday is 0"),
        (("schedule", "create", "quick.py", "--cron", "@daily", "--concurrency", "x"), 2, "Allow, Forbid, Replace"),
        (("schedule", "delete", "x", "--running=wait"), 2, "only `keep` and `stop`"),
        (("schedule", "calendar", "--time-zone", "Mars/Base"), 2, "--time-zone 'Mars/Base' is not possible"),
        (("schedule", "resume", "none"), 4, "There is no schedule 'none' in namespace default."),
        (("schedule", "trigger", "none"), 4, "List them with: k8stui schedule list -n default"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(at: Shell, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = at.k8stui(*arguments)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
