"""`python -m tests.bench.artifacts`, which is `make bench-artifacts`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from tests.bench import page
from tests.bench.artifacts.measure import Kept, measure
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.machine import Machine
from tests.bench.page import ARTIFACTS, circumstances
from tests.bench.rows import Row, row, seconds

MIB = 2048
MORE = {"file": 16.0, "s3": 160.0}
"""MiB that an artifact of any size may take: parts of 16 MiB are on their way to a bucket, two at once."""

EXIT_ERROR = 2

_NAMES = {"file": "folder", "s3": "bucket"}

_INTRODUCTION = """\
Written by `make bench-artifacts`. A file of random bytes is what a step returns, and what a later step takes; each
does it in a process of its own, by the code that runs in a step's pod, and the memory is what the kernel says was the
largest of that process, less the largest before. The bucket is one of moto's server, which speaks S3, on the same
machine; so the seconds say little of a real one.
"""


def rows(found: Iterable[Kept], mib: int) -> list[Row]:
    """What is promised, and what else was seen."""
    rows = []
    for one in found:
        what = f"{mib:,} MiB {one.act} {'in' if one.act == 'kept' else 'from'} a {_NAMES[one.store]}"
        rows += [
            row(f"{what}: memory it takes", MORE[one.store], [one.more], "{:.1f} MiB".format),
            row(f"{what}: largest memory of the process", None, [one.peak], "{:.0f} MiB".format),
            row(f"{what}: time", None, [one.seconds], seconds),
        ]
    return rows


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.artifacts", description="artifacts of gigabytes")
    parser.add_argument("--mib", type=int, default=MIB, help="another size implies --no-write")
    page.add_write(parser)
    options = parser.parse_args(argv)
    try:
        found = rows(measure(options.mib), options.mib)
    except BenchError as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    return page.tell_promises(
        ARTIFACTS, _INTRODUCTION, found, circumstances(Machine.this()), keep=options.write and options.mib == MIB
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
