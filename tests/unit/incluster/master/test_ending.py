"""The end of a run: whether a person deleted it, and the pods that something else keeps alive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Summary
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.master import ending, watchers
from k8stui.incluster.master.ending import finish, was_deleted_with_run
from k8stui.incluster.master.kube import Kube
from k8stui.incluster.master.setup import Surroundings
from tests.unit.incluster.samples import RUN, plan, step

MASTER = "master"


def pod(name: str, *containers: str, phase: str = "Running", deleting: bool = False) -> dict[str, Any]:
    meta = {"name": name, "uid": "uid-" + name, **({"deletionTimestamp": "2026-11-24T14:05:00Z"} if deleting else {})}
    return {"metadata": meta, "spec": {"containers": [{"name": one} for one in containers]}, "status": {"phase": phase}}


class Api:
    """A namespace that stays as it is."""

    def __init__(self, *pods: dict[str, Any]) -> None:
        self.pods = pods
        self.deleted: list[str] = []

    def get(self, plural: str, name: str) -> dict[str, Any]:
        return pod(MASTER, names.MASTER_CONTAINER, deleting=True) if plural == "pods" else {"metadata": {}, "spec": {}}

    def pages(self, _plural: str, _labels: str, fields: str) -> Iterator[dict[str, Any]]:
        ended = ("Succeeded", "Failed") if fields == watchers.UNENDED else ()
        for one in self.pods:
            kept = one["status"]["phase"] not in ended
            yield {"items": [one] if kept else [], "metadata": {"resourceVersion": "1"}}

    def delete(self, plural: str, name: str, _uid: str = "") -> None:
        self.deleted.append(f"{plural}/{name}")


def around() -> Surroundings:
    return Surroundings(plan(step("a")), {}, MASTER, "10.0.0.1", RUN, {}, {})


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "STILL", 0.05)
    monkeypatch.setattr(ending, "PAUSE", 0.01)


def deleted_with_run(replacements: set[str] | None, *pods: dict[str, Any], living: tuple[str, ...] = ()) -> bool:
    return was_deleted_with_run(cast("Kube", Api(*pods)), around(), replacements, living)


def test_a_master_that_is_deleted_alone_is_no_end() -> None:
    assert not deleted_with_run(None, pod("a", "step"), pod("b", "step"))


def test_a_step_that_stays_means_that_the_run_goes_on() -> None:
    assert not deleted_with_run(set(), pod("a", "step", deleting=True), pod("b", "step"))


def test_all_steps_deleted_with_the_master_are_the_end() -> None:
    assert deleted_with_run(None, pod("a", "step", deleting=True), pod("b", "step", deleting=True))


def test_steps_that_are_gone_before_the_master_hears_of_it_are_the_end() -> None:
    assert deleted_with_run(None, living=("a",))
    assert deleted_with_run(None, pod("b", "step", deleting=True), living=("a", "b"))
    assert not deleted_with_run(None)
    assert not deleted_with_run(None, pod("b", "step"), living=("a", "b"))


def test_a_step_that_goes_between_two_looks_is_the_end() -> None:
    class Going(Api):
        """A namespace that is empty at the second look."""

        def pages(self, plural: str, labels: str, fields: str) -> Iterator[dict[str, Any]]:
            yield from super().pages(plural, labels, fields)
            self.pods = ()

    assert was_deleted_with_run(cast("Kube", Going(pod("a", "step"))), around(), None, ())


def test_what_the_master_made_in_their_place_does_not_count() -> None:
    assert deleted_with_run({"b"}, pod("b", "step"))
    assert not deleted_with_run({"b"}, pod("a", "step"), pod("b", "step"))


def test_pods_that_another_container_keeps_alive_go_with_the_run() -> None:
    api = Api(pod("kept", "mesh", "step"), pod("over", "mesh", "step", phase="Succeeded"), pod("ending", "step"))
    assert finish(cast("Kube", api), around(), Summary(state=RunState.SUCCEEDED)) == 0
    assert api.deleted == [f"secrets/{names.keys_name(RUN)}", "pods/kept"]
