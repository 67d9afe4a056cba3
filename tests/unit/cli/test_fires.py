"""`k8stui schedule next`: fire times without a cluster."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.unit.cli.command import k8stui

SPRING = ("--cron", "30 2 * * *", "--time-zone", "Europe/Berlin", "--from", "2027-03-27T00:00:00Z")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return k8stui("schedule", "next", *arguments)


def test_json_is_a_list_of_moments() -> None:
    done = run(*SPRING, "-n", "2", "-o", "json")
    assert json.loads(done.stdout) == ["2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z"]
    assert done.returncode == 0


def test_a_person_sees_both_clocks_and_what_may_surprise() -> None:
    done = run(*SPRING, "-n", "2")
    assert "Mon 29 Mar 2027 02:30  CEST  2027-03-29T00:30:00Z" in done.stdout
    assert "28 Mar 2027 02:30 does not exist in Europe/Berlin" in done.stderr


def test_one_that_never_fires_gives_nothing_and_says_so() -> None:
    assert json.loads(run("--cron", "0 0 30 2 *", "-o", "json").stdout) == []
    assert "It never fires" in run("--cron", "0 0 30 2 *").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cron", "0 0 * * 7"), "end of range (7) above maximum (6): 7, in the day of week. Sunday is 0."),
        (("--cron", "TZ=UTC 0 2 * * *"), "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"),
        (("--cron", "@daily", "--time-zone", "Mars/Olympus"), "--time-zone 'Mars/Olympus' is not possible"),
        (("--cron", "@daily", "--from", "2026-11-25"), "--from '2026-11-25' is not a moment"),
        (("--cron", "@daily", "--from", "yesterday"), "--from 'yesterday' is not a moment"),
    ],
)
def test_a_mistake_exits_with_two_and_its_reason(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
