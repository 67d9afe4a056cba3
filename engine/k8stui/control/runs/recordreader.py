"""Reads the ConfigMaps of one run again and again, each only when it moved.

A watch of their metadata says which did: of a run of 1,000 steps that is the shard that changed, not the megabyte that
did not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import get_maps, get_plan
from k8stui.control.truth import records
from k8stui.control.truth.records import Json
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan


@dataclass(frozen=True)
class RunMaps:
    """What was read of a run. An object that did not change is the same one as before.

    Attributes:
        record: Its record, which is also the first status shard.
        status: All status shards, the record included.
        results: The small results.
        plan: None where it is gone or cannot be read.
    """

    record: Json
    status: tuple[Json, ...]
    results: tuple[Json, ...]
    plan: Plan | None


class RecordReader:
    """Reads one run's record, shards, results and plan."""

    def __init__(self, cluster: Cluster, run: str, *, namespace: str | None = None) -> None:
        self._cluster, self._namespace = cluster, namespace
        self._record = names.record_name(run)
        self._read: dict[str, Json] = {}
        self._asked: dict[str, str] = {}
        self._plan: Plan | None = None
        self._plan_asked: dict[str, str] | None = None

    async def read(self, heads: Mapping[str, Json]) -> RunMaps | None:
        """What there is now; None when there is no record (any more).

        Args:
            heads: The metadata of the run's ConfigMaps as the watch has it, by name.

        Raises:
            K8stuiError: Something could not be read; what was read stays.
        """
        shards, results = f"{self._record}-status-", f"{self._record}-results-"
        wanted = [name for name in heads if name == self._record or name.startswith((shards, results))]
        await self._catch_up(heads, wanted)
        record = self._read.get(self._record)
        if record is None:
            return None
        await self._read_plan(heads, record)
        kept = [(name, self._read[name]) for name in wanted if name in self._read]
        return RunMaps(
            record,
            status=tuple(found for name, found in kept if not name.startswith(results)),
            results=tuple(found for name, found in kept if name.startswith(results)),
            plan=self._plan,
        )

    async def _catch_up(self, heads: Mapping[str, Json], wanted: list[str]) -> None:
        # What is read may be newer than what the watch knows, so it is compared with both: a watch that lags must not
        # make every look read everything.
        moved = {name: version for name in wanted if (version := _version(heads[name])) != self._asked.get(name)}
        stale = [name for name, version in moved.items() if version != _version(self._read.get(name) or {})]
        fresh = {found["metadata"]["name"]: found for found in await self._get(stale)}
        self._asked.update(moved)
        self._read.update(fresh)
        for name in [name for name in self._read if name not in heads or (name in stale and name not in fresh)]:
            del self._read[name]
            self._asked.pop(name, None)

    async def _get(self, wanted: list[str]) -> list[Json]:
        return await get_maps(self._cluster, wanted, namespace=self._namespace) if wanted else []

    async def _read_plan(self, heads: Mapping[str, Json], record: Json) -> None:
        if self._plan is not None:
            return
        parts = {name: _version(heads.get(name) or {}) for name, _ in records.plan_keys(record)}
        if parts != self._plan_asked:
            self._plan = await get_plan(self._cluster, record, namespace=self._namespace)
            self._plan_asked = parts


def _version(found: Json) -> str:
    meta = found.get("metadata") or {}
    return str(meta.get("resourceVersion") or "")
