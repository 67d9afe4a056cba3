"""Events as lines: counted, dated, told whose they are."""

from __future__ import annotations

from typing import Any

from k8stui.cluster.store import ObjectStore
from k8stui.control.events.board import last_seen, slim
from k8stui.control.events.lines import FIELDS, event_line, fields_of, grouped, run_among
from k8stui.control.words.filtering import keeper


def event(name: str, **more: Any) -> dict[str, Any]:
    of = {"kind": "Pod", "namespace": "ml", "name": "train-a1-load-1", "uid": "u1"}
    return {
        "metadata": {"name": name, "namespace": "ml", "creationTimestamp": "2026-11-29T10:00:00Z"},
        "involvedObject": {**of, **more.pop("of", {})},
        "type": "Warning",
        "reason": "FailedScheduling",
        "message": "0/3 nodes are available: 3 Insufficient cpu.",
        **more,
    }


def test_what_is_said_again_in_other_numbers_is_one_line_with_the_newest_words() -> None:
    lines = [
        event_line(event("a", count=4, lastTimestamp="2026-11-29T10:05:00Z")),
        event_line(event("b", message="0/5 nodes are available: 5 Insufficient cpu.",
                         series={"count": 3, "lastObservedTime": "2026-11-29T10:09:00.000000Z"})),
        event_line(event("c", reason="Pulled", type="Normal", lastTimestamp="2026-11-29T10:07:00Z")),
        event_line(event("d", of={"name": "other"}, lastTimestamp="2026-11-29T10:01:00Z")),
    ]  # fmt: skip
    found = grouped(lines)
    assert [(line.name, line.event.reason, line.event.count) for line in found] == [
        ("train-a1-load-1", "FailedScheduling", 7),
        ("train-a1-load-1", "Pulled", 1),
        ("other", "FailedScheduling", 1),
    ]
    assert found[0].event.message.startswith("0/5")
    assert found[0].key == lines[0].key


def test_an_event_of_the_newer_api_is_read_as_well() -> None:
    line = event_line({
        "metadata": {"name": "a", "namespace": "default"}, "regarding": {"kind": "Node", "name": "node-1"},
        "type": "Normal", "reason": "NodeReady", "reportingComponent": "kubelet", "eventTime": "2026-11-29T10:00:00Z",
    })  # fmt: skip
    assert (line.object, line.namespace, line.source, line.warns) == ("node/node-1", "default", "kubelet", False)


def test_the_run_of_an_object_is_the_longest_known_name_that_its_own_begins_with() -> None:
    runs = {("ml", "train-a1"), ("ml", "train"), ("other", "train-a1-load")}
    pod = event_line(event("a"))
    assert run_among(pod, runs) == "train-a1"
    assert (
        run_among(event_line(event("a", of={"kind": "ConfigMap", "name": "run-train-a1-plan-0"})), runs) == "train-a1"
    )
    assert run_among(event_line(event("a", of={"name": "web-5d9c"})), runs) == ""


def test_filters_look_at_all_that_is_shown_and_free_words_at_the_message_too() -> None:
    line = grouped([event_line(event("a", count=12, lastTimestamp="2026-11-29T10:05:00Z"))], {("ml", "train-a1")})[0]
    now = (line.event.time or 0) + 120
    matching = ("type:warning", "object:pod/train*", "run:train-a1", "age:<1h", "count:>10", "insufficient", "kind:pod")
    assert all(keeper(text, FIELDS)(fields_of(line, now)) for text in matching)
    others = ("type:normal", "age:>1h", "run:other", "!insufficient", "object:job/train*")
    assert not any(keeper(text, FIELDS)(fields_of(line, now)) for text in others)


def test_the_newest_are_kept_where_there_are_too_many() -> None:
    store = ObjectStore()
    for minute in range(10):
        store.put(slim(event(f"e{minute}", lastTimestamp=f"2026-11-29T10:{50 - minute}:00Z")))
        store.keep_most(4, last_seen)
    kept = sorted(name for _, name in store.objects)
    assert kept == ["e0", "e1", "e2", "e3"]
    assert slim(event("a", source={"component": "kubelet"}, managedFields=[1]))["reportingComponent"] == "kubelet"
