"""Requests below an object that are not its status: a pod's log, eviction, streams; a service account's token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from k8stui.embedded.deletion import Deletion
from k8stui.embedded.eviction import evict
from k8stui.embedded.failures import ApiError, Cause, bad_request, invalid
from k8stui.embedded.identity import Tokens, service_account_user
from k8stui.embedded.kubelet.logs import ContainerLog, LogOptions
from k8stui.embedded.kubelet.node import Node
from k8stui.embedded.objects import Obj, name_of, now, parse_time, timestamp, uid_of
from k8stui.embedded.podstreams import PodStreams, container_name
from k8stui.embedded.registry import POD, SERVICE_ACCOUNT
from k8stui.embedded.resources import Resources
from k8stui.embedded.routes import Route, truthy
from k8stui.embedded.verbs import json_answer, read_object

_TOKEN_SECONDS = 3600


class Subresources:
    """Answers requests for log, eviction, exec, portforward and token."""

    def __init__(self, resources: Resources, node: Node, tokens: Tokens) -> None:
        self._resources, self._node, self._tokens = resources, node, tokens
        self._streams = PodStreams(resources, node)

    async def answer(self, request: web.Request, route: Route) -> web.StreamResponse:
        """Return the answer to an authorized request.

        Raises:
            ApiError: Whatever the API refuses.
        """
        match route.subresource:
            case "log":
                return await self._log(request, route)
            case "eviction":
                return await self._evict(request, route)
            case "exec":
                return await self._streams.exec(request, route)
            case "portforward":
                return await self._streams.forward(request, route)
            case _:
                return await self._token(request, route)

    async def _evict(self, request: web.Request, route: Route) -> web.Response:
        body = await read_object(request)
        options = body.get("deleteOptions") or {}
        named = (body.get("metadata") or {}).get("name", route.name)
        if named != route.name:
            raise bad_request(f"name in URL does not match name in Eviction object: {route.name} != {named}")
        dry_run = "All" in request.query.getall("dryRun", []) or bool(options.get("dryRun"))
        deletion = Deletion.from_request({}, options)
        evict(self._resources, route.namespace, route.name, deletion, dry_run=dry_run)
        return json_answer({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}, code=201)

    async def _token(self, request: web.Request, route: Route) -> web.Response:
        body = await read_object(request)
        account = self._resources.get(SERVICE_ACCOUNT, route.namespace, route.name)
        spec = body.get("spec") or {}
        seconds = int(spec.get("expirationSeconds") or _TOKEN_SECONDS)
        bound = spec.get("boundObjectRef") or {}
        if seconds < 600:
            message = f"Invalid value: {seconds}: may not specify a duration less than 10 minutes"
            cause = Cause("spec.expirationSeconds", "FieldValueInvalid", message)
            raise invalid(SERVICE_ACCOUNT, route.name, [cause])
        user = service_account_user(route.namespace, route.name, uid_of(account))
        lifetime = timedelta(seconds=seconds)
        token = self._tokens.issue(user, lifetime=lifetime, bound_to=str(bound.get("uid") or ""))
        answer = {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": route.name, "namespace": route.namespace, "creationTimestamp": timestamp()},
            "spec": {**spec, "expirationSeconds": seconds},
            "status": {"token": token, "expirationTimestamp": timestamp(now() + lifetime)},
        }
        return json_answer(answer, code=201)

    async def _log(self, request: web.Request, route: Route) -> web.StreamResponse:
        pod = self._resources.get(POD, route.namespace, route.name)
        options = log_options(request.query)
        log = self._find_log(pod, request.query)
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        try:
            await response.prepare(request)
            if log is not None:
                async for chunk in log.read(options):
                    await response.write(chunk)
            await response.write_eof()
        except ConnectionError:
            # The client stopped reading.
            return response
        return response

    def _find_log(self, pod: Obj, query: Mapping[str, str]) -> ContainerLog | None:
        name = container_name(pod, query.get("container", ""))
        previous = truthy(query.get("previous"))
        found = self._node.log_of(uid_of(pod), name, previous=previous)
        if found is None and not previous:
            _refuse_waiting(pod, name)
        if found is None and previous:
            raise bad_request(f'previous terminated container "{name}" in pod "{name_of(pod)}" not found')
        return found


def log_options(query: Mapping[str, str]) -> LogOptions:
    """Return the log options of a query.

    Raises:
        ApiError: 400 or 422, an option cannot be read.
    """
    since = None
    try:
        if query.get("sinceTime"):
            since = parse_time(query["sinceTime"])
        elif query.get("sinceSeconds"):
            since = now() - timedelta(seconds=int(query["sinceSeconds"]))
        tail = int(query["tailLines"]) if query.get("tailLines") else None
        limit = int(query["limitBytes"]) if query.get("limitBytes") else None
    except ValueError as error:
        raise bad_request(f"invalid log options: {error}") from None
    return LogOptions(
        follow=truthy(query.get("follow")),
        tail=tail,
        since=since,
        timestamps=truthy(query.get("timestamps")),
        limit=limit,
    )


def _refuse_waiting(pod: Obj, name: str) -> None:
    """Refuse to read the log of a container that has none yet."""
    status = pod.get("status") or {}
    for field in ("containerStatuses", "initContainerStatuses"):
        for container in status.get(field) or []:
            reason = ((container.get("state") or {}).get("waiting") or {}).get("reason")
            if container.get("name") == name and reason:
                if reason in ("ErrImagePull", "ImagePullBackOff"):
                    reason = "trying and failing to pull image"
                raise bad_request(f'container "{name}" in pod "{name_of(pod)}" is waiting to start: {reason}')
    if not pod["spec"].get("nodeName"):
        # Kubernetes answers with an empty log as long as no node is known.
        return
    if status.get("phase") == "Pending":
        raise ApiError(
            400, "BadRequest", f'container "{name}" in pod "{name_of(pod)}" is waiting to start: ContainerCreating'
        )
