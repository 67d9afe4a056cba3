"""Uninstalling takes what carries k8stui's mark and nobody else uses, and nothing while somebody needs it."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.uninstalling.judging import Found, Piece, Wanted, judged, obstacles
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.preparing import CLAIM
from k8stui.model.views import RunSummaryView
from k8stui.plan.rbac import ROLE

ALL = Wanted(runs=True, schedules=True, store=True)


def thing(name: str, *, ours: bool = True, **fields: Any) -> dict[str, Any]:
    labels = {names.LABEL_MANAGED_BY: names.MANAGER} if ours else {"app": "x"}
    return {"metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": "7", "labels": labels}, **fields}


def binding(name: str = ROLE, *subjects: tuple[str, str], ours: bool = True) -> dict[str, Any]:
    listed = [{"kind": kind, "name": who} for kind, who in subjects]
    return thing(name, ours=ours, subjects=listed, roleRef={"kind": "Role", "name": ROLE})


def run(name: str, state: RunState) -> tuple[RunSummaryView, dict[str, Any]]:
    return RunSummaryView(run=name, namespace="ml", pipeline="p", state=state), thing(f"run-{name}")


def found(**more: Any) -> Found:
    usual: dict[str, Any] = {
        "accounts": [thing("k8stui"), thing("other", ours=False)],
        "roles": [thing(ROLE), thing("theirs", ours=False)],
        "bindings": [binding(ROLE, ("ServiceAccount", "k8stui"), ("ServiceAccount", "second"))],
        "claims": [thing(CLAIM), thing("data", ours=False)],
        "caches": [thing("cache-p-1")],
        "runs": [run("done-1", RunState.SUCCEEDED)],
        "schedules": [thing("nightly"), thing("cron", ours=False)],
    }
    return Found(**{**usual, **more})


def of(pieces: list[Piece], *, goes: bool) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in pieces if one.goes is goes]


def test_the_rights_go_and_the_rest_where_it_is_asked_for() -> None:
    rights = [("ServiceAccount", "k8stui"), ("RoleBinding", ROLE), ("Role", ROLE)]
    asked = [("Schedule", "nightly"), ("Run", "done-1"), ("ConfigMap", "cache-p-1"), ("PersistentVolumeClaim", CLAIM)]
    bare = judged(found(), Wanted())
    assert (of(bare, goes=True), of(bare, goes=False)) == (rights, asked)
    whole = judged(found(), ALL)
    assert (of(whole, goes=True), of(whole, goes=False)) == ([*asked, *rights], [])
    assert {(one.uid, one.version) for one in whole if one.resource} >= {("uid-k8stui", "7")}
    assert next(one.uid for one in whole if one.kind == "Schedule") == "uid-nightly"


@pytest.mark.parametrize(
    ("more", "stays", "why"),
    [
        (
            {"pods": [thing("web", ours=False, spec={"serviceAccountName": "k8stui"})]},
            [("ServiceAccount", "k8stui")],
            "pod web of others runs by it",
        ),
        (
            {"bindings": [binding(ROLE, ("ServiceAccount", "k8stui"), ("User", "ada"))]},
            [("RoleBinding", ROLE), ("Role", ROLE)],
            "somebody has given its role to User ada",
        ),
        (
            {"bindings": [binding(ROLE, ("ServiceAccount", "k8stui")), binding("own", ("User", "ada"), ours=False)]},
            [("Role", ROLE)],
            "binding own needs it",
        ),
        (
            {"roles": [thing(ROLE), thing("k8stui-see-runs")]},
            [("Role", "k8stui-see-runs")],
            "holds rights of persons (k8stui doctor --grants)",
        ),
    ],
)
def test_what_others_use_stays(more: dict[str, Any], stays: list[tuple[str, str]], why: str) -> None:
    pieces = judged(found(**more), ALL)
    assert of(pieces, goes=False) == stays
    assert next(one.why for one in pieces if not one.goes) == why


def test_pods_of_runs_do_not_keep_the_account() -> None:
    pods = [thing("step", spec={"serviceAccountName": "k8stui"}), thing("web", ours=False, spec={})]
    assert of(judged(found(pods=pods), ALL), goes=False) == []


def test_nothing_goes_while_something_needs_it() -> None:
    assert obstacles(found(), ALL) == []
    (told,) = obstacles(found(), Wanted())
    assert told == "Schedules could start no run any more: nightly. Add --schedules, and they go, too."
    active = found(runs=[run("done-1", RunState.FAILED), run("busy-1", RunState.PAUSED)])
    assert obstacles(active, ALL) == ["Runs go on: busy-1. Stop them first: k8stui runs stop busy-1"]
    assert of(judged(active, ALL), goes=False) == [("Run", "busy-1")]
