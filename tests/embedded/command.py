"""Runs the console script against an embedded cluster, as a person would."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import forking
from tests.environ import clean_environ

PROGRAM = (sys.executable, "-m", "k8stui_tui.cli.main")
"""The program, whether or not it is installed."""

QUICK = """
from k8stui import pipeline, step

@step(enable_cache=False)  # each test looks at pods and logs of its own run
def load(n: int) -> int:
    print("loading", n)
    return n

@step(enable_cache=False)
def double(n: int) -> int:
    print("doubling", n)
    if n < 0:
        raise ValueError("no rows")
    return 2 * n

@pipeline
def quick(n: int = 3) -> None:
    double(load(n))

if __name__ == "__main__":
    quick()
"""

SLOW = """
import time
from k8stui import pipeline, step

@step
def first() -> None:
    print("started", flush=True)
    while True:
        time.sleep(0.05)

@step
def second() -> None: ...

@pipeline
def slow() -> None:
    second(after=first())
"""


@dataclass(frozen=True)
class Shell:
    """A folder with two pipelines and a cluster to run them on."""

    folder: Path
    kubeconfig: Path

    def k8stui(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the command line."""
        return forking.k8stui(arguments, environ=self.environ(), folder=self.folder)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One run of the interpreter."""
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True, text=True, timeout=90, cwd=self.folder, env=self.environ(), check=False,
        )  # fmt: skip

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that goes on, and that ctrl+c reaches even where the tests run in the background of a shell."""
        before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # A child inherits what is ignored.
        try:
            return subprocess.Popen(
                [*PROGRAM, *arguments],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, env=self.environ(),
            )  # fmt: skip
        finally:
            signal.signal(signal.SIGINT, before)

    def environ(self) -> dict[str, str]:
        """The environment of a person with this cluster."""
        return {**clean_environ(), "KUBECONFIG": str(self.kubeconfig)}

    def name_of(self, *arguments: str) -> str:
        """Submit without following and give the run's name."""
        done = self.k8stui("run", *arguments, "--no-synchronous", "-o", "name")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def shell(folder: Path, kubeconfig: Path) -> Shell:
    """The folder filled with the pipelines."""
    (folder / "quick.py").write_text(QUICK)
    (folder / "slow.py").write_text(SLOW)
    return Shell(folder, kubeconfig)
