"""A bare client for the contract suite: HTTP and JSON, nothing that could hide a difference between clusters."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

Obj = dict[str, Any]

WAIT = 180.0
"""Seconds any wait may take; the real cluster shares its processors with everything else."""

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

_GROUPS = {
    "jobs": "/apis/batch/v1",
    "cronjobs": "/apis/batch/v1",
    "roles": "/apis/rbac.authorization.k8s.io/v1",
    "rolebindings": "/apis/rbac.authorization.k8s.io/v1",
    "poddisruptionbudgets": "/apis/policy/v1",
}


@dataclass(frozen=True)
class Answer:
    """What the API server answered."""

    code: int
    body: Obj
    text: str


@dataclass(frozen=True)
class Connection:
    """Where the cluster is and how to prove who we are."""

    server: str
    tls: ssl.SSLContext
    token: str

    @classmethod
    def from_kubeconfig(cls, path: Path) -> Connection:
        """Read the first cluster and user of a kubeconfig."""
        config = yaml.safe_load(path.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        tls = ssl.create_default_context(cadata=pem_of(cluster, "certificate-authority"))
        certificate, key = pem_of(user, "client-certificate"), pem_of(user, "client-key")
        if certificate and key:
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(certificate + "\n" + key)
                file.flush()
                tls.load_cert_chain(file.name)
        return cls(cluster["server"], tls, user.get("token", ""))


def pem_of(section: Obj, name: str) -> str:
    """What a section of a kubeconfig has under a name, as data or as a file; empty for nothing."""
    if text := section.get(f"{name}-data"):
        return base64.b64decode(text).decode()
    return Path(section[name]).read_text() if section.get(name) else ""


class Api:
    """One namespace of one cluster, as its administrator."""

    def __init__(self, session: aiohttp.ClientSession, connection: Connection, namespace: str) -> None:
        self.namespace = namespace
        self._session, self._connection = session, connection

    def as_token(self, token: str) -> Api:
        """Return the same namespace seen by the owner of another token, without client certificate."""
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        return Api(self._session, Connection(self._connection.server, tls, token), self.namespace)

    def path(self, plural: str, name: str = "", sub: str = "", *, namespace: str | None = None) -> str:
        """Return the path of a collection or object in the namespace."""
        parts = [_GROUPS.get(plural, "/api/v1")]
        if plural != "namespaces":
            parts.append(f"namespaces/{namespace or self.namespace}")
        parts.append(plural)
        return "/".join(part for part in (*parts, name, sub) if part)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        media: str = "application/json",
        accept: str = "application/json",
        **query: str | int,
    ) -> Answer:
        """Send one request; `continue_` is the query parameter `continue`."""
        query = {name.removesuffix("_"): value for name, value in query.items()}
        async with self._open(method, path, body, media, accept, query) as response:
            text = await response.text()
        try:
            decoded = json.loads(text)
        except ValueError:
            decoded = {}
        return Answer(response.status, decoded, text)

    async def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Obj:
        """Send one request that must succeed and return its answer."""
        answer = await self.call(method, path, body, **options)
        assert answer.code < 300, answer.text
        return answer.body

    async def create(self, plural: str, obj: Obj, **query: str) -> Obj:
        """Create an object in the namespace."""
        return await self.ok("POST", self.path(plural), obj, **query)

    async def get(self, plural: str, name: str) -> Obj:
        """Return an object of the namespace."""
        return await self.ok("GET", self.path(plural, name))

    async def patch(self, plural: str, name: str, change: Obj, sub: str = "") -> Obj:
        """Merge a change into an object."""
        return await self.ok("PATCH", self.path(plural, name, sub), change, media=MERGE_PATCH)

    @asynccontextmanager
    async def stream(self, path: str, **query: str | int) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a stream and give its lines."""
        accept = str(query.pop("accept", "application/json"))
        async with self._open("GET", path, None, "application/json", accept, query) as response:
            assert response.status == 200, await response.text()

            async def lines() -> AsyncIterator[bytes]:
                async for line in response.content:
                    yield line

            yield lines()

    @asynccontextmanager
    async def watch(self, plural: str, **query: str | int) -> AsyncIterator[AsyncIterator[Obj]]:
        """Watch a collection of the namespace and give its events."""
        async with self.stream(self.path(plural), watch="1", **query) as lines:

            async def events() -> AsyncIterator[Obj]:
                async for line in lines:
                    yield json.loads(line)

            yield events()

    async def until(self, plural: str, name: str, condition: Callable[[Obj], Any]) -> Obj:
        """Return the object as soon as the condition holds."""
        latest: Obj = {}
        try:
            async with (
                asyncio.timeout(WAIT),
                self.watch(plural, fieldSelector=f"metadata.name={name}") as events,
            ):
                async for event in events:
                    latest = event["object"]
                    if event["type"] != "DELETED" and condition(latest):
                        return latest
        except TimeoutError:
            raise AssertionError(f"{plural}/{name} did not get there: {json.dumps(latest)}") from None
        raise AssertionError(f"the watch of {plural}/{name} ended: {json.dumps(latest)}")

    async def until_gone(self, plural: str, name: str) -> None:
        """Return when the object does not exist any more."""
        listed = await self.ok("GET", self.path(plural), fieldSelector=f"metadata.name={name}")
        if not listed["items"]:
            return
        version = listed["metadata"]["resourceVersion"]
        async with (
            asyncio.timeout(WAIT),
            self.watch(plural, fieldSelector=f"metadata.name={name}", resourceVersion=version) as events,
        ):
            async for event in events:
                if event["type"] == "DELETED":
                    return

    async def until_listed(self, plural: str, condition: Callable[[list[Obj]], Any], **query: str) -> list[Obj]:
        """Return the objects of a collection as soon as the condition holds for them together."""
        listed = await self.ok("GET", self.path(plural), **query)
        items = {obj["metadata"]["uid"]: obj for obj in listed["items"]}
        version = listed["metadata"]["resourceVersion"]
        try:
            async with asyncio.timeout(WAIT), self.watch(plural, resourceVersion=version, **query) as events:
                while not condition(list(items.values())):
                    event = await anext(events)
                    uid = event["object"]["metadata"]["uid"]
                    items[uid] = event["object"]
                    if event["type"] == "DELETED":
                        del items[uid]
        except TimeoutError:
            raise AssertionError(f"{plural} did not get there: {json.dumps(list(items.values()))}") from None
        return list(items.values())

    async def log(self, pod: str, **options: Any) -> str:
        """Return a pod's log."""
        answer = await self.call("GET", self.path("pods", pod, "log"), None, **options)
        assert answer.code == 200, answer.text
        return answer.text

    @asynccontextmanager
    async def _open(
        self, method: str, path: str, body: Any, media: str, accept: str, query: dict[str, str | int]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Accept": accept, "Content-Type": media}
        if self._connection.token:
            headers["Authorization"] = f"Bearer {self._connection.token}"
        async with self._session.request(
            method,
            self._connection.server + path,
            data=None if body is None else json.dumps(body),
            headers=headers,
            params=query,
            ssl=self._connection.tls,
        ) as response:
            yield response


@asynccontextmanager
async def namespace_of(kubeconfig: Path, labels: dict[str, str] | None = None) -> AsyncIterator[Api]:
    """Make a namespace of its own for one test, ready for pods, and have it deleted afterwards."""
    connection = Connection.from_kubeconfig(kubeconfig)
    name = f"contract-{secrets.token_hex(4)}"
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=60)
    async with aiohttp.ClientSession(timeout=timeout, read_bufsize=2**22) as session:
        api = Api(session, connection, name)
        await api.ok("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": labels or {}}})
        try:
            await api.until("serviceaccounts", "default", lambda _: True)
            await api.until("configmaps", "kube-root-ca.crt", lambda _: True)
            yield api
        finally:
            # Some tests end the cluster; then there is nothing to clean up.
            with suppress(aiohttp.ClientConnectionError):
                await api.call("DELETE", f"/api/v1/namespaces/{name}", {"propagationPolicy": "Background"})
