"""A stand-in for the kubelet and the runners of a chain: `python -m tests.bench.hop.kubelet NAMESPACE STAMPS HANDOVER`.

Each step's pod ends a moment after its creation. With HANDOVER 1 its runner tells the master first, as a real one does;
the moment in which the report leaves is stamped.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

from k8stui.incluster.master.kube import Kube
from k8stui.incluster.wire import handover
from k8stui.incluster.wire.report import SUCCEEDED, Report
from k8stui.incluster.wire.variables import ENV_KEY, ENV_MASTER
from tests.bench.scale.kubelet import LABELS, READY, ended_status, task_of

LIFE = 0.05
"""Seconds that a pod lives: the master has written down and seen by then all that its creation brought."""

TOLD = "told"

_Json = dict[str, Any]


def play(kube: Kube, stamps: Path, *, hands_over: bool) -> None:
    """End every step pod of the namespace, for as long as the program runs."""
    version = next(kube.pages("pods", LABELS, limit=1))["metadata"]["resourceVersion"]
    print(READY, flush=True)
    query = {"labelSelector": LABELS, "watch": "1", "resourceVersion": version}
    with stamps.open("a", buffering=1, encoding="ascii") as file:
        for line in kube.stream(kube.path("pods"), query, timeout=3600):
            if line.startswith(b'{"type":"ADDED"'):
                pod = json.loads(line)["object"]
                time.sleep(LIFE)
                report = Report(SUCCEEDED, results=dict.fromkeys(task_of(kube, pod)["outputs"], 1), silent=True)
                if hands_over:
                    file.write(f"{TOLD} {pod['metadata']['name']} {_hand_over(kube, pod, report):.9f}\n")
                status = {"status": ended_status(pod, report)}
                kube.call("PATCH", kube.path("pods", pod["metadata"]["name"], "status"), status)


def _hand_over(kube: Kube, pod: _Json, report: Report) -> float:
    """Tell the master; gives when the report left."""
    env = {one["name"]: one for one in pod["spec"]["containers"][0]["env"]}
    source = env[ENV_KEY]["valueFrom"]["secretKeyRef"]
    key = base64.b64decode(kube.get("secrets", source["name"])["data"][source["key"]]).decode()
    left, ask = 0.0, handover._ask

    def stamped(connection: Any, timeout: float, path: str, body: dict[str, str]) -> _Json:
        nonlocal left
        left = time.monotonic()
        return ask(connection, timeout, path, body)

    handover._ask = stamped
    try:
        handover.hand_over(env[ENV_MASTER]["value"], key, pod["metadata"]["name"], json.dumps(report.to_json()), 5.0)
    finally:
        handover._ask = ask
    return left


if __name__ == "__main__":
    play(Kube(sys.argv[1]), Path(sys.argv[2]), hands_over=sys.argv[3] == "1")
