"""An API server of which half of what it sends cannot be what it should be, beside things that are well."""

from __future__ import annotations

import asyncio
import copy
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from aiohttp import web

from k8stui.cluster.resources import ALL, CONFIGMAPS, CRONJOBS, EVENTS, JOBS, NODES, PODS, RESOURCE_QUOTAS, Resource
from k8stui.embedded.selectors import field_value, label_selector
from k8stui.incluster.contract import names
from tests.hostile import TEXTS, wrongs
from tests.unit.control import kinds as known
from tests.unit.control.diagnosis.samples import NODE
from tests.unit.control.samples import RUN
from tests.unit.control.schedules.samples import cron_job

Json = dict[str, Any]
Corpus = dict[Resource, list[tuple[Json, Json]]]
"""Objects as they were before something went wrong with them, by which they are selected, and as they are sent."""

LONG = b"x" * 2_000_000
LOG = (
    b"".join(
        b"2026-11-24T04:00:0%d.000000000Z " % (number % 10)
        + text.replace("\n", " ").encode("utf-8", "surrogatepass")
        + b"\n"
        for number, text in enumerate(("first line", *TEXTS))
    )
    + b"2026-11-24T04:01:00.000000000Z \xff\xfe not UTF-8 \xed\xa0\x80\n2026-11-24T04:01:01.000000000Z "
    + LONG
    + b"\n"
)


def corpus(good: dict[Resource, list[Json]], seed: int = 7) -> Corpus:
    """Good objects, variants of them in which things are wrong, and a few that are none."""
    rng = random.Random(seed)
    found: Corpus = {}
    for resource, objects in good.items():
        pairs = [(one, one) for one in objects]
        for one in objects:
            pairs += [(one, other) for other in wrongs(one, 12, rng)]
            pairs += [(one, _hostile(one, text, place)) for place, text in enumerate(TEXTS)]
        found[resource] = pairs
    return found


def _hostile(found: Json, text: str, number: int) -> Json:
    """The same with a text in place of every text but those that say which object it is."""

    def turned(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: turned(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [turned(one) for one in value]
        return text if isinstance(value, str) and key not in _KEPT else value

    other: Json = copy.deepcopy(found)
    other = {**turned(other), "metadata": {**turned(other["metadata"]), "labels": other["metadata"].get("labels")}}
    other["metadata"] |= {"name": f"{found['metadata']['name']}-h{number}", "uid": f"u-h{number}"}
    other["metadata"]["annotations"] = {**(other["metadata"].get("annotations") or {}), "note": text * 3}
    return other


_KEPT = {"name", "namespace", "kind", "apiVersion", "phase", "creationTimestamp", "type", "schedule", "status"}


class HostileApi:
    """The server; `url` is where it listens."""

    def __init__(self, found: Corpus) -> None:
        self._found = {one.plural: (one, found.get(one, [])) for one in ALL}
        self._ended = asyncio.Event()
        self.url = ""

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        """Listen until it is stopped."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await stop.wait()
        self._ended.set()
        await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        parts = [unquote(part) for part in request.path.split("/") if part]
        if request.method == "POST" and parts[-1] == "selfsubjectrulesreviews":
            rule = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
            return web.json_response({"status": {"resourceRules": [rule], "nonResourceRules": []}})
        if request.method == "POST":
            return web.json_response({"status": {"allowed": True, "userInfo": {"username": "x\u202ey"}}})
        if parts == ["version"]:
            return web.json_response({"gitVersion": "v1.34.0"})
        rest = parts[2:] if parts[0] == "api" else parts[3:]
        if rest[:1] == ["namespaces"] and len(rest) > 2:
            rest = rest[2:]
        resource, pairs = self._found.get(rest[0], (None, []))
        if resource is None:
            return web.json_response({"kind": "Status", "code": 404, "message": "not found"}, status=404)
        if rest[2:] == ["log"]:
            return web.Response(body=LOG)
        if len(rest) > 1:
            named = [sent for _, sent in pairs if sent["metadata"]["name"] == rest[1]]
            status = {"kind": "Status", "code": 404, "reason": "NotFound", "details": {"name": rest[1]}}
            return _json(named[0]) if named else web.json_response(status, status=404)
        if request.query.get("watch"):
            return await self._watch(request)
        wanted = list(_selected(request, pairs))
        nothing: list[Any] = [None, [], "x", {}, {"metadata": None}, {"metadata": {"name": None}}]
        meta = {"resourceVersion": "10", "remainingItemCount": "many"}
        return _json({"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": meta,
                      "items": [*nothing, *wanted, *wanted[-1:]]})  # fmt: skip

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for event in ({"type": "MODIFIED", "object": None}, {"type": "ADDED", "object": {"metadata": []}}):
            await response.write(json.dumps(event).encode() + b"\n")
        await self._ended.wait()
        return response


def _selected(request: web.Request, pairs: list[tuple[Json, Json]]) -> Iterator[Json]:
    """Those that are asked for, by what they were before they went wrong."""
    labels = label_selector(request.query.get("labelSelector", ""))
    fields = [part.split("=", 1) for part in request.query.get("fieldSelector", "").split(",") if "=" in part]
    for was, sent in pairs:
        known = {**was, "metadata": {**was["metadata"], "name": sent["metadata"]["name"]}}
        if (labels is None or labels(known)) and all(field_value(known, path) == value for path, value in fields):
            yield sent


def _json(found: Json) -> web.Response:
    return web.Response(body=json.dumps(found).encode("utf-8", "surrogatepass"), content_type="application/json")


@contextmanager
def hostile_api(folder: Path, found: Corpus) -> Iterator[Path]:
    """Serve a corpus; gives a kubeconfig that leads there, to the namespace `ml`."""
    api, started = HostileApi(found), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(api.serve(started, stop)), daemon=True)
    thread.start()
    assert started.wait(100)
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "here", "cluster": {"server": api.url}}],
        "users": [{"name": "here", "user": {"token": "t"}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here", "namespace": "ml"}}],
    }
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    file.chmod(0o600)
    try:
        yield file
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(100)
        loop.close()


def in_ml(found: Json) -> Json:
    """The same in the namespace that is looked at."""
    meta = {"name": "nameless-in-its-recording", **found["metadata"], "namespace": "ml"}
    return {**found, "metadata": meta}


def everything() -> Corpus:
    """Objects of all kinds that are shown."""
    record = known.the_record()
    plan = in_ml(known.PLANNED)
    results = in_ml(known.RESULTS)
    results["metadata"]["labels"] = {
        names.LABEL_RUN_ID: RUN, names.LABEL_COMPONENT: names.COMPONENT_RESULTS,
    }  # fmt: skip
    job = in_ml({**known.JOB, "metadata": {**known.JOB["metadata"], "labels": record["metadata"]["labels"]}})
    job["metadata"]["labels"] = {**job["metadata"]["labels"], names.LABEL_COMPONENT: names.COMPONENT_ORCHESTRATOR}
    zenml = [in_ml(one) for one in known.ZENML[0]]
    schedule = cron_job()
    schedule["metadata"]["labels"] |= {
        names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: names.COMPONENT_SCHEDULE,
    }  # fmt: skip
    return corpus(
        {
            PODS: [*known.OUR_PODS, *map(in_ml, known.REAL_PODS[:8]), *(one for one in zenml if one["kind"] == "Pod")],
            CONFIGMAPS: [record, plan, results],
            JOBS: [job, *(one for one in zenml if one["kind"] == "Job")],
            CRONJOBS: [schedule],
            EVENTS: list(map(in_ml, known.REAL_EVENTS[:6])),
            NODES: [NODE, known.NODE_IN_NEED],
            RESOURCE_QUOTAS: [known.QUOTA],
        }
    )
