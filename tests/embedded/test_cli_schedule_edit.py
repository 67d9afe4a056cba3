"""`k8stui schedule edit` and `changes`: what they print, change, and exit with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from k8stui.model.errors import NotFoundError
from tests.embedded.command import Shell, shell


@pytest.fixture
def at(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    return shell(tmp_path, embedded_kubeconfig)


def made(at: Shell, *options: str) -> str:
    """Create a schedule that fires once a year; give its name."""
    done = at.k8stui("schedule", "create", "quick.py", "--cron", "0 0 1 1 *", *options, "-o", "name")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_edit_is_told_old_and_new_with_the_next_times_and_listed_as_a_change(at: Shell) -> None:
    name = made(at)
    options = ("--cron", "30 2 * * *", "--time-zone", "America/New_York", "--concurrency", "forbid")
    rehearsed = at.k8stui("schedule", "edit", name, *options, "--starting-deadline", "90", "--dry-run")
    assert rehearsed.returncode == 0, rehearsed.stderr
    done = at.k8stui("schedule", "edit", name, *options, "--starting-deadline", "90")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"{name} changed"
    assert rehearsed.stdout.splitlines()[0] == f"{name} would be changed; nothing was saved"
    assert rehearsed.stdout.splitlines()[1:6] == lines[1:6]
    assert [line.split() for line in lines[1:6]] == [
        ["FIELD", "OLD", "NEW"],
        ["cron", *["0", "0", "1", "1", "*"], "->", *["30", "2", "*", "*", "*"]],
        ["time-zone", "Etc/UTC", "->", "America/New_York"],
        ["concurrency", "Allow", "->", "Forbid"],
        ["starting-deadline", "none", "->", "90"],
    ]
    assert lines[6].split() == ["America/New_York", "ZONE", "UTC", "IN"]
    assert len(lines) == 10
    assert "Note: " in done.stderr
    assert "02:30" in done.stderr
    again = at.k8stui("schedule", "edit", name, "--cron", "30 2 * * *")
    assert again.stdout.splitlines()[0] == f"{name} is so already: nothing to change"
    assert at.k8stui("schedule", "edit", name, "--suspend").stdout.splitlines()[-1] == "suspended: it does not fire"
    listed = json.loads(at.k8stui("schedule", "changes", name, "-o", "json").stdout)
    assert [[field["field"] for field in change["fields"]] for change in listed] == [
        ["suspend"],
        ["cron", "time-zone", "concurrency", "starting-deadline"],
    ]
    rows = at.k8stui("schedule", "changes", name).stdout.splitlines()
    assert rows[0].split() == ["WHEN", "BY", "FIELD", "OLD", "NEW"]
    assert rows[1].split()[-4:] == ["suspend", "no", "->", "yes"]


def test_an_edit_for_programs_and_one_of_what_was_changed_since(at: Shell) -> None:
    name = made(at)
    told = json.loads(at.k8stui("schedule", "edit", name, "--failed-history", "4", "-o", "json").stdout)
    assert told["changes"] == [{"field": "failed-history", "old": "1", "new": "4"}]
    assert (told["schedule"], told["changed"], len(told["next"])) == (name, True, 3)
    assert told["next"][0].endswith("-01-01T00:00:00Z")
    generation = str(told["generation"])
    first = at.k8stui("schedule", "edit", name, "--cron", "@daily", "--generation", generation, "-o", "name")
    assert (first.returncode, first.stdout) == (0, f"{name}\n")
    late = at.k8stui("schedule", "edit", name, "--cron", "@hourly", "--generation", generation)
    assert late.returncode == 7
    assert "was changed since it was looked at" in late.stderr
    assert "cron: 0 0 1 1 * -> @daily (" in late.stderr
    (view,) = (one for one in json.loads(at.k8stui("schedule", "list", "-o", "json").stdout) if one["name"] == name)
    assert (view["cron"], view["generation"]) == ("@daily", int(generation) + 1)
    every = json.loads(at.k8stui("schedule", "edit", name, "--every", "90m", "-o", "json").stdout)
    assert every["changes"] == [{"field": "cron", "old": "@daily", "new": "@every 1h30m"}]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "Nothing was given that is to be changed of none."),
        (("--cron", "0 0 * * 7"), 2, "Sunday is 0"),
        (("--cron", "@daily", "--every", "5m"), 2, "--cron and --every exclude each other."),
        (("--every", "soon"), 2, "--every 'soon' is not a duration"),
        (("--time-zone", "Mars"), 2, "time_zone 'Mars' is not possible"),
        (("--concurrency", "x"), 2, "Allow, Forbid, Replace"),
        (("--starting-deadline", "-5"), 2, "--starting-deadline '-5' is not possible"),
        (("--starting-deadline", "soon"), 2, "Seconds, as 300, or none"),
        (("--set", "step_tiemout=5"), 2, "step_timeout"),
        (("--set", "step_timeout=soon"), 2, "seconds that an attempt at a step may run"),
        (("--set", "failed_jobs_history_limit=5"), 2, "Set it by --failed-history."),
        (("--unset", "step_tiemout"), 2, "step_timeout"),
        (("--param", "n"), 2, "is not NAME=VALUE"),
        (("--file", "none.py"), 4, "There is no schedule"),
        (("--suspend",), 4, "There is no schedule 'none' in namespace default."),
    ],
)
def test_what_cannot_be_edited_is_a_sentence(at: Shell, options: tuple[str, ...], code: int, said: str) -> None:
    done = at.k8stui("schedule", "edit", "none", *options)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_parameters_settings_and_code_are_edited_and_kept_code_is_loaded_after_a_yes_only(at: Shell) -> None:
    name = made(at, "--param", "n=5")
    asked = at.k8stui("schedule", "edit", name, "--param", "n=6")
    assert (asked.returncode, "the code that is kept with" in asked.stderr) == (2, True), asked.stderr
    done = at.k8stui("schedule", "edit", name, "--param", "n=6", "--set", "step_timeout=60", "--yes", "-o", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["changes"] == [
        {"field": "param.n", "old": "5", "new": "6"},
        {"field": "set.step_timeout", "old": "", "new": "60"},
    ]
    code = (at.folder / "quick.py").read_text()
    (at.folder / "quick.py").write_text(code.replace("2 * n", "3 * n").replace("n: int = 3", "n: int = 3, m: int = 1"))
    done = at.k8stui("schedule", "edit", name, "--file", "quick.py:quick", "--unset", "step_timeout", "-o", "json")
    assert done.returncode == 0, done.stderr
    assert [(one["field"], one["new"]) for one in json.loads(done.stdout)["changes"] if one["field"] != "code"] == [
        ("set.step_timeout", ""),
        ("param.m", "1"),
    ]
    run = at.k8stui("schedule", "trigger", name, "-o", "name").stdout.strip()
    while at.k8stui("runs", "show", run).returncode == NotFoundError.exit_code:
        pass  # its master has not made its record yet
    assert at.k8stui("runs", "watch", run).returncode == 0
    steps = json.loads(at.k8stui("runs", "show", run, "-o", "json").stdout)["steps"]
    assert [step["results"] for step in steps] == [{"output": 6}, {"output": 18}]
