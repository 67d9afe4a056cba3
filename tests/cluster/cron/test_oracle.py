"""Cron expressions against the parser that the CronJob controller itself uses: a small Go program asks it."""

from __future__ import annotations

import json
import os
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from k8stui.model.cron import zone_of
from k8stui.model.cron.grammar import CronError, parse
from k8stui.model.cron.walk import next_time

pytestmark = pytest.mark.timeout(900)  # each worker builds the oracle, perhaps with Go's own library

HERE = Path(__file__).parent

ZONES = (
    *("Etc/UTC", "Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"),
    # Whose clocks change at midnight, by half an hour, by two hours, or often.
    *("Africa/Cairo", "America/Havana", "America/Santiago", "Australia/Lord_Howe", "Antarctica/Troll"),
    *("America/Sao_Paulo", "Atlantic/Azores", "Asia/Beirut", "Pacific/Chatham", "Pacific/Apia", "Africa/Casablanca"),
)

BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))

ODD = (
    *("jan", "DEC", "mon", "Sun", "xyz", "7", "L", "1W", "5#2", "-1", "+3", "60", "99999999999999999999", "*", "?"),
    *("5--7", "1-2-3", "1/2/3", "*/0", "5-1", "*-9/7", "1,,2"),
)

WHOLE = ("@daily", "@hourly", "@weekly", "@monthly", "@yearly", "@annually", "@midnight", "@every 90m", "@every 1.5h",
         "@every 5d", "@every -3s", "@every", "@every 10ms", "@every 1h1", "@never", " @daily", "", " ", ", * * * *",
         "0 2 * *", "0 0 2 * * *", "0\t2\t* * *", "0\u00a02 * * *", "@every 0.5s1.5h", "@every 5µs")  # fmt: skip

EXPRESSIONS = 4_000


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built."""
    path = tmp_path_factory.mktemp("oracle") / "oracle"
    subprocess.run(["go", "build", "-o", str(path), "."], cwd=HERE / "oracle", check=True, timeout=600)
    return path


def asked(oracle: Path, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = "\n".join(map(json.dumps, questions))
    done = subprocess.run([oracle], input=lines, capture_output=True, text=True, check=True, timeout=600)
    return [json.loads(line) for line in done.stdout.splitlines()]


def answered(question: dict[str, Any]) -> dict[str, Any]:
    try:
        schedule = parse(question["cron"])
    except CronError as error:
        return {"error": str(error), "times": []}
    times: list[str] = []
    moment: datetime | None = datetime.fromisoformat(question["after"])
    while moment is not None and len(times) < question["count"]:
        moment = next_time(schedule, zone_of(question["zone"]), moment)
        times += [moment.isoformat().replace("+00:00", "Z")] if moment else []
    return {"error": "", "times": times}


def piece(chance: random.Random, least: int, most: int) -> str:
    low, high = sorted((chance.randint(least, most), chance.randint(least, most)))
    step = chance.randint(1, most)
    single, ranges = (f"{low}", f"{low}/{step}", f"{low},{high}"), (f"{low}-{high}", f"{low}-{high}/{step}")
    forms = ("*", "*/1", f"*/{step}", *single, *ranges)
    return chance.choice(ODD) if chance.random() < 0.02 else chance.choice(forms)


def expression(chance: random.Random) -> str:
    """Five fields of which most say "any", or a single number: others are nearly always satisfied."""
    fields = [piece(chance, *bounds) for bounds in BOUNDS]
    for place, odds in ((2, 0.4), (3, 0.6), (4, 0.6)):
        if chance.random() < odds:
            fields[place] = chance.choice("*?")
    return " ".join(fields)


def test_thousands_of_expressions_zones_and_moments_give_the_same(oracle: Path) -> None:
    chance = random.Random(int(os.environ.get("K8STUI_SEED", "7")))
    begin, seconds = datetime(2020, 1, 1, tzinfo=UTC), 15 * 365 * 86_400
    questions = [
        {
            "cron": text,
            "zone": chance.choice(ZONES),
            "after": (begin + timedelta(seconds=chance.randrange(seconds))).isoformat(),
            "count": 4,
        }
        for text in (*WHOLE, *ODD, *(expression(chance) for _ in range(EXPRESSIONS)))
    ]
    for question, theirs in zip(questions, asked(oracle, questions), strict=True):
        assert answered(question) == theirs, question


@pytest.mark.parametrize("zone", ZONES)
def test_each_day_of_three_years_in_zones_whose_clocks_change(oracle: Path, zone: str) -> None:
    questions = [
        {"cron": text, "zone": zone, "after": "2026-01-01T00:00:00Z", "count": 1_100}
        for text in ("0 0 * * *", "30 0 * * *", "30 1 * * *", "15 2 * * *", "0 3 * * *", "0 5 * * *", "45 23 * * *")
    ]
    for question, theirs in zip(questions, asked(oracle, questions), strict=True):
        assert answered(question) == theirs, question
