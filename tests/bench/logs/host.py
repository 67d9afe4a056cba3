"""The cluster of the bench, in a process of its own: pods whose logs are ready bytes, which cost little to serve.

Says one line of JSON when everything is there, and ends with its input. The followed pods begin to write when all of
them are followed, each so many lines a second, and end after so many seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.defaults import fill_in
from k8stui.embedded.kubelet.logs import LogOptions
from k8stui.embedded.objects import new_uid, timestamp
from k8stui.embedded.registry import POD
from k8stui.incluster.contract import names
from tests.bench.logs.layout import FOLLOWED, LINES, LONG, NAMESPACE, PIPELINE, RATE, SECONDS, SHORT, line

CHUNK = 65_536
TURN = 0.1
"""Seconds between two writes of a followed pod."""

LINGER = 300.0

_BEGAN = 1_790_000_000.0


class Ready:
    """A log that has ended."""

    def __init__(self, count: int) -> None:
        stamped = [(_stamp(_BEGAN + number / 1000), line(number)) for number in range(count)]
        self._plain = b"".join(text for _, text in stamped)
        self._stamped = [stamp + text for stamp, text in stamped]

    async def read(self, options: LogOptions) -> AsyncIterator[bytes]:
        """What is asked for, in large pieces."""
        lines = self._stamped[-options.tail :] if options.tail else self._stamped
        data = b"".join(lines) if options.timestamps else self._plain
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]


class Followed:
    """The logs of pods that write, all at the same pace, from when all of them are followed."""

    def __init__(self) -> None:
        self._readers = 0
        self._all = asyncio.Event()
        self._began = 0.0

    async def read(self, options: LogOptions) -> AsyncIterator[bytes]:
        """Nothing of what was; then what is written, as it comes."""
        if not options.follow:
            return
        self._readers += 1
        if self._readers == FOLLOWED:
            self._began = time.time()
            self._all.set()
        await self._all.wait()
        written, total = 0, RATE * SECONDS
        while written < total:
            due = min(total, int((time.time() - self._began) * RATE))
            if due > written:
                yield b"".join(_stamp(self._began + number / RATE) + line(number) for number in range(written, due))
            written = due
            await asyncio.sleep(TURN)
        await asyncio.sleep(LINGER)  # a stream that ends while its container runs would be taken up again


def _stamp(moment: float) -> bytes:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z ").encode()


def _pod(name: str, *, ended: bool, created: float) -> dict[str, Any]:
    labels = {
        names.LABEL_MANAGED_BY: names.MANAGER,
        names.LABEL_COMPONENT: names.COMPONENT_STEP,
        names.LABEL_PIPELINE: PIPELINE,
        names.LABEL_STEP: name,
        names.LABEL_ATTEMPT: "1",
    }
    when = timestamp(datetime.fromtimestamp(created, UTC))
    state: dict[str, Any] = {"running": {"startedAt": when}}
    if ended:
        state = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": when, "finishedAt": when}}
    status = {"name": names.STEP_CONTAINER, "ready": not ended, "restartCount": 0, "state": state}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name, "namespace": NAMESPACE, "uid": new_uid(), "creationTimestamp": when,
            "labels": {} if ended else labels,
        },
        "spec": {"nodeName": "node-1", "containers": [{"name": names.STEP_CONTAINER, "image": "python:3.12-slim"}]},
        "status": {"phase": "Succeeded" if ended else "Running", "containerStatuses": [status]},
    }  # fmt: skip


async def _serve() -> None:
    async with EmbeddedCluster() as embedded:
        logs: dict[str, Ready | Followed] = {}
        long, short, followed = Ready(LINES), Ready(3), Followed()
        now = time.time()
        for number, name in enumerate((*SHORT, *LONG)):
            pod = _pod(name, ended=True, created=now - 7200 - 60 * number)
            logs[pod["metadata"]["uid"]] = long if name in LONG else short
            fill_in(POD, pod)
            embedded.store.insert(POD, pod)
        for number in range(FOLLOWED):
            pod = _pod(f"writer-{number:03d}", ended=False, created=now - 86_400 - number)
            logs[pod["metadata"]["uid"]] = followed
            fill_in(POD, pod)
            embedded.store.insert(POD, pod)

        def log_of(uid: str, _container: str, *, previous: bool = False) -> Any:
            return None if previous else logs.get(uid)

        embedded._node.log_of = log_of  # type: ignore[assignment,method-assign]  # these pods are on no node of it
        sys.stdout.write(json.dumps({"kubeconfig": str(embedded.kubeconfig)}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve())
