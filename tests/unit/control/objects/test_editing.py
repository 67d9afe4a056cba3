"""What an edited text means, and when it may be sent."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.objects.editing import Draft, apply, draft_of, refused, told
from k8stui.model.errors import ConflictError, ForbiddenError, InvalidInputError, RejectedError
from tests.unit.cluster.fakes import answer, refusal, scripted

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "a",
        "namespace": "ns",
        "uid": "u1",
        "resourceVersion": "7",
        "managedFields": [{}],
        "labels": {"team": "ml", "on": "yes", "since": "2026-11-29", "half": "1e3"},
    },
    "spec": {"containers": [{"name": "main", "image": "x:1", "args": ["a\nb", "# no comment"]}]},
    "status": {"phase": "Running"},
}
DRAFT = Draft(PODS, "ns", "a", POD)


def edited(old: str, new: str) -> str:
    text = DRAFT.text()
    assert text.count(old) == 1
    return text.replace(old, new)


def test_a_text_that_is_left_as_it_is_changes_nothing() -> None:
    assert DRAFT.change(DRAFT.text()) == {}
    assert not any(word in DRAFT.text() for word in ("status:", "managedFields", "resourceVersion", "uid:"))


def test_only_what_was_changed_is_sent_and_told() -> None:
    patch = DRAFT.change(edited("team: ml\n", "team: data\n    cost: '4'\n"))
    assert patch == {"metadata": {"labels": {"team": "data", "cost": "4"}}}
    assert sorted(told(DRAFT, patch)) == [
        "metadata.labels.cost: nothing -> '4'",
        "metadata.labels.team: ml -> data",
    ]
    gone = DRAFT.change(edited("    team: ml\n", ""))
    assert gone == {"metadata": {"labels": {"team": None}}}
    assert told(DRAFT, gone) == ["metadata.labels.team: ml -> nothing"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "It is no YAML: line "),
        ("- a", "An object is needed"),
        ("", "An object is needed"),
        (DRAFT.text().replace("name: a\n", "name: b\n"), "metadata.name cannot be edited"),
        (DRAFT.text().replace("kind: Pod", "kind: Job"), "kind cannot be edited"),
        (DRAFT.text() + "status: {}\n", "status cannot be edited"),
    ],
)
def test_what_cannot_be_sent_is_said(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        DRAFT.change(text)


def test_a_refusal_stands_above_the_text_and_takes_the_place_of_the_one_before() -> None:
    first = refused(edited("x:1", "x:2"), RejectedError("spec: it\nmay not.", hint="Do not."))
    second = refused(first, RejectedError("Once more."))
    assert first.splitlines()[:4] == ["# Not accepted:", "# spec: it", "# may not.", "# Do not."]
    assert "Once more" in second
    assert "may not" not in second
    assert yaml.safe_load(second) == yaml.safe_load(edited("x:1", "x:2"))


def newer(**labels: str) -> dict[str, Any]:
    meta = {**POD["metadata"], "resourceVersion": "9", "labels": {**POD["metadata"]["labels"], **labels}}
    return {**POD, "metadata": meta, "status": {"phase": "Running", "podIP": "10.0.0.1"}}


CONFLICT = answer(409, refusal(409, "Conflict", "the object has been modified"))
PATCH = {"metadata": {"labels": {"team": "data"}}}


async def test_a_change_of_something_else_meanwhile_is_no_conflict() -> None:
    cluster, transport, _ = scripted(CONFLICT, answer(200, newer(other="x")), answer(200))
    await apply(cluster, DRAFT, PATCH)
    assert [call.method for call in transport.calls] == ["PATCH", "GET", "PATCH"]
    assert b'"resourceVersion":"9"' in (transport.calls[-1].body or b"")


async def test_a_change_of_the_same_meanwhile_is_told_and_nothing_sent() -> None:
    cluster, transport, _ = scripted(CONFLICT, answer(200, newer(team="ops")))
    with pytest.raises(ConflictError, match=r"Somebody has changed metadata\.labels\.team of Pod a meanwhile"):
        await apply(cluster, DRAFT, PATCH)
    assert len(transport.calls) == 2


async def test_another_object_of_that_name_is_never_changed() -> None:
    other = newer()
    other["metadata"]["uid"] = "u2"
    cluster, _, _ = scripted(CONFLICT, answer(200, other))
    with pytest.raises(ConflictError, match="Pod a was replaced"):
        await apply(cluster, DRAFT, PATCH)


async def test_who_may_not_change_it_is_told_before_the_editor_opens() -> None:
    cluster: Cluster
    cluster, _, _ = scripted(answer(200, POD), answer(201, {"status": {"allowed": False}}))
    with pytest.raises(ForbiddenError, match="You may not change Pod a: verb patch on pods is missing"):
        await draft_of(cluster, PODS, "a")
    cluster, transport, _ = scripted(read_only=True)
    with pytest.raises(ForbiddenError, match="Read-only mode"):
        await draft_of(cluster, PODS, "a")
    assert not transport.calls
