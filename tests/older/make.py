"""Write the objects that an earlier version makes of a pipeline: `python -m tests.older.make COMMIT`.

The version's own compiler runs, from a worktree of its commit. Its objects have no owners yet, as it made them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.older import FOLDER

PIPELINE = """
from k8stui import pipeline, step


@step
def load(n: int) -> int:
    print("loading", n)
    return n


@step
def double(n: int) -> int:
    print("doubling", n)
    return 2 * n


@pipeline
def older(n: int = 3) -> None:
    double(load(n))
"""

COMPILE = """
import json, sys
from dataclasses import fields, replace
from k8stui.authoring.load import load
from k8stui.model.schedule import ScheduleSpec
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import RunRequest
from k8stui.plan.schedule import compile_schedule

spec = load("older.py").trace({"n": "4"})
request = RunRequest(namespace="older-namespace", image="older-image", submitted_by="ada", created=1764000000.0)
run = compile_run(spec, request)
if "credentials" in {field.name for field in fields(request)}:  # from then on
    from k8stui.model.config import KubernetesOrchestratorConfig

    config = KubernetesOrchestratorConfig(pass_token_as_secret=True)
    request = replace(request, config=config, credentials={"TOKEN": "older"})
schedule = compile_schedule(spec, ScheduleSpec(cron="0 0 29 2 *", name="older"), request)
json.dump({"schedule": [schedule.cron_job, *schedule.parts], "run": [run.record, *run.parts, run.job]}, sys.stdout)
"""


def make(commit: str) -> Path:
    """Write the objects of a commit; gives the file."""
    with tempfile.TemporaryDirectory() as folder:
        old, work = Path(folder) / "old", Path(folder) / "work"
        subprocess.run(["git", "worktree", "add", "--detach", str(old), commit], check=True, capture_output=True)
        try:
            work.mkdir()
            (work / "older.py").write_text(PIPELINE)
            environ = {"PYTHONPATH": f"{old / 'engine'}", "PATH": "/usr/bin:/bin", "HOME": folder}
            made = subprocess.run(
                [sys.executable, "-c", COMPILE], cwd=work, env=environ, check=True, stdout=subprocess.PIPE
            )
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(old)], check=True)
    (target := FOLDER / f"{commit}.json").write_bytes(made.stdout + b"\n")
    return target


if __name__ == "__main__":
    for given in sys.argv[1:]:
        make(given)
