"""Namespaces that are strict: Pod Security `restricted`, and a quota of two pods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.real.facts import Facts
from tests.cluster.runs.space import EXAMPLES, Space, new_space
from tests.cluster.runs.views import output, states

pytestmark = pytest.mark.real


@pytest.fixture
def restricted(facts: Facts) -> Iterator[Space]:
    with new_space(facts, labels=["pod-security.kubernetes.io/enforce=restricted"]) as found:
        yield found


def test_a_restricted_namespace_runs_python_and_container_steps(restricted: Space) -> None:
    done = restricted.run("containers.py")
    assert done.code == 0, done.err
    assert set(states(done.view).values()) == {"succeeded"}
    done = restricted.run(EXAMPLES / "hello.py")
    assert done.code == 0, done.err


def test_a_setting_that_a_restricted_namespace_forbids_is_named_at_submit(restricted: Space) -> None:
    restricted.create("ConfigMap", "ml-config", data={"model": "a small one"})
    restricted.create("Secret", "ml-secret", stringData={"PASSWORD": "hunter2"})
    done = restricted.run("settings.py")
    assert done.code in (5, 8), done.err
    assert "host namespaces (hostIPC=true)" in done.err
    assert not restricted.objects("pods,jobs")


def test_under_a_quota_of_two_pods_a_chain_waits_for_its_place_and_succeeds(space: Space) -> None:
    space.limit("two-pods", pods="2")
    done = space.run("chain.py", length=5)
    assert done.code == 0, done.err
    assert output(done.view, "count_5") == 5
    assert space.journal.most_alive() == 1
    assert "exceeded quota: two-pods" in space.master_log(done.view["run"])
    assert {step["failures"] + step["disruptions"] for step in done.view["steps"]} == {0}


def test_under_a_quota_of_two_pods_parts_take_turns(space: Space) -> None:
    space.limit("two-pods", pods="2")
    done = space.run("fan.py", width=4)
    assert done.code == 0, done.err
    assert output(done.view, "join") == 4 * 100 + sum(range(4))
    assert "queued: exceeded quota" in done.err
