"""What an earlier run has done needs no pod, under the rights that the orchestrator really has."""

from __future__ import annotations

import pytest

from k8stui.incluster.contract import names
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states, step_of

pytestmark = pytest.mark.real


def pods_of(space: Space, run: str) -> int:
    component = f"{names.LABEL_COMPONENT}={names.COMPONENT_STEP}"
    return len(space.objects("pods", f"{names.LABEL_RUN_ID}={run},{component}"))


def test_the_same_again_is_taken_from_the_first_run_and_a_longer_one_as_far_as_it_goes(space: Space) -> None:
    first = space.run("chain.py", length=3).view
    again = space.run("chain.py", length=3).view
    assert set(states(again).values()) == {"cached"}
    assert output(again, "count_3") == output(first, "count_3") == 3
    assert pods_of(space, again["run"]) == 0
    assert space.job(again["run"])["status"].get("failed", 0) == 0
    longer = space.run("chain.py", length=4).view
    assert list(states(longer).values()) == ["cached", "cached", "cached", "succeeded"]
    assert pods_of(space, longer["run"]) == 1
    told = space.k8stui("runs", "describe", longer["run"], "count_2").out
    assert f"from run {first['run']}: same code, image, settings and inputs" in told


def test_it_outlives_the_run_and_gives_way_to_no_cache(space: Space) -> None:
    first = space.run("chain.py", length=2).view
    assert space.k8stui("runs", "delete", first["run"]).code == 0
    assert set(states(space.run("chain.py", length=2).view).values()) == {"cached"}
    fresh = space.k8stui(*space.command("chain.py", length=2), "--no-cache", "-o", "json").view
    assert set(states(fresh).values()) == {"succeeded"}
    assert step_of(fresh, "count")["cache"] == "not cached: --no-cache was given"
