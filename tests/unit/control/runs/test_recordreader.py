"""The ConfigMaps of a run are read only when they moved, and not again because a watch lags."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import Resource
from k8stui.control.runs.recordreader import RecordReader, RunMaps
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import RESULTS_KEY, STATUS_KEY
from k8stui.model.errors import NotFoundError, UnreachableError
from tests.unit.control.samples import RUN, plan, record

RECORD = names.record_name(RUN)
STATUS, RESULTS = names.status_shard_name(RUN, 1), names.results_shard_name(RUN, 0)


class Server:
    """ConfigMaps by name, what the watch has of them, and what was read."""

    def __init__(self) -> None:
        self.maps: dict[str, dict[str, Any]] = {}
        self.heads: dict[str, dict[str, Any]] = {}
        self.reads: list[str] = []
        self.broken = False
        self._version = 0

    def put(self, found: dict[str, Any], *, seen: bool = True) -> None:
        self._version += 1
        meta = dict(found["metadata"], resourceVersion=str(self._version))
        self.maps[meta["name"]] = dict(found, metadata=meta)
        if seen:
            self.heads[meta["name"]] = {"metadata": meta}

    def text(self, name: str, key: str, text: str) -> None:
        self.put({"metadata": {"name": name}, "data": {key: text}})

    async def get(self, _: Resource, name: str, *, namespace: str | None = None) -> dict[str, Any]:
        assert namespace == "ml"
        self.reads.append(name)
        if self.broken:
            raise UnreachableError("lost")
        if name not in self.maps:
            raise NotFoundError(f"no {name}")
        return self.maps[name]

    async def read_by(self, reader: RecordReader) -> tuple[RunMaps | None, list[str]]:
        self.reads.clear()
        found = await reader.read(self.heads)
        return found, list(self.reads)


@pytest.fixture
def server() -> Server:
    made = Server()
    made.put(record())
    made.text("plan-0", "a", plan(("load", ())).to_text()[:50])
    made.text("plan-1", "b", plan(("load", ())).to_text()[50:])
    made.text(STATUS, STATUS_KEY, "{}")
    made.text(RESULTS, RESULTS_KEY, json.dumps({"load": {"rows": 3}}))
    made.text(names.inputs_name(RUN, "load", 1), "inputs", "{}")
    return made


@pytest.fixture
def reader(server: Server) -> RecordReader:
    return RecordReader(cast("Cluster", server), RUN, namespace="ml")


async def test_everything_of_the_run_is_read_once(server: Server, reader: RecordReader) -> None:
    found, reads = await server.read_by(reader)
    assert sorted(reads) == sorted(["plan-0", "plan-1", RECORD, RESULTS, STATUS])
    assert found is not None
    assert [one["metadata"]["name"] for one in found.status] == [RECORD, STATUS]
    assert [one["metadata"]["name"] for one in found.results] == [RESULTS]
    assert found.plan is not None
    again, reads = await server.read_by(reader)
    assert (again, reads) == (found, [])


async def test_only_what_moved_is_read_again(server: Server, reader: RecordReader) -> None:
    before, _ = await server.read_by(reader)
    server.text(STATUS, STATUS_KEY, '{"load": {"state": "running"}}')
    after, reads = await server.read_by(reader)
    assert reads == [STATUS]
    assert before is not None
    assert after is not None
    assert after.record is before.record
    assert after.status[1] is not before.status[1]


async def test_what_was_read_ahead_of_the_watch_is_not_read_again(server: Server, reader: RecordReader) -> None:
    server.put(record())
    server.put(record(), seen=False)
    _, reads = await server.read_by(reader)
    assert RECORD in reads
    assert (await server.read_by(reader))[1] == []  # The watch still has the older version.
    server.heads[RECORD] = {"metadata": server.maps[RECORD]["metadata"]}
    assert (await server.read_by(reader))[1] == []  # It caught up with what was read.
    server.put(record())
    assert (await server.read_by(reader))[1] == [RECORD]


async def test_a_failed_read_is_made_up_for(server: Server, reader: RecordReader) -> None:
    await server.read_by(reader)
    server.text(STATUS, STATUS_KEY, '{"load": {"state": "running"}}')
    server.broken = True
    with pytest.raises(UnreachableError):
        await server.read_by(reader)
    server.broken = False
    assert (await server.read_by(reader))[1] == [STATUS]


async def test_a_plan_that_cannot_be_read_is_tried_again_only_when_its_parts_change(
    server: Server, reader: RecordReader
) -> None:
    part = server.maps.pop("plan-1")
    head = server.heads.pop("plan-1")
    found, _ = await server.read_by(reader)
    assert found is not None
    assert found.plan is None
    assert (await server.read_by(reader))[1] == []
    server.maps["plan-1"], server.heads["plan-1"] = part, head
    found, reads = await server.read_by(reader)
    assert sorted(reads) == ["plan-0", "plan-1"]
    assert found is not None
    assert found.plan is not None


async def test_what_was_deleted_is_forgotten_whether_or_not_the_watch_knows(
    server: Server, reader: RecordReader
) -> None:
    await server.read_by(reader)
    del server.heads[RESULTS]
    found, _ = await server.read_by(reader)
    assert found is not None
    assert found.results == ()
    server.put(record())
    del server.maps[RECORD]
    assert await reader.read(server.heads) is None
    server.put(record())
    assert await reader.read(server.heads) is not None
