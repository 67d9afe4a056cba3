"""Runs the step's program as a pod would: nothing of ours installed, all of it from environment variables."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from base64 import b64encode
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from k8stui.incluster import bootstrap
from k8stui.incluster.wire.handover import TIMEOUT
from k8stui.plan.shipping import runner_text

BARE = [sys.executable, "-I", "-S"]
"""This interpreter without site-packages: as good as an image that holds nothing."""


@dataclass
class Ended:
    """How the step's process ended."""

    code: int
    out: str
    err: str
    message: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.message)
        return found


class Step:
    """One attempt of the function `step` in the module `train`.

    Args:
        folder: Where temporary files and the termination message go.
        source: The author's module.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        *,
        inputs: dict[str, Any] | None = None,
        outputs: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
        python: list[str] | None = None,
        storing: bool = False,
    ) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("train.py", dedent(source))
        task = {"run": "r", "pipeline": "p", "step": "train", "attempt": 1, "pod": "r-train-1", "image": "python:3"}
        task |= {"module": "train", "function": "step", "inputs": inputs or {}, "outputs": list(outputs)}
        whole = patient(runner_text(storing=storing))
        self.message = folder / "termination-log"
        self.env = {
            "K8STUI_PROGRAM_0": whole[:1000],
            "K8STUI_PROGRAM_1": whole[1000:],
            "K8STUI_CODE_0": b64encode(buffer.getvalue()).decode(),
            "K8STUI_CODE_SHA256": hashlib.sha256(buffer.getvalue()).hexdigest(),
            "K8STUI_TASK": json.dumps(task),
            "K8STUI_TERMINATION_LOG": str(self.message),
            "PATH": os.environ["PATH"],
            "TMPDIR": str(folder),
            **(env or {}),
        }
        self.python = python or BARE

    def start(self) -> subprocess.Popen[str]:
        command = [*self.python, "-c", bootstrap.SOURCE, "step"]
        return subprocess.Popen(
            command, env=self.env, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def wait(self, process: subprocess.Popen[str]) -> Ended:
        out, err = process.communicate(timeout=60)
        message = self.message.read_text(encoding="utf-8") if self.message.exists() else ""
        return Ended(process.returncode, out, err, message)

    def run(self) -> Ended:
        return self.wait(self.start())


def patient(program: str) -> str:
    """The program, which waits for the master's answers as long as a busy machine may take for them."""
    parts = zlib.decompress(a2b_base64(program))
    hurried = b"TIMEOUT = %r\n" % TIMEOUT
    assert parts.count(hurried) == 1
    return b2a_base64(zlib.compress(parts.replace(hurried, b"TIMEOUT = 60.0\n")), newline=False).decode()


def other_pythons() -> list[Path]:
    """Interpreters of other versions that this machine happens to have."""
    found: dict[tuple[int, ...], Path] = {}
    for minor in range(9, 15):
        candidates = [shutil.which(f"python3.{minor}")]
        candidates += sorted(map(str, (Path.home() / ".pyenv" / "versions").glob(f"3.{minor}.*/bin/python3")))
        for candidate in candidates:
            if candidate and (3, minor) != sys.version_info[:2] and _works(candidate):
                found[3, minor] = Path(candidate)
    return list(found.values())


def _works(python: str) -> bool:
    tried = subprocess.run([python, "-I", "-S", "-c", "import zlib"], capture_output=True, check=False)
    return tried.returncode == 0
