"""`Cluster`: the verbs of the Kubernetes API over raw JSON, for command line and screens.

Raw JSON because the typed classes of the official client take seconds to import, and most of a large list's time to
build.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from k8stui.cluster import retry, reviews, streams
from k8stui.cluster.audit import Deed
from k8stui.cluster.building import (
    carries_marks_of,
    delete_options,
    dry_query,
    gone,
    object_request,
    selection_request,
    write_query,
)
from k8stui.cluster.commands import CommandLog
from k8stui.cluster.errors import ExpiredError, Status
from k8stui.cluster.greeting import Greeting, greet
from k8stui.cluster.guard import Guard
from k8stui.cluster.noting import Key
from k8stui.cluster.paging import Page, read_pages
from k8stui.cluster.podverbs import PodVerbs
from k8stui.cluster.request import Request
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import JsonObject, Resource, name_of, resource_of
from k8stui.cluster.shapes import known_as, shaped
from k8stui.cluster.streams import WatchEvent
from k8stui.model.errors import InvalidInputError

_MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


class Cluster(PodVerbs):
    """One cluster as one user sees it. An async context manager; made by `connect.connect`.

    Methods take the namespace of the context unless told otherwise, and raise the errors of `k8stui.model.errors`:
    NotFoundError (404), ForbiddenError (403, read-only mode), ConflictError (409, 410), RejectedError (400, 422, quota,
    policy), UnreachableError (no answer, bad credentials, a failing server after the retries).

    Attributes:
        context: The kubeconfig context's name; empty inside a cluster and by a service connector.
        connector: The service connector's name; empty for none.
        namespace: The namespace used when none is given.
        server: The API server's URL.
        read_only: Whether writes are refused (dry runs and reviews are not).
        guard: All limits that hold.
    """

    def __init__(self, requests: Requests, *, namespace: str) -> None:
        self.context = requests.where.context
        self.connector = requests.where.connector
        self.server = requests.where.server
        super().__init__(requests, namespace)

    @property
    def read_only(self) -> bool:
        """Whether writes are refused before anything is sent."""
        return bool(self._requests.guard.read_only)

    @property
    def guard(self) -> Guard:
        """What may leave for this cluster."""
        return self._requests.guard

    def admit_elsewhere(self, deed: Deed) -> None:
        """Let something be changed in an artifact store.

        Raises:
            LimitedError: In read-only mode.
        """
        self._requests.notes.admit_elsewhere(deed)

    def elsewhere(self, deeds: Mapping[Key, Deed]) -> AbstractAsyncContextManager[dict[Key, str]]:
        """Write down what is changed within in an artifact store, see `noting.Notes.elsewhere`.

        Args:
            deeds: By keys of the caller's.

        Raises:
            LimitedError: In read-only mode.
            UnwrittenError: It has to be written down first, and cannot be.
        """
        return self._requests.notes.elsewhere(deeds)

    def record(self, commands: CommandLog) -> None:
        """Write down from now on what is changed, and what is run in containers."""
        self._requests.notes.commands = commands

    def tell_renewals(self, told: Callable[[str], None]) -> None:
        """Say from now on, in a sentence, when another authority or user is taken up for the session to go on."""
        self._requests.tell(told)

    def give_way(self, hurried: Callable[[], bool]) -> None:
        """Let what watches and logs bring wait from now on, though not for long, while somebody is in a hurry."""
        self._requests.turns.hurried = hurried

    def protected(self, namespaces: Iterable[str] = ()) -> str:
        """The protected place in which one would act: one of these namespaces, this one, or the cluster; or empty."""
        meant = {one or self.namespace for one in namespaces} or {self.namespace}
        return self.guard.protected(self._requests.where, meant)

    @property
    def unwritten(self) -> str:
        """Why the newest change is missing in the audit log; empty when none is."""
        return self._requests.notes.trail.problem

    @property
    def clock(self) -> retry.Clock:
        """The clock retries and mirrors go by."""
        return self._requests.clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; watches and logs still open end."""
        await self._requests.aclose()

    async def get(
        self, resource: Resource, name: str, *, namespace: str | None = None, as_sent: bool = False
    ) -> JsonObject:
        """One object.

        Args:
            resource: Which kind.
            name: Which one.
            namespace: Where; the context's when None.
            as_sent: With whatever in it cannot be what it should be, for who shows or edits it as it is.
        """
        request = object_request("get", "GET", resource, namespace or self.namespace, name)
        sent = await self._requests.read(request)
        if as_sent:
            return sent
        return shaped(sent, resource) or known_as(sent, resource, name)

    async def list(
        self,
        resource: Resource,
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
    ) -> list[JsonObject]:
        """All objects that match, read page by page.

        Args:
            resource: Which kind.
            namespace: Where; the context's when None.
            all_namespaces: Everywhere instead.
            labels: A label selector, as `app=x,run in (a,b)`.
            fields: A field selector, as `status.phase=Running`.
            metadata_only: Only `metadata` of each object: a fraction of the bytes.
        """
        request = self._select("list", resource, namespace, labels, fields, everywhere=all_namespaces)
        try:
            return [item async for page in self._pages(request, metadata_only=metadata_only) for item in page.items]
        except ExpiredError:
            # The list aged away under us between two pages (a slow link): once more in one piece.
            whole = self._pages(request, metadata_only=metadata_only, page_size=0)
            return [item async for page in whole for item in page.items]

    def pages(
        self,
        resource: Resource,
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
        page_size: int = 500,
        first: int = 0,
        policy: retry.Policy | None = None,
    ) -> AsyncIterator[Page]:
        """The pages of a list as they arrive; the selection as for `list`.

        A `page_size` of 0 means all at once, and `first` is that of the first page, where it is to be there sooner;
        `policy` takes the place of the usual retry policy.

        Raises:
            ExpiredError: The list became too old between two pages; start again.
        """
        request = self._select("list", resource, namespace, labels, fields, everywhere=all_namespaces)
        return read_pages(
            self._requests, request, metadata_only=metadata_only, page_size=page_size, first=first, policy=policy
        )

    async def create(
        self,
        manifest: JsonObject,
        *,
        namespace: str | None = None,
        dry_run: bool = False,
        wait_quota: bool = False,
        on_wait: Callable[[str], None] | None = None,
        same: Callable[[JsonObject], bool] | None = None,
    ) -> JsonObject:
        """Create an object.

        Args:
            manifest: Goes where its own `metadata.namespace` says, unless `namespace` is given.
            namespace: Where.
            dry_run: Only have the server check it.
            wait_quota: Wait while a used-up quota, or a service account not there yet, refuses it.
            on_wait: Told why, each time.
            same: Says whether an object of that name is the one an attempt with unknown outcome created; by default it
                is when it has all our labels and annotations.

        Returns:
            The object as stored.

        Raises:
            AlreadyExistsError: There is one of that name, and it is not ours from a lost attempt.
        """
        resource, name = resource_of(manifest), name_of(manifest)
        target = self._place(manifest, namespace)
        request = object_request(
            "create", "POST", resource, target, name, body=manifest, query=write_query(dry_run=dry_run)
        )

        async def settled(refusal: Status) -> JsonObject | None:
            if refusal.reason != "AlreadyExists" or not name or dry_run:
                return None
            found = await self.get(resource, name, namespace=target)
            return found if (same or carries_marks_of(manifest))(found) else None

        made = await self._requests.write(
            request, dry_run=dry_run, settled=settled, wait_quota=wait_quota, on_wait=on_wait
        )
        return shaped(made, resource) or made

    async def patch(
        self,
        resource: Resource,
        name: str,
        patch: JsonObject,
        *,
        namespace: str | None = None,
        dry_run: bool = False,
        resource_version: str | None = None,
    ) -> JsonObject:
        """Merge a patch into an object (RFC 7386: null removes a key, lists are replaced).

        With `resource_version`, only if the object still has that version; ConflictError otherwise.
        """
        body = patch
        if resource_version is not None:
            body = {**patch, "metadata": {**(patch.get("metadata") or {}), "resourceVersion": resource_version}}
        request = object_request(
            "patch", "PATCH", resource, namespace or self.namespace, name,
            body=body, query=write_query(dry_run=dry_run), headers=_MERGE_PATCH,
        )  # fmt: skip
        changed = await self._requests.write(request, dry_run=dry_run)
        return shaped(changed, resource) or changed

    async def replace(self, manifest: JsonObject, *, namespace: str | None = None, dry_run: bool = False) -> JsonObject:
        """Put a whole object in place of the one of that name; its `resourceVersion`, when set, must still hold."""
        resource, name = resource_of(manifest), name_of(manifest)
        if not name:
            raise InvalidInputError(f"A {resource.kind} to be replaced needs metadata.name.")
        target = self._place(manifest, namespace)
        request = object_request(
            "update", "PUT", resource, target, name, body=manifest, query=write_query(dry_run=dry_run)
        )
        changed = await self._requests.write(request, dry_run=dry_run)
        return shaped(changed, resource) or changed

    async def delete(
        self,
        resource: Resource,
        name: str,
        *,
        namespace: str | None = None,
        uid: str | None = None,
        resource_version: str | None = None,
        propagation: str = "Background",
        grace_seconds: int | None = None,
        dry_run: bool = False,
    ) -> None:
        """Delete an object.

        Args:
            resource: Which kind.
            name: Which one.
            namespace: Where; the context's when None.
            uid: Only that very object; ConflictError when another one has its name now.
            resource_version: Only in that very state.
            propagation: What becomes of the objects it owns: `Background`, `Foreground` or `Orphan`.
            grace_seconds: Time a pod has to end; None for its own setting, 0 for at once.
            dry_run: Only have the server check it.
        """
        body = delete_options(
            uid=uid,
            resource_version=resource_version,
            propagation=propagation,
            grace_seconds=grace_seconds,
            dry_run=dry_run,
        )
        request = object_request(
            "delete", "DELETE", resource, namespace or self.namespace, name, body=body, query=dry_query(dry_run=dry_run)
        )
        await self._requests.write(request, dry_run=dry_run, settled=gone)

    def watch(
        self,
        resource: Resource,
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
        resource_version: str,
        timeout_seconds: float = 290.0,
        silence_margin: float = 15.0,
        on_open: Callable[[], None] | None = None,
    ) -> AsyncIterator[WatchEvent]:
        """One watch until the server ends it, bookmarks included; the selection as for `list`.

        It starts at `resource_version`, that of a list or of the last event. The server is to end it after
        `timeout_seconds`; `silence_margin` seconds beyond that without a byte, the connection counts as dead.
        `on_open` is called when the server has accepted the watch.

        Raises:
            ExpiredError: The resourceVersion is too old: list again.
            UnreachableError: The connection could not be opened or was lost.
        """
        request = self._select("watch", resource, namespace, labels, fields, everywhere=all_namespaces)
        return streams.watch(
            self._requests, request, metadata_only=metadata_only, resource_version=resource_version,
            timeout_seconds=timeout_seconds, silence_margin=silence_margin, on_open=on_open,
        )  # fmt: skip

    async def can_i(
        self, verb: str, resource: Resource, *, namespace: str | None = None, name: str = "", subresource: str = ""
    ) -> bool:
        """Whether this user may, in the namespace; a resource without namespaces is asked for the cluster."""
        target = (namespace or self.namespace) if resource.namespaced else ""
        return await reviews.can_i(self._requests, verb, resource, namespace=target, name=name, subresource=subresource)

    async def my_rules(self, namespace: str) -> tuple[Sequence[JsonObject], bool]:
        """The RBAC rules on resources that hold for this user in a namespace, and whether there may be more."""
        return await reviews.my_rules(self._requests, namespace)

    async def whoami(self) -> str:
        """The user name the cluster knows this user by; `unknown` where it does not say."""
        return await reviews.whoami(self._requests)

    async def version(self) -> str:
        """The server's version, as `v1.34.4`."""
        return (await self.greet()).version

    async def greet(self) -> Greeting:
        """The server's version, how long its answer took, and what its clock says beside ours."""
        return await greet(self._requests)

    def _place(self, manifest: JsonObject, namespace: str | None) -> str:
        return namespace or str((manifest.get("metadata") or {}).get("namespace") or "") or self.namespace

    def _select(
        self,
        verb: str,
        resource: Resource,
        namespace: str | None,
        labels: str,
        fields: str,
        *,
        everywhere: bool = False,
    ) -> Request:
        return selection_request(verb, resource, None if everywhere else namespace or self.namespace, labels, fields)

    def _pages(self, request: Request, *, metadata_only: bool, page_size: int = 500) -> AsyncIterator[Page]:
        return read_pages(self._requests, request, metadata_only=metadata_only, page_size=page_size, policy=None)
