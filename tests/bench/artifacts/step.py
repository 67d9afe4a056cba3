"""What a step does with an artifact, in a process of its own: `python -m tests.bench.artifacts.step`.

Takes JSON on stdin. Prints JSON: the reference, seconds, and the process's largest memory before and after, in MiB.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
import time
from typing import Any

from k8stui.incluster.runner.storing.artifacts import Artifacts

TASK = {"run": "bench", "pod": "bench-make-1", "step": "make", "image": "of the bench"}
MOST = 3072


def main() -> None:
    """Keep the file at `path`, or read `reference`."""
    told = json.load(sys.stdin)
    artifacts = Artifacts(told["store"], told["secrets"], TASK, told["home"])
    before, began = _peak(), time.monotonic()
    if "path" in told:
        value = pathlib.Path(told["path"])
        reference: dict[str, Any] = artifacts.keep({"output": value}, {"output": MOST + 1}, MOST)["output"]
    else:
        reference = told["reference"]
        artifacts.open(reference)
    print(json.dumps([reference, time.monotonic() - began, before, _peak()]))


def _peak() -> float:
    """Of this program alone: the largest set that the kernel tells of a process includes its parent's at the fork."""
    found = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
