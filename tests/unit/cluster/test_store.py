"""What events mean for the objects of a mirror, and what a reader is told."""

from __future__ import annotations

import asyncio

from k8stui.cluster.changes import Changes
from k8stui.cluster.store import NO_KEY, Change, ChangeType, ObjectStore
from tests.unit.cluster.fakes import pod

KEY = ("ns", "a")


def version(store: ObjectStore) -> str:
    return str(store.objects[KEY]["metadata"]["resourceVersion"])


def test_an_event_seen_twice_changes_nothing() -> None:
    store = ObjectStore()
    assert store.put(pod("a", "5")) is not None
    assert store.put(pod("a", "5")) is None


def test_a_late_event_does_not_turn_back_time() -> None:
    store = ObjectStore()
    store.put(pod("a", "10"))
    assert store.put(pod("a", "9")) is None
    assert version(store) == "10"


def test_a_list_is_right_even_when_it_looks_older() -> None:
    store = ObjectStore()
    store.put(pod("a", "10"))
    assert store.put(pod("a", "3"), from_list=True) is not None
    assert version(store) == "3"


def test_a_replaced_object_counts_whatever_its_version() -> None:
    store = ObjectStore()
    store.put(pod("a", "10", uid="old"))
    change = store.put(pod("a", "11", uid="new"))
    assert change is not None
    assert change.type is ChangeType.MODIFIED


def test_the_deletion_of_a_predecessor_leaves_the_successor() -> None:
    store = ObjectStore()
    store.put(pod("a", "11", uid="new"))
    assert store.remove(pod("a", "10", uid="old")) is None
    assert KEY in store.objects


def test_what_a_list_lacks_was_deleted() -> None:
    store = ObjectStore()
    store.put(pod("a"))
    store.put(pod("b"))
    assert [change.key for change in store.keep_only({("ns", "b")})] == [KEY]
    assert list(store.objects) == [("ns", "b")]


def change(kind: ChangeType, name: str = "a", number: str = "1") -> Change:
    return Change(kind, ("ns", name), pod(name, number))


async def test_unread_changes_of_one_object_melt_into_the_latest() -> None:
    reader = Changes()
    reader.tell(change(ChangeType.ADDED, number="1"))
    reader.tell(change(ChangeType.MODIFIED, number="2"))
    reader.tell(change(ChangeType.MODIFIED, "b"))
    assert reader.take() == [change(ChangeType.ADDED, number="2"), change(ChangeType.MODIFIED, "b")]
    assert reader.take() == []


async def test_a_reader_far_behind_is_told_to_read_anew() -> None:
    reader = Changes(limit=3)
    for number in range(4):
        reader.tell(change(ChangeType.ADDED, str(number)))
    assert reader.take() == [Change(ChangeType.RELISTED, NO_KEY, {})]


async def test_a_waiting_reader_wakes_and_ends_with_the_mirror() -> None:
    reader = Changes()
    waiting = asyncio.create_task(anext(reader))
    await asyncio.sleep(0)
    reader.tell(change(ChangeType.ADDED))
    assert (await waiting).key == KEY
    reader.tell(change(ChangeType.DELETED))
    reader.close()
    assert [one.type async for one in reader] == [ChangeType.DELETED]
