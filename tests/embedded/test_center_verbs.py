"""What the keys of the control center do to runs, against the embedded cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState
from k8stui_tui.screens.runs import acts
from tests.embedded.center import center
from tests.embedded.runs import ended, eventually, pause_is_heard, start, step_is


async def test_p_pauses_a_run_and_lets_it_go_on(embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    async with center(embedded) as (pilot, until):
        await until(run)
        await pilot.press("P")
        await until(f"{run} will pause")
        await pause_is_heard(cluster, run)
        flag.touch()
        await until("paused", "1/2")
        await pilot.press("P")
        await until(f"{run} resumed")  # a message leaves by itself, before a slow run has ended
        await until("succeeded", "2/2")
    view = await ended(cluster, run)
    assert (view.state, [len(step.attempts) for step in view.steps]) == (RunState.SUCCEEDED, [1, 1])


async def test_r_asks_and_tries_a_failed_run_again(embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "mending", tally=str(tmp_path / "tally"), times=4)
    assert (await ended(cluster, run)).state is RunState.FAILED
    async with center(embedded) as (pilot, until):
        await until(run, "failed")
        await pilot.press("R")
        await until(f"Try run {run} again from what failed?", "1 of 3 steps are kept")
        await pilot.press("y")
        await until(f"{run} tried again")
        await until("succeeded", "3/3")
        await pilot.press("R")
        await until("nothing to try again")


async def test_a_stop_that_takes_long_is_ended_by_force_by_s_once_more(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    heard = tmp_path / "heard"
    run = await start(cluster, "stubborn", heard=str(heard), flag=str(tmp_path / "flag"))
    await eventually(lambda: show_run(cluster, run), until=lambda _: heard.exists())
    async with center(embedded) as (pilot, until):
        await until(run, "running")
        await pilot.press("S")
        await until(f"Stop run {run}?", "Pods have their grace period to end.")
        await pilot.press("y")
        await until("stopping")
        await pilot.press("S")
        await until("has not stopped yet. End by force?")
        await pilot.press("y")
        await until(f"{run} stopped by force")
    view = await ended(cluster, run)
    assert (view.state, view.why) == (RunState.STOPPED, "stopped by force")


async def test_force_is_offered_when_the_time_for_a_stop_is_over(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "STOP_PATIENCE", 0.5)
    heard = tmp_path / "heard"
    run = await start(cluster, "stubborn", heard=str(heard), flag=str(tmp_path / "flag"))
    await eventually(lambda: show_run(cluster, run), until=lambda _: heard.exists())
    async with center(embedded) as (pilot, until):
        await until(run, "running")
        await pilot.press("S")
        await until(f"Stop run {run}?")
        await pilot.press("y")
        await until("has not stopped yet. End by force?")
        await pilot.press("n")
        await until("stopping")
        await pilot.press("colon", *"stop 1", "enter")
        await until(f"Stop run {run}?", "Pods have 1 s to end.")
        await pilot.press("y")
        await until(f"{run} stopped.")
    view = await ended(cluster, run)
    assert (view.state, view.why) == (RunState.STOPPED, "stopped on request")


async def test_prune_shows_what_goes_and_what_stays_and_asks(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    runs = [await start(cluster, "chain", length=1) for _ in range(2)]
    for run in runs:
        await ended(cluster, run)
    live = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await step_is(cluster, live, "until_told", "running")
    async with center(embedded) as (pilot, until):
        await until(*runs, live)
        await pilot.press("colon", *"prune soon", "enter")
        await until(":prune takes an age")
        await pilot.press("escape", "colon", *"prune 0s 5", "enter")
        await until("No run is to go; 2 stay:")
        await pilot.press("colon", *"prune 0s", "enter")
        await until("Delete 2 runs with Job, pods, results and record?", "1 stays: goes on")
        await pilot.press("y")
        await until("2 of 2 runs deleted.")
    assert [run.run for run in await list_runs(cluster)] == [live]
    (tmp_path / "flag").touch()
    await ended(cluster, live)


async def test_a_pause_to_come_is_called_off_by_its_command(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await step_is(cluster, run, "until_told", "running")
    async with center(embedded) as (pilot, until):
        await until(run)
        await pilot.press("P")
        await eventually(lambda: show_run(cluster, run), until=lambda view: "it pauses" in view.why)
        await pilot.press("colon", *"resume", "enter")
        await until(f"{run} resumed")
    (tmp_path / "flag").touch()
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED
