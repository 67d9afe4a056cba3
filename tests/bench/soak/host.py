"""The cluster of the soak, in a process of its own: pods that change, come and go, and events of them.

Says one line of JSON when everything is there, and another at the end of its input, how much has happened.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.defaults import fill_in
from k8stui.embedded.objects import new_uid, timestamp
from k8stui.embedded.registry import EVENT, POD

NAMESPACE = "default"
PODS, EVENTS = 300, 3_000
"""As many are there at a time."""

TURN = 0.05
_Json = dict[str, Any]


class Weather:
    """What happens: pods change, each tenth time one goes and another comes, and an event tells of it."""

    def __init__(self, embedded: EmbeddedCluster) -> None:
        self._store = embedded.store
        self._pods, self._events = deque[_Json](), deque[_Json]()
        self.happened = 0
        for _ in range(PODS):
            self._come()

    def turn(self) -> None:
        """One pod changes."""
        self.happened += 1
        pod = self._pods.popleft()
        if self.happened % 10 == 0:
            self._store.remove(POD, pod)
            self._come()
        else:
            phase = ("Running", "Succeeded", "Failed")[self.happened % 3]
            self._pods.append(self._store.replace(POD, {**pod, "status": _status(phase)}))
        self._tell(pod["metadata"])

    def _come(self) -> None:
        pod = _object("Pod", f"pod-{self.happened:09d}-{len(self._pods)}", status=_status("Running"))
        pod["spec"] = {"nodeName": "node-1", "containers": [{"name": "main", "image": "python:3.12-slim"}]}
        fill_in(POD, pod)
        self._pods.append(self._store.insert(POD, pod))

    def _tell(self, meta: _Json) -> None:
        said = {
            "reason": f"Reason{self.happened % 17}",
            "message": f"Number {self.happened}.",
            "type": "Normal",
        }
        of = {"kind": "Pod", "name": meta["name"], "namespace": NAMESPACE, "uid": meta["uid"]}
        event = _object("Event", f"event-{self.happened:09d}", involvedObject=of, lastTimestamp=_now(), count=1, **said)
        self._events.append(self._store.insert(EVENT, event))
        if len(self._events) > EVENTS:
            self._store.remove(EVENT, self._events.popleft())


def _object(kind: str, name: str, **more: Any) -> _Json:
    meta = {"name": name, "namespace": NAMESPACE, "uid": new_uid(), "creationTimestamp": _now(), "labels": {}}
    return {"apiVersion": "v1", "kind": kind, "metadata": meta, **more}


def _status(phase: str) -> _Json:
    state: _Json = {"running": {"startedAt": _now()}}
    if phase != "Running":
        code = 0 if phase == "Succeeded" else 1
        state = {"terminated": {"exitCode": code, "reason": phase, "startedAt": _now(), "finishedAt": _now()}}
    container = {"name": "main", "ready": phase == "Running", "restartCount": 0, "state": state}
    return {"phase": phase, "startTime": _now(), "containerStatuses": [container]}


def _now() -> str:
    return timestamp(datetime.now(UTC))


async def _serve(rate: float) -> None:
    async with EmbeddedCluster() as embedded:
        weather = Weather(embedded)
        _say(kubeconfig=str(embedded.kubeconfig))
        ending = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        due = time.monotonic()
        while not ending.done():
            due = max(due + TURN, time.monotonic())
            for _ in range(round(rate * TURN)):
                weather.turn()
            await asyncio.sleep(due - time.monotonic())
        _say(happened=weather.happened)


def _say(**told: object) -> None:
    with suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(float(sys.argv[1])))
