"""The life of one pod on the node: start its containers, restart them, stop them, report all of it."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from k8stui.embedded.deletion import Deletion
from k8stui.embedded.events import Recorder
from k8stui.embedded.failures import ApiError
from k8stui.embedded.kubelet.container import ContainerRunner, NodeContext, end_with_message
from k8stui.embedded.kubelet.environment import ConfigError
from k8stui.embedded.kubelet.state import ContainerState, apply_to, phase
from k8stui.embedded.kubelet.volumes import Volumes, prepare
from k8stui.embedded.objects import Obj, is_deleting, name_of, namespace_of, now, parse_time, set_condition, uid_of
from k8stui.embedded.registry import POD


@dataclass(frozen=True)
class Stop:
    """Why and how a pod is stopped.

    Attributes:
        grace: Seconds between SIGTERM and SIGKILL.
        delete: Whether the object goes away afterwards.
        reason: status.reason of a pod that stays as Failed.
        message: status.message of it.
        disruption: The DisruptionTarget condition's reason, empty for none.
    """

    grace: float
    delete: bool = False
    reason: str = ""
    message: str = ""
    disruption: str = ""


class PodWorker:
    """Runs one pod until it has ended or is deleted."""

    def __init__(self, context: NodeContext, recorder: Recorder, pod: Obj) -> None:
        self.pod = pod
        self._context, self._recorder = context, recorder
        self._folder = context.pods / uid_of(pod)
        spec = pod["spec"]
        self._inits = [ContainerState(c, init=True) for c in spec.get("initContainers") or []]
        self._containers = [ContainerState(c) for c in spec["containers"]]
        self._runners: dict[str, ContainerRunner] = {}
        self._stop: Stop | None = None
        self._stopping = asyncio.Event()
        self._volumes = Volumes()

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each running container by its name."""
        return {name: runner.pid for name, runner in self._runners.items() if runner.pid is not None}

    def runner(self, container: str) -> ContainerRunner | None:
        """Return what runs or ran a container, for its logs."""
        return self._runners.get(container)

    def stop(self, how: Stop) -> None:
        """Stop the pod; a shorter grace than one already running shortens that."""
        if self._stop is None or how.grace < self._stop.grace or (how.delete and not self._stop.delete):
            self._stop = how
            self._stopping.set()

    async def run(self) -> None:
        """Live the pod's life; returns when nothing of it runs any more."""
        living = asyncio.create_task(self._live(), name=f"pod {name_of(self.pod)}")
        try:
            await self._wait_for_end(living)
        finally:
            for runner in self._runners.values():
                runner.kill()
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living
            await asyncio.gather(*(runner.reaped() for runner in self._runners.values()))
        if self._stop is not None:
            self._finish(self._stop)

    def forget(self) -> None:
        """Remove what the pod left on disk."""
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _wait_for_end(self, living: asyncio.Task[None]) -> None:
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({living, stopping}, timeout=self._deadline(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if living.done():
            living.result()
            return
        if self._stop is None:
            message = "Pod was active on the node longer than the specified deadline"
            self.stop(Stop(self._grace(), reason="DeadlineExceeded", message=message))
        await self._stop_containers(living)

    async def _stop_containers(self, living: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for runner in self._runners.values():
            if runner.pid is not None:
                path = f"spec.containers{{{runner.state.name}}}"
                message = f"Stopping container {runner.state.name}"
                self._recorder.normal(POD, self.pod, "Killing", message, source="kubelet", path=path)
            runner.terminate()
        while not living.done() and self._stop is not None:
            self._stopping.clear()
            left = began + self._stop.grace - loop.time()
            if left <= 0 or not self.pids:
                break
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({living, stopping}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
        for runner in self._runners.values():
            runner.kill()
        ended = [runner.ended.wait() for runner in self._runners.values() if runner.pid is not None]
        await asyncio.gather(*ended)

    async def _live(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for state in (*self._inits, *self._containers):
            state.waiting("PodInitializing" if self._inits and not state.init else "ContainerCreating")
        self._publish()
        await self._prepare_volumes()
        for state in self._inits:
            await self._runner(state).run()
            if state.exit_code != 0:
                self._publish()
                return
        for state in self._containers:
            if self._inits:
                state.waiting("ContainerCreating")
        # All at once, as containers of a pod run side by side.
        async with asyncio.TaskGroup() as group:
            for state in self._containers:
                group.create_task(self._runner(state).run())

    def _runner(self, state: ContainerState) -> ContainerRunner:
        runner = ContainerRunner(
            self._context,
            self._recorder,
            state,
            current_pod=lambda: self.pod,
            publish=self._publish,
            volumes=self._volumes,
            folder=self._folder,
        )
        self._runners[state.name] = runner
        return runner

    async def _prepare_volumes(self) -> None:
        while True:
            try:
                sources = self._context.volume_sources(self.pod)
                found = prepare(self.pod, self._folder / "volumes", sources)
            except ConfigError as error:
                names = [v["name"] for v in self.pod["spec"].get("volumes") or []]
                message = f'MountVolume.SetUp failed for volume "{names[0]}" : {error}'
                self._recorder.warning(POD, self.pod, "FailedMount", message, source="kubelet")
                await asyncio.sleep(self._context.timing.config_retry)
            else:
                self._volumes.folders.update(found.folders)
                return

    def _deadline(self) -> float | None:
        seconds = self.pod["spec"].get("activeDeadlineSeconds")
        started = (self.pod.get("status") or {}).get("startTime")
        if seconds is None:
            return None
        end = (parse_time(started) if started else now()) + timedelta(seconds=seconds)
        return max(0.0, (end - now()).total_seconds())

    def _grace(self) -> float:
        return float(self.pod["spec"].get("terminationGracePeriodSeconds", 30))

    def _publish(self, *, final: str = "") -> None:
        """Write the status; does nothing when the pod is gone."""
        policy = str(self.pod["spec"].get("restartPolicy", "Always"))
        new_phase = final or phase(self._containers, self._inits, policy)
        if not final and self._stop is not None and all(c.exit_code is not None for c in self._containers):
            # How a stopped pod ended is told once, with the reason.
            return

        def how(pod: Obj) -> None:
            status = pod.setdefault("status", {})
            apply_to(status, self._containers, self._inits, new_phase)
            if final and self._stop is not None:
                self._add_reason(status, self._stop)

        with suppress(ApiError):
            changed = self._context.resources.change(POD, self.pod, how, subresource="status")
            self.pod = changed or self.pod

    def _add_reason(self, status: Obj, stop: Stop) -> None:
        if stop.reason:
            status["reason"], status["message"] = stop.reason, stop.message
        if stop.disruption:
            set_condition(
                status,
                {
                    "type": "DisruptionTarget",
                    "status": "True",
                    "reason": stop.disruption,
                    "message": stop.message,
                    "lastProbeTime": None,
                },
            )

    def _finish(self, stop: Stop) -> None:
        for state in (*self._inits, *self._containers):
            if state.exit_code is None:
                end_with_message(state)
        succeeded = all(state.exit_code == 0 for state in (*self._inits, *self._containers))
        self._publish(final="Succeeded" if succeeded and not stop.reason else "Failed")
        if stop.delete or is_deleting(self.pod):
            deletion = Deletion(grace=0, uid=uid_of(self.pod))
            with suppress(ApiError):
                self._context.resources.delete(POD, namespace_of(self.pod), name_of(self.pod), deletion)
