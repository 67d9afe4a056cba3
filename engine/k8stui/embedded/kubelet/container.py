"""The life of one container: make its environment, start it, wait, decide on a restart, keep its logs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from k8stui.embedded.events import Recorder
from k8stui.embedded.kubelet.command import (
    SEARCH_PATH,
    CommandError,
    ImageError,
    StartError,
    check_image,
    command_line,
)
from k8stui.embedded.kubelet.environment import ConfigError, Lookup, build_environment
from k8stui.embedded.kubelet.execution import Execution
from k8stui.embedded.kubelet.logs import ContainerLog
from k8stui.embedded.kubelet.process import ContainerProcess
from k8stui.embedded.kubelet.state import ContainerState
from k8stui.embedded.kubelet.volumes import Volumes, VolumeSources
from k8stui.embedded.kubelet.warden import Warden
from k8stui.embedded.objects import Obj, name_of, namespace_of, uid_of
from k8stui.embedded.registry import POD
from k8stui.embedded.resources import Resources
from k8stui.embedded.timing import Timing
from k8stui.incluster.wire.variables import ENV_ACCOUNT_DIR, ENV_MOUNTS, ENV_TERMINATION_LOG

MOST_MESSAGE = 4096
"""Bytes of a termination message."""

MOST_BACKOFF = 30
"""The longest wait between restarts, as a multiple of the first."""


@dataclass(frozen=True)
class NodeContext:
    """What every container needs from its node.

    Attributes:
        resources: The cluster's objects.
        timing: How long to wait where.
        warden: Kills what outlives the cluster.
        starts: Limits how many processes start at the same moment.
        pods: The directory with one directory per pod.
        bin: The directory with `python` for PATH.
        variables: Variables every container gets.
        lookup: Finds ConfigMaps and Secrets of a namespace.
        volume_sources: What a pod's volumes are filled from.
    """

    resources: Resources
    timing: Timing
    warden: Warden
    starts: asyncio.Semaphore
    pods: Path
    bin: Path
    variables: dict[str, str]
    lookup: Callable[[str], Lookup]
    volume_sources: Callable[[Obj], VolumeSources]


def end_with_message(state: ContainerState) -> None:
    """Note the end of a container that never ran, as the kubelet does."""
    message = "The container could not be located when the pod was terminated"
    state.terminated(137, reason="ContainerStatusUnknown", message=message)


class ContainerRunner:
    """Runs one container of a pod, again and again if its policy says so."""

    def __init__(
        self,
        context: NodeContext,
        recorder: Recorder,
        state: ContainerState,
        *,
        current_pod: Callable[[], Obj],
        publish: Callable[[], None],
        volumes: Volumes,
        folder: Path,
    ) -> None:
        self.state = state
        self.log: ContainerLog | None = None
        self.previous_log: ContainerLog | None = None
        self.ended = asyncio.Event()
        self._context, self._recorder = context, recorder
        self._current_pod, self._publish = current_pod, publish
        self._volumes, self._folder = volumes, folder
        self._process: ContainerProcess | None = None
        self._stopped = False
        self._failures = 0
        self._executions: set[Execution] = set()

    @property
    def pid(self) -> int | None:
        """The process id while the container runs."""
        return self._process.pid if self._process else None

    def execute(self, command: list[str], *, tty: bool) -> Execution:
        """Start a further process in the container; it ends with it.

        Raises:
            StartError: There is no such program.
            OSError: It cannot be started.
        """
        environment = self._environment(self._current_pod())
        # References are expanded in a manifest's command only.
        argv = command_line({"command": [word.replace("$", "$$") for word in command]}, environment)
        made = Execution(argv, env=environment, cwd=self._work_folder(), tty=tty, warden=self._context.warden)
        self._executions.add(made)
        return made

    def terminate(self) -> None:
        """Ask the process to end; it is not restarted."""
        self._stopped = True
        if self._process:
            self._process.terminate()

    def kill(self) -> None:
        """End the process; it is not restarted."""
        self._stopped = True
        if self._process:
            self._process.kill()

    async def run(self) -> None:
        """Run the container until it has ended for good."""
        while not self._stopped:
            await self._run_once()
            if self._stopped or not self._restarts():
                return
            await self._back_off()

    async def reaped(self) -> None:
        """Return when no process of the container is left."""
        if self._process:
            await self._process.wait()

    async def _run_once(self) -> None:
        async with self._context.starts:
            process = await self._start()
            if process is None:
                return
            self._process = process
            self.ended.clear()
            self.state.started()
            self._event("Started", f"Started container {self.state.name}")
            self._publish()
            # A starting interpreter needs a processor; the next one waits for its turn.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._context.timing.start_slot):
                    await process.wait()
        code = await process.wait()
        self._process = None
        for execution in self._executions:
            execution.kill()
        self._executions.clear()
        self.state.terminated(code, message=self._termination_message(code))
        self.ended.set()
        self._publish()

    async def _start(self) -> ContainerProcess | None:
        """Return the started process, or None when it could not be started and that was its end."""
        while True:
            pod = self._current_pod()
            try:
                check_image(str(self.state.spec["image"]))
                environment = self._environment(pod)
                argv = command_line(self.state.spec, environment)
                self._event("Pulled", f'Container image "{self.state.spec["image"]}" already present on machine')
                self._event("Created", f"Created container: {self.state.name}")
                return ContainerProcess(
                    argv, env=environment, cwd=self._work_folder(), log=self._new_log(), warden=self._context.warden
                )
            except (StartError, OSError) as error:
                self._failed_to_start(str(error))
                return None
            except ConfigError as error:
                await self._wait_for("CreateContainerConfigError", str(error), "Failed", f"Error: {error}")
            except CommandError as error:
                await self._wait_for("CreateContainerError", str(error), "Failed", f"Error: {error}")
            except ImageError as error:
                await self._wait_for_image(error)

    def _failed_to_start(self, why: str) -> None:
        self.state.terminated(128, reason="StartError", message=why)
        self._warn("Failed", f"Error: {why}")
        if self.log:
            self.log.close()
        self.ended.set()
        self._publish()

    async def _wait_for(self, reason: str, message: str, event: str, told: str) -> None:
        self.state.waiting(reason, message)
        self._warn(event, told)
        self._publish()
        await asyncio.sleep(self._context.timing.config_retry)

    async def _wait_for_image(self, error: ImageError) -> None:
        image = self.state.spec["image"]
        self._warn("Failed", f'Failed to pull image "{image}": {error}')
        self.state.waiting("ErrImagePull", str(error))
        self._publish()
        await asyncio.sleep(self._context.timing.config_retry)
        self._event("BackOff", f'Back-off pulling image "{image}"')
        self.state.waiting("ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {error}')
        self._publish()
        await asyncio.sleep(self._context.timing.config_retry)

    def _restarts(self) -> bool:
        policy = self._current_pod()["spec"].get("restartPolicy", "Always")
        failed = self.state.exit_code != 0
        if self.state.init:
            return failed and policy != "Never"
        return policy == "Always" or (policy == "OnFailure" and failed)

    async def _back_off(self) -> None:
        self._failures += 1
        if self._failures > 1:
            first = self._context.timing.crash_backoff
            delay = min(first * 2 ** (self._failures - 2), first * MOST_BACKOFF)
            pod = self._current_pod()
            named = f"{name_of(pod)}_{namespace_of(pod)}({uid_of(pod)})"
            message = f"back-off {delay:g}s restarting failed container={self.state.name} pod={named}"
            self.state.waiting("CrashLoopBackOff", message)
            self._warn("BackOff", f"Back-off restarting failed container {self.state.name} in pod {named}")
            self._publish()
            await asyncio.sleep(delay)
        self.state.restarts += 1

    def _environment(self, pod: Obj) -> dict[str, str]:
        declared = build_environment(pod, self.state.spec, self._context.lookup(namespace_of(pod)))
        home = self._work_folder()
        environment = {
            "PATH": f"{self._context.bin}:{SEARCH_PATH}",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "HOSTNAME": str(pod["spec"].get("hostname") or name_of(pod)),
            **self._context.variables,
            **declared,
            ENV_TERMINATION_LOG: str(self._termination_file()),
        }
        if mounts := self._volumes.mounts(self.state.spec):
            environment[ENV_MOUNTS] = json.dumps(mounts)
        if folder := self._volumes.credentials(self.state.spec):
            environment[ENV_ACCOUNT_DIR] = folder
        return environment

    def _work_folder(self) -> Path:
        folder = self._folder / "work"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _termination_file(self) -> Path:
        return self._folder / f"{self.state.name}.termination"

    def _new_log(self) -> ContainerLog:
        self._termination_file().unlink(missing_ok=True)
        self.previous_log = self.log
        self.log = ContainerLog(self._folder / f"{self.state.name}.{self.state.restarts}.log")
        return self.log

    def _termination_message(self, code: int) -> str:
        file = self._termination_file()
        text = file.read_bytes()[:MOST_MESSAGE].decode(errors="replace") if file.exists() else ""
        fallback = self.state.spec.get("terminationMessagePolicy") == "FallbackToLogsOnError"
        if not text and code != 0 and fallback and self.log:
            return self.log.last_lines(80, 2048)
        return text

    def _event(self, reason: str, message: str) -> None:
        self._recorder.normal(POD, self._current_pod(), reason, message, source="kubelet", path=self._path())

    def _warn(self, reason: str, message: str) -> None:
        self._recorder.warning(POD, self._current_pod(), reason, message, source="kubelet", path=self._path())

    def _path(self) -> str:
        return f"spec.{'initContainers' if self.state.init else 'containers'}{{{self.state.name}}}"
