"""What can be done with pods only: evict them, read their logs, run commands in them, reach their ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from k8stui.cluster import streams
from k8stui.cluster.building import dry_query, eviction, gone, log_query, object_request
from k8stui.cluster.remote import EXEC_PROTOCOLS, PORT_PROTOCOLS, PodPort, RemoteCommand
from k8stui.cluster.request import Request
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import PODS
from k8stui.cluster.transport_types import Query


class PodVerbs:
    """The part of `client.Cluster` that is about pods."""

    def __init__(self, requests: Requests, namespace: str) -> None:
        self.namespace = namespace
        self._requests = requests

    async def evict(
        self,
        name: str,
        *,
        namespace: str | None = None,
        uid: str | None = None,
        grace_seconds: int | None = None,
        dry_run: bool = False,
    ) -> None:
        """Evict a pod by the Eviction API, which honours disruption budgets.

        Raises:
            DisruptionBudgetError: A PodDisruptionBudget does not allow it now.
        """
        target = namespace or self.namespace
        body = eviction(name, target, uid=uid, grace_seconds=grace_seconds, dry_run=dry_run)
        request = object_request(
            "create", "POST", PODS, target, name, body=body, query=dry_query(dry_run=dry_run), subresource="eviction"
        )
        await self._requests.write(request, dry_run=dry_run, settled=gone)

    def logs(
        self,
        pod: str,
        *,
        namespace: str | None = None,
        container: str | None = None,
        follow: bool = False,
        since_seconds: int | None = None,
        since_time: str | None = None,
        tail_lines: int | None = None,
        timestamps: bool = False,
        previous: bool = False,
    ) -> AsyncIterator[list[bytes]]:
        """The lines of a container's log, without newlines, those that came together in one list.

        Of a line over 1 MiB the beginning comes, with how many bytes there were besides.

        Args:
            pod: Its name.
            namespace: Where; the context's when None.
            container: Needed when the pod has several.
            follow: Go on until the container ends.
            since_seconds: Only the last so many seconds.
            since_time: Only from this RFC 3339 time on.
            tail_lines: Only the last so many lines.
            timestamps: Begin each line with its RFC 3339 time and a space.
            previous: Of the container's last restart.

        Raises:
            NotStartedError: The container has not started yet.
        """
        query = log_query(
            container=container, follow=follow, sinceSeconds=since_seconds, sinceTime=since_time, tailLines=tail_lines,
            timestamps=timestamps, previous=previous,
        )  # fmt: skip
        request = object_request("get", "GET", PODS, namespace or self.namespace, pod, query=query, subresource="log")
        return streams.lines(self._requests, request)

    @asynccontextmanager
    async def exec(
        self,
        pod: str,
        command: Sequence[str],
        *,
        namespace: str | None = None,
        container: str | None = None,
        stdin: bool = False,
        tty: bool = False,
    ) -> AsyncIterator[RemoteCommand]:
        """Run a command in a container, with its input and output here; leaving ends the connection, not the command.

        Args:
            pod: Its name.
            command: Program and arguments; no shell looks at them.
            namespace: Where; the context's when None.
            container: Needed when the pod has several.
            stdin: Whether it gets input.
            tty: Whether it gets a terminal, whose output all comes as standard output.

        Raises:
            ForbiddenError: It may not be done, or not in read-only mode.
        """
        query = {
            "command": list(command),
            **({"container": container} if container else {}),
            "stdin": _word(stdin), "stdout": "true", "stderr": _word(not tty), "tty": _word(tty),
        }  # fmt: skip
        request = self._stream_request("exec", pod, namespace, query)
        async with self._requests.socket(request, EXEC_PROTOCOLS) as socket:
            yield RemoteCommand(socket)

    @asynccontextmanager
    async def port(self, pod: str, port: int, *, namespace: str | None = None) -> AsyncIterator[PodPort]:
        """One connection to a port of a pod.

        Raises:
            ForbiddenError: It may not be done, or not in read-only mode.
        """
        request = self._stream_request("portforward", pod, namespace, {"ports": str(port)})
        async with self._requests.socket(request, PORT_PROTOCOLS) as socket:
            yield PodPort(socket, pod, port)

    def _stream_request(self, subresource: str, pod: str, namespace: str | None, query: Query) -> Request:
        # Kubelets refuse a websocket of which JSON alone is accepted.
        return object_request(
            "get", "GET", PODS, namespace or self.namespace, pod, query=query, headers={"Accept": "*/*"},
            subresource=subresource,
        )  # fmt: skip


def _word(value: bool) -> str:
    return "true" if value else "false"
