"""Which answers are asked again, and for how long."""

from __future__ import annotations

import random

import pytest

from k8stui.cluster.retry import Budget, Final, Policy, Reauthenticate, Retry, Wait, backoff, classify, retry_after


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_overload_and_server_errors_are_asked_again(status: int) -> None:
    assert classify(status, "", "") == Retry()


@pytest.mark.parametrize("status", [400, 404, 405, 409, 410, 413, 422, 501])
def test_answers_stand(status: int) -> None:
    assert classify(status, "", "whatever") == Final()


def test_the_servers_own_pause_is_kept() -> None:
    assert classify(429, "TooManyRequests", "", after=7) == Retry(after=7)


def test_an_eviction_refused_by_a_budget_is_an_answer() -> None:
    assert classify(429, "TooManyRequests", "it would violate the pod's disruption budget.", after=10) == Final()


def test_unauthorized_loads_the_credentials_anew() -> None:
    assert classify(401, "Unauthorized", "") == Reauthenticate()


@pytest.mark.parametrize(
    "message",
    [
        'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
        'pods "a" is forbidden: error looking up service account ns/default: serviceaccount "default" not found',
    ],
)
def test_states_of_the_moment_can_be_waited_out(message: str) -> None:
    assert isinstance(classify(403, "Forbidden", message), Wait)


@pytest.mark.parametrize(
    "message",
    [
        'pods "a" is forbidden: failed quota: q: must specify limits.cpu',
        "unable to create new content in namespace ns because it is being terminated",
        'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "ns"',
    ],
)
def test_other_refusals_are_final(message: str) -> None:
    assert classify(403, "Forbidden", message) == Final()


def test_a_collision_at_the_quota_is_asked_again() -> None:
    assert classify(409, "Conflict", 'Operation cannot be fulfilled on resourcequotas "q": modified') == Retry()


def test_the_retry_after_header_is_read_as_seconds() -> None:
    assert retry_after({"Retry-After": "3"}) == 3
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}) == 0


def test_pauses_grow_and_stay_below_the_cap() -> None:
    rng = random.Random(1)
    for attempt in range(1, 2000):
        full = min(5.0, 0.2 * 2 ** min(attempt - 1, 30))
        assert full / 2 <= backoff(attempt, rng) <= full


def _spend(budget: Budget, decision: Retry | Wait, *, may_wait: bool = False, had_contact: bool = True) -> float:
    """The seconds a request goes on for when the same answer comes for ever."""
    now = 0.0
    while (pause := budget.pause(decision, now=now, may_wait=may_wait, had_contact=had_contact)) is not None:
        now += pause
    return now


def test_the_total_time_of_a_request_is_bounded() -> None:
    spent = _spend(Budget(Policy(total=30), random.Random(1), started=0), Retry())
    assert 20 < spent <= 30


def test_a_server_that_never_answered_is_given_up_soon() -> None:
    assert _spend(Budget(Policy(), random.Random(1), started=0), Retry(), had_contact=False) <= 2


def test_waiting_is_the_callers_choice() -> None:
    quota = Wait("waiting for room")
    assert _spend(Budget(Policy(wait=100), random.Random(1), started=0), quota) == 0
    assert 90 < _spend(Budget(Policy(wait=100), random.Random(1), started=0), quota, may_wait=True) <= 100


def test_a_pause_longer_than_the_budget_is_not_begun() -> None:
    assert Budget(Policy(total=30), random.Random(1), started=0).pause(Retry(after=60), now=0, may_wait=False) is None


def test_credentials_are_reloaded_once() -> None:
    budget = Budget(Policy(), random.Random(1), started=0)
    assert budget.pause(Reauthenticate(), now=0, may_wait=False) == 0
    assert budget.pause(Reauthenticate(), now=0, may_wait=False) is None
