"""A stand-in for all kubelets of a cluster: every step pod ends a moment after its creation, and nothing ever runs.

A process of its own (`python -m tests.bench.scale.kubelet NAMESPACE SEED LENGTH LONGEST`), so that its processor time
is not taken for anybody else's. It writes each pod once: its end, with the report that a step's runner would have left,
whose results are texts of that length. How long a pod lives, at the longest so many seconds, follows from the seed and
its step, so that all measurements meet the same pods.
"""

from __future__ import annotations

import heapq
import json
import queue
import sys
import threading
import time
import zlib
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.master.kube import Kube
from k8stui.incluster.wire.report import SUCCEEDED, Report
from k8stui.incluster.wire.variables import ENV_TASK, ENV_TASK_PART

WRITERS = 4
READY = "ready"
"""Said on standard output when all is set up to see the first pod."""

LABELS = f"{names.LABEL_COMPONENT}={names.COMPONENT_STEP}"
_CREATED = b'{"type":"ADDED"'
_Json = dict[str, Any]


def lifetime(seed: int, slug: str, longest: float) -> float:
    """Seconds from creation to end of the pod of a step: spread evenly up to the longest."""
    return longest * zlib.crc32(f"{seed}/{slug}".encode()) / 2**32


def play(kube: Kube, seed: int, length: int, longest: float) -> None:
    """End every step pod of the namespace, for as long as the program runs."""
    found: queue.SimpleQueue[_Json] = queue.SimpleQueue()
    ends: queue.SimpleQueue[_Json] = queue.SimpleQueue()
    threading.Thread(target=_wait, args=(found, ends, seed, longest), daemon=True).start()
    for _ in range(WRITERS):
        threading.Thread(target=_write, args=(kube, ends, length), daemon=True).start()
    version = next(kube.pages("pods", LABELS, limit=1))["metadata"]["resourceVersion"]
    print(READY, flush=True)
    query = {"labelSelector": LABELS, "watch": "1", "resourceVersion": version}
    for line in kube.stream(kube.path("pods"), query, timeout=3600):
        if line.startswith(_CREATED):
            found.put(json.loads(line)["object"])


def _wait(found: queue.SimpleQueue[_Json], ends: queue.SimpleQueue[_Json], seed: int, longest: float) -> None:
    waiting: list[tuple[float, str, _Json]] = []
    while True:
        try:
            pod = found.get(timeout=max(0.0, waiting[0][0] - time.monotonic()) if waiting else None)
        except queue.Empty:
            ends.put(heapq.heappop(waiting)[2])
            continue
        slug = pod["metadata"]["labels"][names.LABEL_STEP]
        heapq.heappush(waiting, (time.monotonic() + lifetime(seed, slug, longest), pod["metadata"]["name"], pod))


def _write(kube: Kube, ends: queue.SimpleQueue[_Json], length: int) -> None:
    while True:
        pod = ends.get()
        results = dict.fromkeys(task_of(kube, pod)["outputs"], "x" * length)
        status = {"status": ended_status(pod, Report(SUCCEEDED, results=results, silent=True))}
        kube.call("PATCH", kube.path("pods", pod["metadata"]["name"], "status"), status)


def task_of(kube: Kube, pod: _Json) -> _Json:
    """What a step pod has to do, from its environment or, where that is too small, from the ConfigMap of its inputs."""
    text, maps = "", {}
    for one in pod["spec"]["containers"][0]["env"]:
        if one["name"] == ENV_TASK:
            text = one["value"].replace("$$", "$")
        elif one["name"].startswith(ENV_TASK_PART):
            source = one["valueFrom"]["configMapKeyRef"]
            if source["name"] not in maps:
                maps[source["name"]] = kube.get("configmaps", source["name"])["data"]
            text += maps[source["name"]][source["key"]]
    task: _Json = json.loads(text)
    return task


def ended_status(pod: _Json, report: Report) -> _Json:
    """The status of a pod whose only container has ended, with the report that its runner left."""
    container = pod["spec"]["containers"][0]
    terminated = {
        "exitCode": 0,
        "reason": "Completed",
        "startedAt": pod["metadata"]["creationTimestamp"],
        "finishedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "message": json.dumps(report.to_json()),
    }
    status = {"name": container["name"], "image": container["image"], "imageID": "", "ready": False, "restartCount": 0}
    return {"phase": "Succeeded", "containerStatuses": [{**status, "state": {"terminated": terminated}}]}


if __name__ == "__main__":
    play(Kube(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
