"""`python -m tests.cluster [ARGUMENTS OF PYTEST]`: the tests of the real cluster, in two parts.

Tests that only use the cluster run three at a time, because they wait more than they compute. Those that disturb it, or
load all of it, come after them, one by one: no other test should have to stand that.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.relative_to(Path.cwd())

DISTURBING = (HERE / "faults", HERE / "test_real_cluster.py", HERE / "runs" / "test_gpu.py")
"""What kills components, loads the node, or adds another one: who tells of "the only node" must not see that."""

TOGETHER = ("--numprocesses=3", "--dist=worksteal")


def main(arguments: list[str]) -> int:
    """Run both parts.

    Returns:
        The exit code of pytest: of the first part that failed; "no tests" only if neither part had any.
    """
    parts = (
        [str(HERE), *(f"--ignore={path}" for path in DISTURBING), *TOGETHER, *arguments],
        [*(str(path) for path in DISTURBING), *arguments],
    )
    none = pytest.ExitCode.NO_TESTS_COLLECTED
    codes = [_run(part) for part in parts]
    if all(code == none for code in codes):
        return none
    return next((code for code in codes if code not in (0, none)), 0)


def _run(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
