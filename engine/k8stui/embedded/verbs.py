"""The API verbs on objects, as HTTP answers: get, list, watch, create, update, patch, delete."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

from aiohttp import web

from k8stui.embedded.deletion import Deletion
from k8stui.embedded.failures import bad_request, method_not_allowed, unsupported_media
from k8stui.embedded.objects import Obj, name_of, uid_of
from k8stui.embedded.paging import Pager
from k8stui.embedded.patching import JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, json_patch, merge_patch
from k8stui.embedded.protobuf import MEDIA, decode
from k8stui.embedded.registry import JOB, NAMESPACE, POD, SERVICE_ACCOUNT, Kind
from k8stui.embedded.resources import Removed, Resources
from k8stui.embedded.routes import Route, truthy
from k8stui.embedded.selectors import Predicate, both, field_selector, label_selector
from k8stui.embedded.shapes import encode, listing, metadata_only, wants_metadata_only
from k8stui.embedded.strategic import strategic_patch
from k8stui.embedded.strictness import refuse_unknown
from k8stui.embedded.watching import Watches, WatchOptions

_ORPHANS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)
_RETURNED_WHEN_GONE = (POD, SERVICE_ACCOUNT)


def json_answer(obj: Obj, *, code: int = 200, warning: str = "") -> web.Response:
    """Return an object as an HTTP answer."""
    headers = {"Warning": f'299 - "{warning}"'} if warning else {}
    return web.Response(body=encode(obj), status=code, content_type="application/json", headers=headers)


async def read_object(request: web.Request) -> Obj:
    """Return the object in a request's body, empty when there is none.

    Raises:
        ApiError: 400 or 415.
    """
    body = await request.read()
    if not body:
        return {}
    if request.content_type == MEDIA:
        return decode(body)
    if request.content_type not in ("application/json", "application/octet-stream", "text/plain"):
        raise unsupported_media(request.content_type, ["application/json"])
    return _decode(body)


def _decode(body: bytes) -> Obj:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise bad_request(f"the object provided is unrecognized (must be of type JSON): {error}") from None
    if not isinstance(found, dict):
        raise bad_request("the object provided is unrecognized: expected a JSON object")
    return found


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise bad_request(f'invalid query parameter {name}: "{text}" is not a number') from None


class Verbs:
    """Answers requests for objects."""

    def __init__(self, resources: Resources, watches: Watches, pager: Pager) -> None:
        self._resources, self._watches, self._pager = resources, watches, pager

    async def answer(self, request: web.Request, route: Route) -> web.StreamResponse:
        """Return the answer to an authorized request.

        Raises:
            ApiError: Whatever the API refuses.
        """
        match route.verb:
            case "get":
                return self._shaped(request, self._resources.get(route.kind, route.namespace, route.name))
            case "list":
                return self._list(request, route)
            case "watch":
                return await self._watch(request, route)
            case "create":
                return await self._create(request, route)
            case "update":
                return await self._update(request, route)
            case "patch":
                return await self._patch(request, route)
            case "delete":
                return await self._delete(request, route)
            case _:
                return await self._delete_collection(request, route)

    def _shaped(self, request: web.Request, obj: Obj, *, code: int = 200) -> web.Response:
        if wants_metadata_only(request.headers.get("Accept", "")):
            obj = metadata_only(obj)
        return json_answer(obj, code=code)

    def _selected(self, request: web.Request, kind: Kind) -> Predicate | None:
        labels, fields = request.query.get("labelSelector", ""), request.query.get("fieldSelector", "")
        return both(label_selector(labels), field_selector(fields, kind, labels))

    def _list(self, request: web.Request, route: Route) -> web.Response:
        where = self._selected(request, route.kind)
        limit = _number(request.query, "limit") or 0
        if token := request.query.get("continue", ""):
            page = self._pager.following(token, limit=limit)
        else:
            items = self._resources.select(route.kind, route.namespace, where)
            page = self._pager.first(items, version=self._resources.store.version, limit=limit)
        answer = listing(
            route.kind,
            page.items,
            version=page.version,
            partial=wants_metadata_only(request.headers.get("Accept", "")),
            proceed=page.proceed,
            remaining=page.remaining if where is None else None,
        )
        return json_answer(answer)

    async def _watch(self, request: web.Request, route: Route) -> web.StreamResponse:
        query = request.query
        since = _number(query, "resourceVersion")
        initial = truthy(query.get("sendInitialEvents"))
        options = WatchOptions(
            namespace=route.namespace,
            where=self._selected(request, route.kind),
            partial=wants_metadata_only(request.headers.get("Accept", "")),
            since=None if initial else since or None,
            bookmarks=truthy(query.get("allowWatchBookmarks")),
            initial_end=initial,
            seconds=_number(query, "timeoutSeconds") or random.uniform(1800, 3600),  # noqa: S311 - spreads reconnects
        )
        response = web.StreamResponse(
            headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"}
        )
        watch = self._watches.open(route.kind, options)
        try:
            await response.prepare(request)
            async for chunk in watch.chunks():
                await response.write(chunk)
            await response.write_eof()
        except ConnectionError:
            # The client has gone; that is how most watches end.
            return response
        finally:
            self._watches.close(watch)
        return response

    async def _create(self, request: web.Request, route: Route) -> web.Response:
        given = await read_object(request)
        _check_type(route.kind, given)
        _check_fields(request, route.kind, given)
        if route.kind.namespaced and not route.namespace:
            raise bad_request("namespace is required to create an object")
        created = self._resources.create(route.kind, route.namespace, given, dry_run=_dry_run(request))
        return self._shaped(request, created, code=201)

    async def _update(self, request: web.Request, route: Route) -> web.Response:
        given = await read_object(request)
        _check_type(route.kind, given)
        _check_fields(request, route.kind, given)
        metadata = given.get("metadata")
        if not isinstance(metadata, dict) or metadata.get("name") != route.name:
            found = metadata.get("name", "") if isinstance(metadata, dict) else ""
            raise bad_request(f"the name of the object ({found}) does not match the name on the URL ({route.name})")
        updated = self._resources.update(
            route.kind, route.namespace, given, subresource=route.subresource, dry_run=_dry_run(request)
        )
        return self._shaped(request, updated)

    async def _patch(self, request: web.Request, route: Route) -> web.Response:
        media = request.content_type
        if media not in (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH):
            raise unsupported_media(media, [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH])
        text = await request.text()
        try:
            patch = json.loads(text)
        except ValueError as error:
            raise bad_request(f"error decoding patch: {error}") from None

        def apply(old: Obj) -> Obj:
            if media == STRATEGIC_PATCH:
                new: Obj = strategic_patch(old, patch, route.kind.kind)
            else:
                new = json_patch(old, patch) if media == JSON_PATCH else merge_patch(old, patch)
            _check_fields(request, route.kind, new, patch=text)
            return new

        patched = self._resources.patch(
            route.kind,
            route.namespace,
            route.name,
            apply,
            subresource=route.subresource,
            dry_run=_dry_run(request),
        )
        return self._shaped(request, patched)

    async def _delete(self, request: web.Request, route: Route) -> web.Response:
        body = await read_object(request)
        deletion = Deletion.from_request(dict(request.query), body)
        dry_run = _dry_run(request) or bool(body.get("dryRun"))
        removed = self._resources.delete(route.kind, route.namespace, route.name, deletion, dry_run=dry_run)
        warning = _ORPHANS if route.kind is JOB and not deletion.propagation else ""
        return json_answer(_deleted(route.kind, removed), warning=warning)

    async def _delete_collection(self, request: web.Request, route: Route) -> web.Response:
        body = await read_object(request)
        deletion = Deletion.from_request(dict(request.query), body)
        dry_run = _dry_run(request) or bool(body.get("dryRun"))
        chosen = self._resources.select(route.kind, route.namespace, self._selected(request, route.kind))
        if route.kind.namespaced and not route.namespace:
            raise method_not_allowed()
        for obj in chosen:
            namespace = obj["metadata"].get("namespace", "")
            self._resources.delete(route.kind, namespace, name_of(obj), deletion, dry_run=dry_run)
        version = self._resources.store.version
        return json_answer(listing(route.kind, chosen, version=version, partial=False))


def _dry_run(request: web.Request) -> bool:
    values = request.query.getall("dryRun", [])
    if any(value not in ("All", "") for value in values):
        raise bad_request(f'invalid dryRun value "{values[0]}": supported values: "All"')
    return "All" in values


def _check_fields(request: web.Request, kind: Kind, given: Obj, *, patch: str = "") -> None:
    if request.query.get("fieldValidation") == "Strict":
        refuse_unknown(kind, given, patch=patch)


def _check_type(kind: Kind, given: Obj) -> None:
    found = (given.get("apiVersion", kind.api_version), given.get("kind", kind.kind))
    if found != (kind.api_version, kind.kind):
        raise bad_request(
            f"the API version in the data ({found[0]}, Kind={found[1]}) does not match the expected API version "
            f"({kind.api_version}, Kind={kind.kind})"
        )
    if not isinstance(given.get("metadata", {}), dict):
        raise bad_request(f"{kind.kind} in version {kind.version} cannot be handled: metadata must be an object")


def _deleted(kind: Kind, removed: Removed) -> Obj:
    if not removed.gone or kind in _RETURNED_WHEN_GONE or kind is NAMESPACE:
        return removed.obj
    details: Obj = {"name": name_of(removed.obj), "kind": kind.plural, "uid": uid_of(removed.obj)}
    if kind.group:
        details["group"] = kind.group
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
