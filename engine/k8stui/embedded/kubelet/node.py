"""The node: its Node object, and a worker for every pod that is bound to it."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from k8stui.embedded.discovery import GIT_VERSION, machine
from k8stui.embedded.events import Recorder
from k8stui.embedded.identity import Tokens, service_account_user
from k8stui.embedded.kubelet.command import write_python_wrappers
from k8stui.embedded.kubelet.container import ContainerRunner, NodeContext
from k8stui.embedded.kubelet.environment import Lookup
from k8stui.embedded.kubelet.logs import ContainerLog
from k8stui.embedded.kubelet.state import ADDRESS
from k8stui.embedded.kubelet.volumes import VolumeSources
from k8stui.embedded.kubelet.warden import Warden
from k8stui.embedded.kubelet.worker import PodWorker, Stop
from k8stui.embedded.objects import Obj, is_deleting, is_terminal, name_of, namespace_of, timestamp, uid_of
from k8stui.embedded.registry import CONFIG_MAP, NODE, POD, SECRET, SERVICE_ACCOUNT
from k8stui.embedded.resources import Resources
from k8stui.embedded.store import Change
from k8stui.embedded.timing import Timing

_log = logging.getLogger(__name__)

TOKEN_LIFETIME = timedelta(hours=24)
"""How long a pod's token is valid; it dies with the pod anyway."""

_PRESSURE = "The node was low on resource: {resource}. "


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What the node says it has; nothing enforces it but the scheduler."""

    cpu: str = "16"
    memory: str = "64Gi"
    pods: str = "250"
    gpus: int = 0

    def quantities(self) -> dict[str, str]:
        """Return the node's `allocatable`."""
        amounts = {"cpu": self.cpu, "memory": self.memory, "pods": self.pods, "ephemeral-storage": "100Gi"}
        return amounts | ({"nvidia.com/gpu": str(self.gpus)} if self.gpus else {})


class Node:
    """Runs the pods bound to it."""

    def __init__(
        self,
        resources: Resources,
        recorder: Recorder,
        tokens: Tokens,
        *,
        root: Path,
        name: str,
        timing: Timing,
        capacity: Capacity,
    ) -> None:
        self._resources, self._recorder, self._tokens = resources, recorder, tokens
        self._root, self._name = root, name
        self._timing, self._capacity = timing, capacity
        self._workers: dict[str, PodWorker] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._context: NodeContext | None = None
        self._warden: Warden | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self, variables: dict[str, str]) -> None:
        """Register the node and begin to run pods; `variables` are put into every container."""
        write_python_wrappers(self._root / "bin")
        self._warden = Warden()
        self._context = NodeContext(
            resources=self._resources,
            timing=self._timing,
            warden=self._warden,
            starts=asyncio.Semaphore(2 * (os.cpu_count() or 1)),
            pods=self._root / "pods",
            bin=self._root / "bin",
            variables=variables,
            lookup=self._lookup,
            volume_sources=self._volume_sources,
        )
        self._resources.create(NODE, "", self._node_object())
        node = self._resources.get(NODE, "", self._name)
        self._resources.change(NODE, node, lambda obj: obj.update(status=self._node_status()), subresource="status")
        self._unsubscribe = self._resources.store.subscribe(self._on_change)

    async def stop(self) -> None:
        """Kill all pods and wait until their processes are gone."""
        if self._unsubscribe:
            self._unsubscribe()
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        if self._warden:
            await asyncio.to_thread(self._warden.close)

    def pids(self, uid: str) -> dict[str, int]:
        """Return the process ids of a pod's running containers by their names."""
        worker = self._workers.get(uid)
        return worker.pids if worker else {}

    def runner_of(self, uid: str, container: str) -> ContainerRunner | None:
        """Return what runs or ran a container, None when there is none."""
        worker = self._workers.get(uid)
        return worker.runner(container) if worker else None

    def log_of(self, uid: str, container: str, *, previous: bool = False) -> ContainerLog | None:
        """Return the log of a container's present or previous run, None when there is none."""
        runner = self.runner_of(uid, container)
        if runner is None:
            return None
        return runner.previous_log if previous else runner.log

    def pressure_evict(self, uid: str, *, resource: str = "memory") -> None:
        """End a pod as the kubelet does when the node is short of something: it stays, as Failed and Evicted."""
        worker = self._workers.get(uid)
        if worker is None or uid not in self._running:
            return
        names = ", ".join(str(c["name"]) for c in worker.pod["spec"]["containers"])
        message = _PRESSURE.format(resource=resource) + f"Container {names} was using more than its request."
        self._recorder.warning(POD, worker.pod, "Evicted", message, source="kubelet")
        worker.stop(Stop(0, reason="Evicted", message=message, disruption="TerminationByKubelet"))

    def _on_change(self, change: Change) -> None:
        if change.kind is not POD or change.obj["spec"].get("nodeName") != self._name:
            return
        uid = uid_of(change.obj)
        worker = self._workers.get(uid)
        if change.verb == "DELETED":
            if worker and uid in self._running:
                worker.stop(Stop(0, delete=True))
            elif worker:
                self._forget(uid)
        elif worker is None:
            if not is_terminal(change.obj):
                self._begin(change.obj)
        else:
            worker.pod = change.obj
            if is_deleting(change.obj):
                grace = float(change.obj["metadata"].get("deletionGracePeriodSeconds") or 0)
                worker.stop(Stop(grace, delete=True))

    def _begin(self, pod: Obj) -> None:
        if self._context is None:
            return
        worker = PodWorker(self._context, self._recorder, pod)
        uid = uid_of(pod)
        self._workers[uid] = worker
        task = asyncio.get_running_loop().create_task(worker.run(), name=f"pod {namespace_of(pod)}/{name_of(pod)}")
        self._running[uid] = task
        task.add_done_callback(lambda done: self._ended(uid, done))

    def _ended(self, uid: str, task: asyncio.Task[None]) -> None:
        self._running.pop(uid, None)
        if not task.cancelled() and task.exception():
            _log.error("pod worker failed", exc_info=task.exception())
        if self._resources.store.by_uid(uid) is None:
            self._forget(uid)

    def _forget(self, uid: str) -> None:
        worker = self._workers.pop(uid, None)
        if worker:
            worker.forget()

    def _lookup(self, namespace: str) -> Lookup:
        kinds = {"ConfigMap": CONFIG_MAP, "Secret": SECRET}
        return lambda kind, name: self._resources.store.get(kinds[kind], namespace, name)

    def _volume_sources(self, pod: Obj) -> VolumeSources:
        namespace, account = namespace_of(pod), str(pod["spec"].get("serviceAccountName"))

        def token() -> str:
            found = self._resources.get(SERVICE_ACCOUNT, namespace, account)
            user = service_account_user(namespace, account, uid_of(found))
            return self._tokens.issue(user, lifetime=TOKEN_LIFETIME, bound_to=uid_of(pod))

        return VolumeSources(lookup=self._lookup(namespace), token=token, claims=self._root / "claims")

    def _node_object(self) -> Obj:
        labels = {
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": machine(),
            "kubernetes.io/hostname": self._name,
            "beta.kubernetes.io/os": "linux",
            "beta.kubernetes.io/arch": machine(),
        }
        return {"metadata": {"name": self._name, "labels": labels}, "spec": {"podCIDR": "127.0.0.0/8"}}

    def _node_status(self) -> Obj:
        ready = {
            "type": "Ready",
            "status": "True",
            "reason": "KubeletReady",
            "message": "pods run as local processes",
            "lastHeartbeatTime": timestamp(),
            "lastTransitionTime": timestamp(),
        }
        amounts = self._capacity.quantities()
        return {
            "capacity": amounts,
            "allocatable": amounts,
            "conditions": [ready],
            "addresses": [
                {"type": "InternalIP", "address": ADDRESS},
                {"type": "Hostname", "address": self._name},
            ],
            "nodeInfo": {
                "kubeletVersion": GIT_VERSION,
                "operatingSystem": "linux",
                "architecture": machine(),
                "osImage": platform.platform(),
                "kernelVersion": platform.release(),
                "containerRuntimeVersion": "process://1",
                "machineID": "",
                "systemUUID": "",
                "bootID": "",
                "kubeProxyVersion": "",
            },
        }
