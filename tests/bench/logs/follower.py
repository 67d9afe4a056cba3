"""200 pods followed by the feed and the log pane of the screens; `python -m tests.bench.logs.follower KUBECONFIG`.

A process of its own, so that its processor time and memory are its own. Looks as often as the screens do, counts what
came, and says as one line of JSON what was lost and what it cost.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from k8stui.cluster.connect import connect
from k8stui.control.logs.many import LogQuery
from k8stui_tui.feeds.logs import LogFeed
from k8stui_tui.screens.tailing import SOON
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.logbuffer import LogEntry
from tests.bench.logs.layout import FOLLOWED, NAMESPACE, PIPELINE, RATE, SECONDS, number_of
from tests.tui.stage import Stage

TICK = 1 / 8
PATIENCE = 30.0
"""Seconds without a line after which no more come."""


async def follow(kubeconfig: Path) -> dict[str, float]:
    """Follow until all lines have come, or no more do."""
    expected, came, lost, late = FOLLOWED * RATE * SECONDS, 0, 0, 0.0
    following = dict.fromkeys((f"writer-{number:03d}" for number in range(FOLLOWED)), 0)
    first = cpu = 0.0
    pane = LogPane()
    app = Stage(pane)
    async with (
        app.run_test(size=(160, 40)),
        await connect(kubeconfig=kubeconfig) as cluster,
        LogFeed(cluster, LogQuery(pipeline=PIPELINE, namespace=NAMESPACE)) as feed,
    ):
        last = time.monotonic()
        while came < expected and time.monotonic() < last + PATIENCE:
            lines = feed.take()
            due = time.monotonic() + (SOON if feed.waiting else TICK)
            for one in lines:
                if one.kind == "log":
                    number = number_of(one.text)
                    lost += abs(number - following[one.pod])
                    following[one.pod], came = number + 1, came + 1
            last = time.monotonic() if lines else last
            if lines and not first:
                first, cpu = time.monotonic(), time.process_time()
            pane.append([LogEntry(one.text, one.step, one.time, one.kind == "note") for one in lines])
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            late = max(late, time.monotonic() - due)
        took, cpu = last - first, time.process_time() - cpu
        kept = len(pane.buffer.lines)
    return {
        "expected": expected,
        "came": came,
        "lost": lost,
        "seconds": took,
        "cpu": cpu,
        "late": late,
        "kept": kept,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(follow(Path(sys.argv[1])))))
