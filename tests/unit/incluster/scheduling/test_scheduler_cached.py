"""Steps that an earlier run has done: they end without a pod, and what comes after them goes on at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.inputs import Input, resolve
from k8stui.incluster.contract.protocol import Plan, StepPlan
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.scheduling.actions import Create
from k8stui.incluster.scheduling.caching import Index, parts_of
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.scheduling.stepcache import StepCache
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, plan, step

IMAGE = "python:3"


def taking(name: str, *after: str, **more: Any) -> StepPlan:
    """A step that takes the output of its parents and returns its name."""
    inputs = {parent: Input(None, parent, "output") for parent in after}
    return step(name, *after, **{"outputs": ("output",), "cache": f"{name}.settings", "inputs": inputs, **more})


def known(run: Plan, *names: str) -> Index:
    """An index with the results of these steps, all of whose parents return their names."""
    index, results = Index(), {one.name: {"output": one.name} for one in run.steps}
    for one in run.steps:
        if one.name in names:
            values = {name: resolve(value, results) for name, value in one.inputs.items()}
            index.add(one.name, "earlier", parts_of(one, IMAGE, values), {"output": one.name}, NOW)
    return Index(index.to_text())


def master(run: Plan, *names: str) -> Scheduler:
    return Scheduler(run, StepCache(run, known(run, *names)))


def creations(scheduler: Scheduler) -> list[str]:
    return [action.step for action in scheduler.decide(NOW) if isinstance(action, Create)]


def succeed(scheduler: Scheduler, name: str, output: Any = None) -> None:
    report = Report(SUCCEEDED, results={"output": name if output is None else output})
    scheduler.pod_seen(name, ended(name, report=report), NOW)


CHAIN = plan(taking("a"), taking("b", "a"), taking("c", "b"))


def test_a_chain_that_is_known_is_over_at_once_and_without_a_pod() -> None:
    scheduler = master(CHAIN, "a", "b", "c")
    assert creations(scheduler) == []
    assert scheduler.over
    assert scheduler.outcome() == (RunState.SUCCEEDED, "")
    assert {status.state for status in scheduler.steps.values()} == {StepState.CACHED}
    assert scheduler.results == {name: {"output": name} for name in "abc"}
    assert scheduler.touched == {"a", "b", "c"}
    assert scheduler.clock.began == NOW


def test_what_comes_after_starts_at_once_with_the_results() -> None:
    scheduler = master(CHAIN, "a")
    assert creations(scheduler) == ["b"]
    assert scheduler.results["a"] == {"output": "a"}


def test_what_was_known_with_other_inputs_runs_and_tells_why() -> None:
    scheduler = master(CHAIN, "b", "c")
    assert creations(scheduler) == ["a"]
    succeed(scheduler, "a", "other")
    assert creations(scheduler) == ["b"]
    assert scheduler.steps["b"].cache == 'a from a changed "a" -> "other" since run earlier'


def test_what_returned_the_same_again_lets_the_rest_be_taken() -> None:
    scheduler = master(CHAIN, "b", "c")
    assert creations(scheduler) == ["a"]
    succeed(scheduler, "a")
    assert creations(scheduler) == []
    assert scheduler.over


def test_places_are_not_needed() -> None:
    run = plan(taking("held"), *(taking(f"s{number}") for number in range(5)), max_parallelism=1)
    scheduler = master(run, *(f"s{number}" for number in range(5)))
    assert creations(scheduler) == ["held"]
    assert [scheduler.steps[f"s{number}"].state for number in range(5)] == [StepState.CACHED] * 5


def test_a_pause_holds_them_too() -> None:
    scheduler = master(CHAIN, "a", "b", "c")
    scheduler.paused = True
    assert creations(scheduler) == []
    assert scheduler.steps["a"].state is StepState.WAITING
    scheduler.paused = False
    assert creations(scheduler) == []
    assert scheduler.over


def test_the_hook_for_a_success_is_called_after_them() -> None:
    run = plan(taking("a"), step("cheer", hook="on_success"))
    scheduler = master(run, "a")
    assert creations(scheduler) == ["cheer"]


def test_a_stopped_run_takes_nothing_more() -> None:
    scheduler = master(CHAIN, "b", "c")
    assert creations(scheduler) == ["a"]
    scheduler.stop()
    succeed(scheduler, "a")
    scheduler.decide(NOW)
    assert scheduler.steps["b"].state is StepState.STOPPED


def test_a_step_that_was_begun_is_not_looked_up_any_more() -> None:
    run = plan(taking("a"))
    cache = StepCache(run, Index())
    scheduler = Scheduler(run, cache)
    assert creations(scheduler) == ["a"]
    cache.index = known(run, "a")
    scheduler.pod_seen("a", ended("a", exit_code=137, disrupted=True, eviction=True, reason="Evicted"), NOW)
    assert creations(scheduler) == ["a"]


def test_one_that_a_master_wrote_down_and_never_made_is_looked_up_again() -> None:
    run = plan(taking("a"))
    before = Scheduler(run)
    assert creations(before) == ["a"]
    scheduler = master(run, "a")
    scheduler.restore(before.steps, {})
    scheduler.missing("a", NOW)
    assert creations(scheduler) == []
    assert scheduler.steps["a"].state is StepState.CACHED


@pytest.mark.parametrize("fields", [{"no_cache": "because"}, {}])
def test_without_the_cache_nothing_is_taken(fields: dict[str, str]) -> None:
    run = plan(taking("a", cache="a.settings" if fields else ""), **fields)
    scheduler = master(run, "a")
    assert creations(scheduler) == ["a"]
    assert scheduler.steps["a"].cache == fields.get("no_cache", "")


@given(st.data())
def test_in_any_graph_exactly_the_rest_runs_each_after_its_parents(data: st.DataObject) -> None:
    names = [f"s{number}" for number in range(data.draw(st.integers(1, 12)))]
    steps = [
        taking(name, *sorted(data.draw(st.sets(st.sampled_from(names[:place]), max_size=3)) if place else ()))
        for place, name in enumerate(names)
    ]
    run = plan(*steps, max_parallelism=data.draw(st.integers(0, 3)))
    taken = set(data.draw(st.sets(st.sampled_from(names))))
    scheduler, ran, live = master(run, *taken), set(), []
    while not scheduler.over:
        for name in creations(scheduler):
            assert all(scheduler.steps[parent].state.done for parent in run.steps[names.index(name)].after)
            ran.add(name)
            live.append(name)
        if live:
            succeed(scheduler, live.pop(data.draw(st.integers(0, len(live) - 1))))
    assert ran == set(names) - taken
    assert {name for name in names if scheduler.steps[name].state is StepState.CACHED} == taken
    assert scheduler.results == {name: {"output": name} for name in names}
