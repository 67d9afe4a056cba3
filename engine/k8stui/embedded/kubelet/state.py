"""What is known of each container of a pod, and the pod status that follows from it.

Rules: Kubernetes documentation, "Pod Lifecycle"; phases as the kubelet's `getPhase` derives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from k8stui.embedded.objects import Obj, copied, new_uid, set_condition, timestamp

ADDRESS = "127.0.0.1"
"""The address of the node and of every pod: they are local processes."""


@dataclass
class ContainerState:
    """One container's life so far."""

    spec: Obj
    init: bool = False
    state: Obj = field(default_factory=dict)
    last: Obj = field(default_factory=dict)
    restarts: int = 0
    container_id: str = ""

    @property
    def name(self) -> str:
        """The container's name."""
        return str(self.spec["name"])

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return "running" in self.state

    @property
    def exit_code(self) -> int | None:
        """The exit code if it has ended (and is not waiting for a restart)."""
        ended = self.state.get("terminated")
        return None if ended is None else int(ended["exitCode"])

    def waiting(self, reason: str, message: str = "") -> None:
        """Note that it waits; how it ended last stays visible."""
        if "terminated" in self.state:
            self.last = {"terminated": self.state["terminated"]}
        self.state = {"waiting": {"reason": reason, **({"message": message} if message else {})}}

    def started(self) -> None:
        """Note that its process runs."""
        if "terminated" in self.state:
            self.last = {"terminated": self.state["terminated"]}
        self.container_id = f"embedded://{new_uid().replace('-', '') * 2}"
        self.state = {"running": {"startedAt": timestamp()}}

    def terminated(self, code: int, *, reason: str = "", message: str = "") -> None:
        """Note how it ended."""
        running = self.state.get("running")
        ended: Obj = {"exitCode": code, "reason": reason or ("Completed" if code == 0 else "Error")}
        if message:
            ended["message"] = message
        ended["startedAt"] = running["startedAt"] if running else None
        ended["finishedAt"] = timestamp() if running or reason == "StartError" else None
        if self.container_id:
            ended["containerID"] = self.container_id
        self.state = {"terminated": ended}

    def status(self) -> Obj:
        """Return the entry for containerStatuses."""
        image = str(self.spec.get("image", ""))
        done = self.exit_code == 0
        return {
            "name": self.name,
            "state": copied(self.state),
            "lastState": copied(self.last),
            "ready": done if self.init else self.running,
            "restartCount": self.restarts,
            "image": image,
            "imageID": f"embedded/{image}" if self.container_id else "",
            **({"containerID": self.container_id} if self.container_id else {}),
            "started": self.running,
        }


def phase(containers: list[ContainerState], inits: list[ContainerState], restart_policy: str) -> str:
    """Return the pod's phase while it is not being stopped."""
    if any(c.exit_code is not None and c.exit_code != 0 for c in inits) and restart_policy == "Never":
        return "Failed"
    if any(c.exit_code != 0 for c in inits):
        return "Pending"
    if all(c.exit_code is not None for c in containers) and restart_policy != "Always":
        if all(c.exit_code == 0 for c in containers):
            return "Succeeded"
        return "Failed" if restart_policy == "Never" else "Running"
    started = any(c.container_id or "terminated" in c.state for c in containers)
    return "Running" if started else "Pending"


def apply_to(status: Obj, containers: list[ContainerState], inits: list[ContainerState], new_phase: str) -> None:
    """Write containers, phase and conditions into a pod's status, in place."""
    status["phase"] = new_phase
    status["hostIP"], status["hostIPs"] = ADDRESS, [{"ip": ADDRESS}]
    status["podIP"], status["podIPs"] = ADDRESS, [{"ip": ADDRESS}]
    status.setdefault("startTime", timestamp())
    if inits:
        status["initContainerStatuses"] = [c.status() for c in inits]
    status["containerStatuses"] = [c.status() for c in containers]
    ended = new_phase in ("Succeeded", "Failed")
    for condition in _conditions(containers, inits, new_phase, ended=ended):
        set_condition(status, {"lastProbeTime": None, **condition})


def _conditions(
    containers: list[ContainerState], inits: list[ContainerState], new_phase: str, *, ended: bool
) -> list[Obj]:
    unready = [c.name for c in containers if not c.running]
    if ended:
        reason = {"reason": "PodCompleted" if new_phase == "Succeeded" else "PodFailed"}
        ready: Obj = {"status": "False", **reason}
    elif unready:
        message = f"containers with unready status: [{' '.join(unready)}]"
        ready = {"status": "False", "reason": "ContainersNotReady", "message": message}
    else:
        ready = {"status": "True"}
    waiting = [c.name for c in inits if c.exit_code != 0]
    initialized: Obj = {"status": "True"}
    if waiting:
        message = f"containers with incomplete status: [{' '.join(waiting)}]"
        initialized = {"status": "False", "reason": "ContainersNotInitialized", "message": message}
    elif ended and new_phase == "Succeeded":
        initialized = {"status": "True", "reason": "PodCompleted"}
    return [
        {"type": "PodReadyToStartContainers", "status": "False" if ended else "True"},
        {"type": "Initialized", **initialized},
        {"type": "Ready", **ready},
        {"type": "ContainersReady", **ready},
    ]
