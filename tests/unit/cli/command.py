"""The console script as a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.embedded.command import PROGRAM
from tests.environ import clean_environ


def k8stui(*arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        env={**clean_environ(), **environ},
        check=False,
    )
