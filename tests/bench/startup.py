"""What starting costs: our runner in a step's pod, `import k8stui` in a script, `k8stui --version` in a shell.

Local processes, each paired with a bare interpreter of the same kind, so that what is left is ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median

from k8stui.incluster.bootstrap import SOURCE
from k8stui.incluster.contract.protocol import CHUNK_CHARACTERS
from k8stui.incluster.master.reception import Reception
from k8stui.incluster.wire.report import SUCCEEDED, Report
from k8stui.incluster.wire.variables import (
    ENV_CODE,
    ENV_CODE_DIGEST,
    ENV_KEY,
    ENV_MASTER,
    ENV_PROGRAM,
    ENV_TASK,
    ENV_TERMINATION_LOG,
)
from k8stui.plan.shipping import runner_text
from tests.bench.errors import BenchError
from tests.bench.ours import code_of

ROUNDS = 20

SYSTEM_PYTHON = Path("/usr/bin/python3")
"""An interpreter like the one in an image: nothing of a virtual environment or a version manager in its start."""

_POD, _KEY = "noop-bench-first-1", "0" * 32


@dataclass(frozen=True)
class Startup:
    """Seconds, medians of the pairs.

    Attributes:
        runner: Processor time our runner adds to `python -c pass`.
        runner_without_bytecode: The same where the image has no `.pyc` files, as the official Python images.
        imported: Time `import k8stui` adds to a bare interpreter.
        imported_names: Time `from k8stui import pipeline, step` adds to it.
        version: Time of `k8stui --version`, interpreter included.
    """

    runner: float
    runner_without_bytecode: float
    imported: float
    imported_names: float
    version: float


@dataclass(frozen=True)
class _Cost:
    wall: float
    cpu: float


def measure_startup(rounds: int = ROUNDS) -> Startup:
    """Measure all of it.

    Raises:
        BenchError: One of the programs does not do what it should.
    """
    python = SYSTEM_PYTHON if SYSTEM_PYTHON.exists() else Path(sys.executable)
    script = Path(sys.executable).with_name("k8stui")
    if not script.exists():
        raise BenchError(f"there is no {script.name} beside this interpreter: install the project first")
    with tempfile.TemporaryDirectory(prefix="k8stui-bench-") as folder, _pod_environment(Path(folder)) as pod:
        no_bytecode = {"PYTHONPYCACHEPREFIX": f"{folder}/none", "PYTHONDONTWRITEBYTECODE": "1"}
        runner = [
            [
                runner.cpu - bare.cpu
                for bare, runner in _pairs(
                    ([python, "-c", "pass"], without), ([python, "-c", SOURCE, "step"], pod | without), rounds
                )
            ]
            for without in ({}, no_bytecode)
        ]
        bare: _Program = ([sys.executable, "-c", "pass"], {})
        imported, named = (
            _pairs(bare, ([sys.executable, "-c", source], {}), rounds)
            for source in ("import k8stui", "from k8stui import pipeline, step")
        )
        version = _pairs(bare, ([script, "--version"], {}), rounds)
    return Startup(
        runner=median(runner[0]),
        runner_without_bytecode=median(runner[1]),
        imported=_added(imported),
        imported_names=_added(named),
        version=median(ours.wall for _, ours in version),
    )


_Program = tuple[Sequence[str | Path], Mapping[str, str]]


def _pairs(bare: _Program, ours: _Program, rounds: int) -> list[tuple[_Cost, _Cost]]:
    for program in (bare, ours):
        _run(program)  # files into the page cache, bytecode where it is kept
    return [(_run(bare), _run(ours)) for _ in range(rounds)]


def _added(pairs: list[tuple[_Cost, _Cost]]) -> float:
    return median(ours.wall - bare.wall for bare, ours in pairs)


def _run(program: _Program) -> _Cost:
    command, extra = program
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/tmp"), **extra}
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            told = errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise BenchError(f"{command[0]} {command[-1]} ended with {process.returncode}: {''.join(told)}")
    return _Cost(wall, usage.ru_utime + usage.ru_stime)


@contextmanager
def _pod_environment(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a no-op step's pod, with a master to hand over to; every report must arrive."""
    taken: list[Report] = []
    reception = Reception("127.0.0.1", lambda _: _KEY, lambda _, report: taken.append(report), lambda *_: 0.0)
    reception.start()
    code = code_of("chain")
    task = {
        "run": "noop-bench", "pipeline": "noop", "step": "first", "attempt": 1, "pod": _POD, "image": "python",
        "module": "noop", "function": "first", "inputs": {}, "outputs": ["output"],
    }  # fmt: skip
    try:
        yield {
            **_chunks(ENV_PROGRAM, runner_text()),
            **_chunks(ENV_CODE, b64encode(code).decode("ascii")),
            ENV_CODE_DIGEST: sha256(code).hexdigest(),
            ENV_TASK: json.dumps(task),
            ENV_KEY: _KEY,
            ENV_MASTER: reception.address,
            ENV_TERMINATION_LOG: str(folder / "termination-log"),
            "TMPDIR": str(folder),
        }
    finally:
        reception.close()
    if not taken or any(report.outcome != SUCCEEDED for report in taken):
        raise BenchError(f"the runner handed over {len(taken)} reports, not all of them of success")


def _chunks(name: str, text: str) -> dict[str, str]:
    starts = range(0, len(text), CHUNK_CHARACTERS)
    return {f"{name}{number}": text[start : start + CHUNK_CHARACTERS] for number, start in enumerate(starts)}
