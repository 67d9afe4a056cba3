"""A view made from several mirrors is no fresher than the worst of them."""

from __future__ import annotations

from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS
from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, K8stuiError, UnreachableError
from tests.unit.cluster.fakes import VirtualTime, scripted


def mirrors(count: int) -> tuple[list[Mirror], VirtualTime]:
    cluster, _, time = scripted()
    return [Mirror(cluster, PODS) for _ in range(count)], time


def lose(mirror: Mirror, error: K8stuiError, *, at: float) -> None:
    mirror.connected, mirror.error, mirror.disconnected_since = False, error, at


def stand(*standing: Mirror) -> None:
    for mirror in standing:
        mirror.synced = mirror.connected = True


def test_what_has_not_begun_is_neither_synced_nor_lost() -> None:
    (one,), _ = mirrors(1)
    assert Freshness.of(one) == Freshness()


def test_all_must_stand_and_the_oldest_sign_of_life_counts() -> None:
    (one, two), time = mirrors(2)
    stand(one, two)
    time.seconds += 7
    one.last_event = time.seconds
    assert Freshness.of(one, two) == Freshness(synced=True, connected=True, age=7)
    assert Freshness.of(one) == Freshness(synced=True, connected=True)


def test_of_two_losses_the_longer_one_is_told() -> None:
    (one, two), time = mirrors(2)
    stand(one, two)
    older, newer = UnreachableError("older"), UnreachableError("newer")
    lose(one, newer, at=time.seconds)
    lose(two, older, at=time.seconds)
    time.seconds += 5
    one.disconnected_since = time.seconds - 1
    found = Freshness.of(one, two)
    assert (found.synced, found.connected, found.error, found.lost_for) == (True, False, older, 5)


def test_a_missing_right_counts_more_than_a_lost_connection() -> None:
    (one, two), time = mirrors(2)
    refused = ForbiddenError("no")
    lose(one, UnreachableError("lost"), at=time.seconds - 100)
    lose(two, refused, at=time.seconds)
    assert Freshness.of(one, two).error is refused
    assert not Freshness.of(one, two).synced
