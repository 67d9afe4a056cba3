"""Starts a run's master as its Job's controller and a kubelet would: there are none on a bare API server.

The pod is made from the Job's template and stands in the API; its program runs as a process of this machine, with the
environment that the manifest declares, and reaches the API by the rights of its service account.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.embedded.kubelet.environment import build_environment
from k8stui.incluster.contract import names

_Json = dict[str, Any]
_HOST = "127.0.0.1"


async def start_master(cluster: Cluster, run: str, account: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start the master of a run that was just submitted.

    Args:
        cluster: Where.
        run: The run.
        account: The environment that gives it its rights.
        log: Takes what it says.
    """
    job = await cluster.get(JOBS, names.job_name(run))
    pod = await cluster.create(_pod(job))
    pod["status"]["podIP"] = _HOST
    labels = f"{names.LABEL_RUN_ID}={run},{names.LABEL_COMPONENT}={names.COMPONENT_PLAN}"
    maps = {found["metadata"]["name"]: found for found in await cluster.list(CONFIGMAPS, labels=labels)}
    container = pod["spec"]["containers"][0]
    declared = build_environment(pod, container, lambda _, name: maps.get(name))
    command = [sys.executable, *container["command"][1:]]
    return _start(command, {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **declared, **account}, log)


def _start(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)


def _pod(job: _Json) -> _Json:
    template, meta = job["spec"]["template"], job["metadata"]
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": meta["name"], "uid": meta["uid"], "controller": True}
    own = {"name": f"{meta['name']}-master", "namespace": meta["namespace"], "ownerReferences": [owner]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {**template["metadata"], **own}, "spec": template["spec"]}
