"""The command line's verbs that change runs, each as a process of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.incluster.contract.names import record_name
from tests.embedded.command import Shell, shell


@pytest.fixture
def here(tmp_path: Path, embedded_kubeconfig: Path) -> Shell:
    return shell(tmp_path, embedded_kubeconfig)


GATED = """
import time
from pathlib import Path
from k8stui import pipeline, step

@step
def first(flag: str) -> int:
    print("started", flush=True)
    while not Path(flag).exists():
        time.sleep(0.05)
    return 1

@step
def second(number: int) -> int:
    return number + 1

@pipeline
def gated(flag: str) -> None:
    second(first(flag))
"""


DEAF = """
import signal, time
from k8stui import pipeline, step

@step
def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("started", flush=True)
    time.sleep(100)

@pipeline
def stubborn() -> None:
    deaf()
"""


MENDED = """
from pathlib import Path
from k8stui import pipeline, step

@step
def mended(flag: str) -> None:
    if not Path(flag).exists():
        raise FileNotFoundError(flag)

@pipeline
def mending(flag: str) -> None:
    mended(flag)
"""


def gated(here: Shell) -> tuple[str, Path]:
    """A run whose first step has started and waits for a file."""
    (here.folder / "gated.py").write_text(GATED)
    flag = here.folder / "flag"
    name = here.name_of("gated.py", "--param", f"flag={flag}")
    wait_for_start(here, name)
    return name, flag


def wait_for_start(here: Shell, name: str) -> None:
    """Wait until a step has printed that it has started."""
    process = here.start("logs", name, "-f")
    assert process.stdout is not None
    for line in process.stdout:
        if "started" in line:
            break
    process.kill()
    process.communicate(timeout=60)


def test_a_failed_run_is_tried_again_and_a_successful_one_is_not(here: Shell) -> None:
    (here.folder / "mended.py").write_text(MENDED)
    flag = here.folder / "flag"
    name = here.name_of("mended.py", "--param", f"flag={flag}")
    assert here.k8stui("runs", "watch", name).returncode == 1
    flag.touch()
    (tried,) = json.loads(here.k8stui("runs", "retry", name, "-o", "json").stdout)
    assert (tried["run"], tried["job"], tried["retries"]) == (name, f"{name}-retry-1", 1)
    assert here.k8stui("runs", "watch", name).returncode == 0
    again = here.k8stui("runs", "retry", name)
    assert (again.returncode, "only a failed or stopped run" in again.stderr) == (7, True)


def test_lines_of_a_log_are_let_through_or_held_back(here: Shell, embedded_kubeconfig: Path) -> None:
    name = here.name_of("quick.py")
    assert here.k8stui("runs", "watch", name).returncode == 0
    assert sorted(here.k8stui("logs", name, "-o", "raw").stdout.splitlines()) == ["doubling 3", "loading 3"]
    assert here.k8stui("logs", name, "--include", "^load", "-i", "xyz").stdout == "load | loading 3\n"
    assert here.k8stui("logs", name, "-e", "load").stdout == "double | doubling 3\n"
    assert here.k8stui("logs", name, "--since-time", "2999-01-01T00:00:00Z", "-o", "raw").stdout == ""
    none = here.k8stui("logs", name, "--previous")
    assert (none.returncode, none.stdout) == (0, "")
    assert "no container of run" in none.stderr
    names = {step: f"{name}-{step}-1" for step in ("load", "double")}
    assert here.k8stui("logs", "--pod", names["load"]).stdout == "load | loading 3\n"
    assert name in here.k8stui("runs", "describe", "--pod", names["double"]).stdout
    assert "one of them" in here.k8stui("logs", name, "--pod", names["load"]).stderr
    assert here.k8stui("pods", "delete", names["load"], "--yes").returncode == 0
    gone = f"pod {names['load']} is gone, and its log with it: the run has no artifact store that keeps logs\n"
    assert here.k8stui("logs", name).stdout == f"load | {gone}double | doubling 3\n"
    assert here.k8stui("logs", name, "-f", "--step", "load").stdout == f"load | {gone}"
    raw = here.k8stui("logs", name, "-o", "raw")
    assert (raw.stdout, raw.stderr) == ("doubling 3\n", gone)
    assert here.k8stui("logs", name, "--step", "double").stdout == "double | doubling 3\n"
    asyncio.run(delete_record(embedded_kubeconfig, name))
    without = here.k8stui("logs", name)  # the pod is still there, and its log with it
    assert (without.returncode, without.stdout, without.stderr) == (0, "double | doubling 3\n", "")


async def delete_record(kubeconfig: Path, run: str) -> None:
    async with await connect(kubeconfig=kubeconfig) as cluster:
        await cluster.delete(CONFIGMAPS, record_name(run))


def test_a_pause_waits_says_so_and_is_called_off_or_comes(here: Shell) -> None:
    name, flag = gated(here)
    late = here.k8stui("runs", "pause", name, "--timeout", "2")
    assert (late.returncode, late.stdout) == (3, "")
    assert f"Steps of {name} still run after 2 s" in late.stderr
    assert f"k8stui runs resume {name}" in late.stderr
    flag.touch()
    assert here.k8stui("runs", "pause", name).stdout == f"{name} paused\n"
    (resumed,) = json.loads(here.k8stui("runs", "resume", name, "-o", "json").stdout)
    assert (resumed["run"], resumed["state"]) == (name, "running")
    assert here.k8stui("runs", "watch", name).returncode == 0
    ended = here.k8stui("runs", "resume", name)
    assert (ended.returncode, "nothing to resume" in ended.stderr) == (7, True)
    assert here.k8stui("runs", "pause", "no-such-run").returncode == 4


def test_a_stop_has_a_grace_period_and_force_comes_after_it(here: Shell) -> None:
    (here.folder / "deaf.py").write_text(DEAF)
    name = here.name_of("deaf.py")
    wait_for_start(here, name)
    late = here.k8stui("runs", "stop", name, "--timeout", "0.5")
    assert (late.returncode, f"k8stui runs stop {name} --force" in late.stderr) == (3, True)
    assert here.k8stui("runs", "stop", name, "--grace-period", "1").stdout == f"{name} stopped\n"
    (step,) = json.loads(here.k8stui("runs", "show", name, "-o", "json").stdout)["steps"]
    assert (step["state"], step["attempts"][0]["exit_code"]) == ("stopped", 137)
    name = here.name_of("deaf.py")
    wait_for_start(here, name)
    assert here.k8stui("runs", "stop", name, "--force-after", "1").stdout == f"{name} stopped\n"
    assert "stopped by force, 1 s after" in here.k8stui("runs", "show", name).stdout
    both = here.k8stui("runs", "stop", name, "--force", "--force-after", "1")
    assert (both.returncode, "exclude each other" in both.stderr) == (2, True)


def test_prune_shows_its_plan_asks_and_tells_what_it_did(here: Shell) -> None:
    (here.folder / "pruned.py").write_text(MENDED.replace("mending", "pruned"))
    (here.folder / "flag").touch()
    names = []
    for _ in range(3):
        names.append(here.name_of("pruned.py", "--param", f"flag={here.folder / 'flag'}"))
        assert here.k8stui("runs", "watch", names[-1]).returncode == 0
    assert here.k8stui("runs", "prune").returncode == 2
    wrong = here.k8stui("runs", "prune", "--older-than", "soon")
    assert (wrong.returncode, "not an age" in wrong.stderr) == (2, True)
    rule = ("runs", "prune", "--pipeline", "pruned", "--keep", "1")
    dry = here.k8stui(*rule, "--dry-run")
    assert all(name in dry.stdout for name in names[:2])
    assert names[2] not in dry.stdout
    assert "1 stays: among the newest 1 of its pipeline\n" in dry.stderr
    asked = here.k8stui(*rule)
    assert (asked.returncode, "nobody to ask" in asked.stderr) == (2, True)
    done = here.k8stui(*rule, "--yes", "-o", "json")
    found = {one["run"]: (one["goes"], one["deleted"], one["error"]) for one in json.loads(done.stdout)}
    assert [found[name] for name in names] == [(True, True, ""), (True, True, ""), (False, False, "")]
    assert done.stderr == "2 of 2 runs deleted.\n"
    assert here.k8stui("runs", "list", "--pipeline", "pruned", "-o", "name").stdout == f"{names[2]}\n"
    none = here.k8stui("runs", "prune", "--pipeline", "pruned", "--older-than", "1d")
    assert (none.returncode, none.stdout) == (0, "")
    assert "1 stays: ended less than 1d00h ago\n" in none.stderr


def test_a_run_is_repeated_as_it_was_or_with_other_parameters(here: Shell) -> None:
    first = here.name_of("quick.py", "--param", "n=5")
    assert here.k8stui("runs", "watch", first).returncode == 0
    (here.folder / "quick.py").unlink()
    again = here.k8stui("runs", "rerun", first, "-o", "name").stdout.strip()
    assert here.k8stui("runs", "watch", again).returncode == 0
    shown = json.loads(here.k8stui("runs", "show", again, "-o", "json").stdout)
    assert (shown["rerun_of"], shown["parameters"]) == (first, {"n": 5})
    assert f"rerun of    {first}" in here.k8stui("runs", "show", again).stdout
    assert f"Rerun of:    {first}" in here.k8stui("runs", "describe", again).stdout
    asked = here.k8stui("runs", "rerun", first, "--param", "n=7")
    assert (asked.returncode, "nobody to ask" in asked.stderr) == (2, True)
    changed = here.k8stui("runs", "rerun", first, "--param", "n=7", "--yes", "-o", "json")
    shown = json.loads(changed.stdout)
    assert (shown["rerun_of"], shown["parameters"]) == (first, {"n": 7})
    wrong = here.k8stui("runs", "rerun", first, "--param", "n=many", "--yes")
    assert (wrong.returncode, "'many' is not an int" in wrong.stderr) == (2, True)
    assert here.k8stui("runs", "rerun", "no-such-run").returncode == 4
