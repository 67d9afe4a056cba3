"""Commands in containers of pods: which container, which shell, and what it means when it does not start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.remote import Outcome, RemoteCommand
from k8stui.cluster.resources import PODS
from k8stui.incluster.contract import names
from k8stui.model.errors import InvalidInputError, K8stuiError, NotFoundError, RejectedError

SHELL = ("sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash; exec sh")
"""The better one of those that are there."""

_DEFAULT = "kubectl.kubernetes.io/default-container"
_OURS = (names.STEP_CONTAINER, names.MASTER_CONTAINER)


@dataclass(frozen=True)
class Shell:
    """Where a command is to run.

    Attributes:
        namespace: Of the pod.
        pod: Its name.
        container: Of the pod.
        command: What runs; empty for a shell.
    """

    namespace: str
    pod: str
    container: str
    command: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """In a sentence."""
        return f"container {self.container} of pod {self.pod}"


def running_containers(pod: dict[str, Any]) -> list[str]:
    """The containers of a pod that run, the one that is most likely meant first.

    Raises:
        RejectedError: None does; the sentence says why.
    """
    meta, status = pod["metadata"], pod.get("status") or {}
    states = [
        one
        for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
        for one in status.get(field) or ()
    ]
    running = [str(one["name"]) for one in states if "running" in (one.get("state") or {})]
    if not running:
        raise RejectedError(
            f"No container of pod {meta['name']} is running ({_phase(pod)}): there is nothing to open a shell in.",
            hint="Its log may tell more: k8stui logs, or l on the screens.",
        )
    first = (_default(pod), *_OURS)
    return sorted(running, key=lambda name: next((rank for rank, one in enumerate(first) if name == one), len(first)))


def containers_to_choose(pod: dict[str, Any]) -> dict[str, str]:
    """The running containers of a pod with their images, the likeliest first; empty where it is clear which is meant.

    Raises:
        RejectedError: None runs.
    """
    running = running_containers(pod)
    if len(running) == 1 or running[0] in (*_OURS, _default(pod)):
        return {}
    images = {str(one["name"]): str(one.get("image") or "") for one in pod["spec"]["containers"]}
    return {name: images.get(name, "") for name in running}


def _default(pod: dict[str, Any]) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(_DEFAULT) or "")


def _phase(pod: dict[str, Any]) -> str:
    if pod["metadata"].get("deletionTimestamp"):
        return "being deleted"
    return str((pod.get("status") or {}).get("phase") or "unknown").lower()


async def find_shell(
    cluster: Cluster, pod: str, *, namespace: str | None = None, container: str = "", command: Sequence[str] = ()
) -> Shell:
    """Where a command in a pod would run.

    Args:
        cluster: Where.
        pod: Its name.
        namespace: The context's when None.
        container: Which one; the pod's default one, or its only one that runs, when empty.
        command: What runs; a shell when empty.

    Raises:
        NotFoundError: There is no such pod, or no such container that runs.
        InvalidInputError: Several run, and none of them is named.
        RejectedError: None runs.
    """
    found = await cluster.get(PODS, pod, namespace=namespace)
    running = running_containers(found)
    where = namespace or cluster.namespace
    if container and container not in running:
        raise NotFoundError(
            f"Pod {pod} has no running container {container!r}.", hint=f"Running: {', '.join(running)}."
        )
    if not container and containers_to_choose(found):
        raise InvalidInputError(
            f"Pod {pod} has several containers: {', '.join(running)}.", hint="Name one with --container."
        )
    return Shell(where, pod, container or running[0], tuple(command))


@asynccontextmanager
async def open_shell(
    cluster: Cluster, shell: Shell, *, stdin: bool = True, tty: bool = True
) -> AsyncIterator[RemoteCommand]:
    """Start it; leaving ends the connection.

    Args:
        cluster: Where.
        shell: What and where.
        stdin: Whether it gets input.
        tty: Whether it gets a terminal.

    Raises:
        ForbiddenError: It may not be done.
        UnreachableError: The connection could not be made, or was lost.
    """
    async with cluster.exec(
        shell.pod, shell.command or SHELL, namespace=shell.namespace, container=shell.container, stdin=stdin, tty=tty
    ) as opened:
        yield opened


def exit_code(shell: Shell, outcome: Outcome) -> int:
    """The exit code of a command that has ended.

    Raises:
        RejectedError: It was never started; the sentence says why.
    """
    if outcome.code is None or (outcome.code in (126, 127) and "executable file not found" in outcome.said):
        raise _not_started(shell, outcome.said)
    return outcome.code


def _not_started(shell: Shell, said: str) -> K8stuiError:
    if "container not found" in said:
        return RejectedError(f"{_upper(shell.called)} is not running any more.")
    if "executable file not found" in said or "no such file or directory" in said:
        program = shell.command[0] if shell.command else ""
        if program:
            return RejectedError(
                f"{_upper(shell.called)} has no program {program!r}.", hint="It must be in the container's image."
            )
        return RejectedError(
            f"{_upper(shell.called)} has no shell: its image brings neither bash nor sh.",
            hint=f"A container with tools can be put beside it: kubectl debug -it {shell.pod} -n {shell.namespace} "
            f"--image=busybox --target={shell.container}",
        )
    return RejectedError(f"Nothing was started in {shell.called}: {said}")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
