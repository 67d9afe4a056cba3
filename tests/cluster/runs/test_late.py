"""Pods that do not start or take too long, failure modes and hooks, where the kubelet and the API server are real."""

from __future__ import annotations

import re

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import View, output, states, step_of

pytestmark = pytest.mark.real


def spent(view: View, step: str) -> tuple[int, int, int]:
    """From the step's retries, its disruption budget and its startup budget."""
    one = step_of(view, step)
    return one["failures"], one["disruptions"], one["startups"]


def test_each_way_to_be_late_is_paid_by_its_own_budget(space: Space) -> None:
    done = space.run("late.py:late")
    view = done.view
    assert view["state"] == "failed"
    assert spent(view, "nowhere") == (0, 0, 2)
    assert "no pod started in 2 tries; last: its pod did not start within 3 s" in step_of(view, "nowhere")["why"]
    assert spent(view, "unset") == (1, 0, 0)
    assert step_of(view, "unset")["why"].startswith("its pod can't start: CreateContainerConfigError: ")
    assert spent(view, "no_image") == (1, 0, 0)
    assert re.match("its pod can't start: (ErrImagePull|ImagePullBackOff): ", step_of(view, "no_image")["why"])
    assert spent(view, "overlong") == (2, 0, 0)
    assert step_of(view, "overlong")["why"] == "timed out after 2 s"
    assert states(view)["after"] == "skipped"


def test_the_first_failure_of_a_run_that_fails_fast_ends_it_and_calls_its_hook(space: Space) -> None:
    view = space.run("late.py:fast").view
    assert view["state"] == "failed"
    assert states(view) == {"held": "stopped", "after": "skipped", "fails": "failed", "mourn": "succeeded"}
    assert output(view, "mourn") == f"{view['run']} failed: {view['why']}"


def test_a_run_over_its_time_ends_and_leaves_nothing_running(space: Space) -> None:
    view = space.run("late.py:limited").view
    assert (view["state"], view["why"]) == ("failed", "the run timed out after 4 s")
    assert states(view) == {"held": "stopped", "after": "skipped", "mourn": "succeeded"}
    assert output(view, "mourn") == f"{view['run']} failed: the run timed out after 4 s"
    eventually(
        lambda: all(pod["status"]["phase"] in ("Succeeded", "Failed") for pod in space.objects("pods")),
        what="no pod of the run runs",
    )
