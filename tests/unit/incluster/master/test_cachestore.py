"""Where the index of results is kept: read once, written once, by several masters at once, and never worth a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.cachestore import INDEX_KEY, CacheStore
from k8stui.incluster.master.kube import Kube, KubeError
from tests.unit.incluster.samples import NOW, plan, step

INDEX = "cache-train-0a1b2c"


class Api:
    """One ConfigMap with versions; `between` happens right before a write."""

    def __init__(self) -> None:
        self.found: dict[str, Any] | None = None
        self.calls: list[str] = []
        self.between: list[Callable[[], None]] = []
        self.refusal: KubeError | None = None

    def get(self, _plural: str, _name: str) -> dict[str, Any]:
        self.calls.append("get")
        if self.refusal:
            raise self.refusal
        if self.found is None:
            raise KubeError(404, "NotFound", "is not there")
        return self.found

    def create(self, _plural: str, body: dict[str, Any]) -> dict[str, Any]:
        self._before("create")
        if self.found is not None:
            raise KubeError(409, "AlreadyExists", "is there")
        return self._keep(body)

    def patch(self, _plural: str, _name: str, body: dict[str, Any]) -> dict[str, Any]:
        self._before("patch")
        if self.found is None:
            raise KubeError(404, "NotFound", "is not there")
        if body["metadata"]["resourceVersion"] != self.found["metadata"]["resourceVersion"]:
            raise KubeError(409, "Conflict", "was modified")
        return self._keep({**self.found, "data": body["data"]})

    def _before(self, verb: str) -> None:
        self.calls.append(verb)
        if self.between:
            self.between.pop(0)()
        if self.refusal:
            raise self.refusal

    def _keep(self, body: dict[str, Any]) -> dict[str, Any]:
        version = 1 if self.found is None else int(self.found["metadata"]["resourceVersion"]) + 1
        self.found = {**body, "metadata": {**body["metadata"], "resourceVersion": str(version)}}
        return self.found

    def runs(self) -> dict[str, str]:
        """The run that each step's result is from."""
        assert self.found is not None
        entries = json.loads(self.found["data"][INDEX_KEY])["entries"].values()
        return {entry["step"]: entry["run"] for entry in entries}


def run_of(name: str, **fields: Any) -> Plan:
    labels = {names.LABEL_PIPELINE: "train"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "step", "image": "python:3"}]}}
    own = step(name, outputs=("output",), cache=f"{name}.settings")
    return plan(own, run=f"run-{name}", cache=INDEX, templates=(template,), **fields)


def ended(api: Api, name: str, *, state: StepState = StepState.SUCCEEDED, **fields: Any) -> None:
    """A run of one step under a master of its own, from its first look at the index to its end."""
    store = CacheStore(cast("Kube", api), run_of(name, **fields))
    store.read()
    keep(store, name, state)


def keep(store: CacheStore, name: str, state: StepState = StepState.SUCCEEDED) -> None:
    made = run_of(name)
    status = StepStatus(state, [Attempt(1, "pod", state, finished=NOW)])
    store.keep({name: made.steps[0]}, {name: status}, {name: {"output": 1}}, NOW)


def test_the_first_run_makes_it_with_the_labels_of_its_pipeline() -> None:
    api = Api()
    ended(api, "a")
    assert api.calls == ["get", "create"]
    assert api.found is not None
    assert api.found["metadata"]["name"] == INDEX
    assert api.found["metadata"]["labels"][names.LABEL_PIPELINE] == "train"
    assert api.found["metadata"]["labels"][names.LABEL_COMPONENT] == names.COMPONENT_CACHE


def test_later_runs_add_to_it_with_one_write() -> None:
    api = Api()
    ended(api, "a")
    ended(api, "b")
    assert api.calls[2:] == ["get", "patch"]
    assert api.runs() == {"a": "run-a", "b": "run-b"}


@pytest.mark.parametrize("others", [1, 3])
def test_what_others_wrote_meanwhile_stays(others: int) -> None:
    api = Api()
    ended(api, "a")
    api.between = [lambda name=f"other{number}": ended(api, name) for number in range(others)]  # type: ignore[misc]  # bound now
    ended(api, "b")
    assert set(api.runs()) == {"a", "b", *(f"other{number}" for number in range(others))}


def test_of_two_that_make_it_at_once_both_are_kept() -> None:
    api = Api()
    api.between = [lambda: ended(api, "other")]
    ended(api, "a")
    assert api.runs() == {"a": "run-a", "other": "run-other"}


def test_one_that_was_deleted_meanwhile_is_made_again() -> None:
    api = Api()
    ended(api, "a")
    api.between = [lambda: setattr(api, "found", None)]
    ended(api, "b")
    assert api.runs() == {"b": "run-b"}


@pytest.mark.parametrize("state", [StepState.FAILED, StepState.STOPPED, StepState.CACHED, StepState.SKIPPED])
def test_only_what_succeeded_in_this_run_is_written(state: StepState) -> None:
    api = Api()
    ended(api, "a", state=state)
    assert api.calls == ["get"]


def test_a_run_that_uses_no_earlier_results_reads_none_and_keeps_its_own() -> None:
    api = Api()
    ended(api, "a")
    api.calls.clear()
    ended(api, "b", no_cache="--no-cache was given")
    assert api.calls == ["create", "get", "patch"]
    assert api.runs() == {"a": "run-a", "b": "run-b"}


def test_a_plan_that_caches_nothing_asks_for_nothing() -> None:
    api = Api()
    store = CacheStore(cast("Kube", api), plan(step("a")))
    store.read()
    store.keep({"a": step("a")}, {"a": StepStatus(StepState.SUCCEEDED, [Attempt(1, "pod")])}, {}, NOW)
    assert api.calls == []


def test_what_is_refused_is_told_and_ends_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    api = Api()
    api.refusal = KubeError(403, "Forbidden", "no rights")
    ended(api, "a")
    told = capsys.readouterr()
    assert "earlier results cannot be used: 403 Forbidden: no rights" in told.out + told.err
    assert "the results are not kept for later runs: 403 Forbidden: no rights" in told.out + told.err


def test_it_gives_up_where_others_write_all_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    api = Api()
    ended(api, "a")

    def touch() -> None:
        assert api.found is not None
        api._keep(api.found)
        api.between.append(touch)

    api.between = [touch]
    ended(api, "b")
    told = capsys.readouterr()
    assert "others write the index all the time" in told.out + told.err
