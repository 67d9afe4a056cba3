"""Of two masters the older one writes nothing over what the newer one wrote, results and further shards included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.opening import new_record
from k8stui.incluster.contract.protocol import STEPS_PER_SHARD
from k8stui.incluster.contract.record import RESULTS_KEY, STATUS_KEY, StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.kube import Kube, KubeError
from k8stui.incluster.master.ledger import FencedError, Ledger
from tests.unit.incluster.samples import NOW, RUN, plan, step

RESULTS = names.results_shard_name(RUN, 0)
PLAN = plan(*(step(f"s{number}", outputs=("x",)) for number in range(STEPS_PER_SHARD + 2)))
STATUS = names.status_shard_name(RUN, 1)


class Api:
    """ConfigMaps with versions."""

    def __init__(self, *objects: dict[str, Any]) -> None:
        self.version = 0
        self.objects: dict[str, dict[str, Any]] = {}
        for one in objects:
            self.create("configmaps", one)

    def create(self, _plural: str, body: dict[str, Any]) -> dict[str, Any]:
        if body["metadata"]["name"] in self.objects:
            raise KubeError(409, "AlreadyExists", "is there")
        return self._keep({**body, "metadata": {"uid": "u", **body["metadata"]}})

    def patch(self, _plural: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        if name not in self.objects:
            raise KubeError(404, "NotFound", "is not there")
        found, meta = self.objects[name], body.get("metadata") or {}
        if meta.get("resourceVersion", found["metadata"]["resourceVersion"]) != found["metadata"]["resourceVersion"]:
            raise KubeError(409, "Conflict", "was modified")
        notes = {**found["metadata"].get("annotations", {}), **meta.get("annotations", {})}
        data = {**found["data"], **body.get("data", {})}
        return self._keep({**found, "metadata": {**found["metadata"], "annotations": notes}, "data": data})

    def get(self, _plural: str, name: str) -> dict[str, Any]:
        return self.objects[name]

    def pages(self, _plural: str, _labels: str) -> Iterator[dict[str, Any]]:
        yield {"items": [one for name, one in self.objects.items() if name != names.record_name(RUN)]}

    def _keep(self, made: dict[str, Any]) -> dict[str, Any]:
        self.version += 1
        kept = {**made, "metadata": {**made["metadata"], "resourceVersion": str(self.version)}}
        self.objects[made["metadata"]["name"]] = kept
        return kept


class Master:
    """A ledger and what its master knows."""

    def __init__(self, api: Api) -> None:
        self.ledger = Ledger(cast("Kube", api), PLAN, api.get("configmaps", names.record_name(RUN)))
        self.ledger.claim()
        steps, self.results, self.summary = self.ledger.load()
        self.steps = {one.name: steps.get(one.name, StepStatus()) for one in PLAN.steps}

    def succeeded(self, *numbers: int) -> None:
        for number in numbers:
            self.steps[f"s{number}"].state = StepState.SUCCEEDED
            self.results[f"s{number}"] = {"x": number}
        self.ledger.changed({f"s{number}" for number in numbers}, NOW)

    def flush(self) -> None:
        self.ledger.flush(self.steps, self.results, self.summary, NOW)


@pytest.fixture
def api() -> Api:
    return Api(new_record(PLAN, {}, "python:3", [], []))


def results(api: Api) -> set[str]:
    return set(json.loads(api.objects[RESULTS]["data"][RESULTS_KEY]))


def test_an_older_master_overwrites_no_results(api: Api) -> None:
    older = Master(api)
    older.succeeded(0)
    older.flush()
    newer = Master(api)
    newer.succeeded(1, 2)
    newer.flush()
    older.succeeded(1)
    with pytest.raises(FencedError):
        older.flush()
    assert results(api) == {"s0", "s1", "s2"}


def test_an_older_master_that_has_not_written_yet_overwrites_none_either(api: Api) -> None:
    older, newer = Master(api), Master(api)
    newer.succeeded(0, 1)
    newer.flush()
    older.succeeded(0)
    with pytest.raises(FencedError):
        older.flush()
    assert results(api) == {"s0", "s1"}


def test_what_an_older_master_wrote_in_between_is_written_again(api: Api) -> None:
    older = Master(api)
    older.succeeded(0)
    older.flush()
    newer = Master(api)
    older.succeeded(1)
    with pytest.raises(FencedError):  # by the record, after the results were written
        older.flush()
    newer.succeeded(1, 2)
    newer.flush()
    assert results(api) == {"s0", "s1", "s2"}


def test_an_older_master_overwrites_no_further_status(api: Api) -> None:
    older = Master(api)
    older.succeeded(STEPS_PER_SHARD)
    older.flush()
    newer = Master(api)
    newer.succeeded(STEPS_PER_SHARD + 1)
    newer.flush()
    older.steps[f"s{STEPS_PER_SHARD}"].state = StepState.FAILED
    older.ledger.changed({f"s{STEPS_PER_SHARD}"}, NOW)
    with pytest.raises(FencedError):
        older.flush()
    told = json.loads(api.objects[STATUS]["data"][STATUS_KEY])
    assert told[f"s{STEPS_PER_SHARD + 1}"]["state"] == "succeeded"
    assert told[f"s{STEPS_PER_SHARD}"]["state"] == "succeeded"


def test_a_master_that_comes_between_the_record_and_a_further_shard_is_found(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Master(api)
    older.succeeded(0, STEPS_PER_SHARD)
    create, newer = api.create, []

    def late(plural: str, body: dict[str, Any]) -> dict[str, Any]:
        if body["metadata"]["name"] == STATUS:
            newer.append(Master(api))
        return create(plural, body)

    monkeypatch.setattr(api, "create", late)
    with pytest.raises(FencedError):
        older.flush()
    assert newer[0].steps[f"s{STEPS_PER_SHARD}"].state is StepState.WAITING
    assert not older.ledger.is_recorded(f"s{STEPS_PER_SHARD}")


def test_an_answer_that_was_lost_is_no_other_master(api: Api) -> None:
    one = Master(api)
    one.succeeded(0)
    one.flush()
    api.patch("configmaps", RESULTS, {})  # our own write, made twice
    one.succeeded(1)
    one.flush()
    assert results(api) == {"s0", "s1"}
