"""Evictions and failures: two budgets that are never mixed."""

from __future__ import annotations

import pytest

from k8stui.incluster.contract import names
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import attempts, output, states, step_of

pytestmark = pytest.mark.real


def test_a_step_evicted_through_the_api_starts_again_without_using_its_retries(space: Space) -> None:
    run = space.submit("disrupted.py:evicted")
    pod = space.journal.running("held")
    assert space.evict(pod.name).code == 0
    space.open_gate(space.journal.running("held", attempt=2))
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    step = step_of(ended.view, "held")
    assert (step["disruptions"], step["failures"]) == (1, 0)
    assert [one["state"] for one in step["attempts"]] == ["evicted", "succeeded"]
    assert step["attempts"][0]["reason"] == "EvictionByEvictionAPI"
    assert output(ended.view, "held") == 2


def test_a_step_evicted_by_its_node_starts_again_without_using_its_retries(space: Space) -> None:
    done = space.run("disrupted.py:evicted_by_the_node")
    assert done.code == 0, done.err
    step = step_of(done.view, "fills_the_disk")
    assert (step["disruptions"], step["failures"]) == (1, 0)
    first = step["attempts"][0]
    assert (first["state"], first["reason"]) == ("evicted", "Evicted")
    assert "ephemeral" in first["message"]
    assert output(done.view, "fills_the_disk") == 2


def test_a_pod_disruption_budget_that_blocks_an_eviction_leaves_the_run_alone(space: Space) -> None:
    chosen = {"matchLabels": {names.LABEL_COMPONENT: names.COMPONENT_STEP}}
    space.create("PodDisruptionBudget", "keep", api="policy/v1", spec={"minAvailable": 1, "selector": chosen})
    run = space.submit("disrupted.py:evicted")
    pod = space.journal.running("held")
    eventually(
        lambda: space.objects("poddisruptionbudgets")[0].get("status", {}).get("currentHealthy") == 1,
        what="the budget counts the step's pod",
    )
    refused = space.evict(pod.name)
    assert refused.code != 0
    assert "disruption budget" in refused.err
    space.open_gate(pod)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert attempts(ended.view) == {"held": 1}
    assert step_of(ended.view, "held")["disruptions"] == 0


def test_a_failing_step_uses_its_retries(space: Space) -> None:
    done = space.run("failing.py:retried")
    assert done.code == 0, done.err
    step = step_of(done.view, "third_time_lucky")
    assert (step["failures"], step["disruptions"]) == (2, 0)
    assert [one["state"] for one in step["attempts"]] == ["failed", "failed", "succeeded"]
    assert output(done.view, "third_time_lucky") == 3


def test_a_step_out_of_retries_fails_its_run(space: Space) -> None:
    done = space.run("failing.py:exhausted")
    assert (done.code, done.view["state"]) == (1, "failed")
    step = step_of(done.view, "never_lucky")
    assert (len(step["attempts"]), step["failures"]) == (2, 2)
    assert "RuntimeError: never" in done.view["why"]
    assert space.journal.steps_ever() == [("never_lucky", 1), ("never_lucky", 2)]


def test_a_failed_step_skips_what_depends_on_it_and_nothing_else(space: Space) -> None:
    done = space.run("failing.py:broken_branch")
    assert (done.code, done.view["state"]) == (1, "failed")
    found = {"fine": "succeeded", "broken": "failed", "after_broken": "skipped", "fine_2": "succeeded"}
    assert states(done.view) == found
    assert "ValueError: cannot use 1" in done.view["why"]
