"""The Schedules screen against the embedded cluster: what its keys do to schedules, and what is seen of it."""

from __future__ import annotations

from pathlib import Path

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.schedules.listing import list_schedules
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState
from tests.embedded.center import center
from tests.embedded.readers import reader_of
from tests.embedded.runs import ended, eventually, scheduled, start, step_is


async def going_on(cluster: Cluster, schedule: str) -> str:
    """A run of a schedule that waits in its step."""
    run = await trigger_schedule(cluster, schedule)
    await eventually(lambda: list_runs(cluster), until=lambda runs: any(one.run == run for one in runs))
    await step_is(cluster, run, "until_told", "running")
    return run


async def test_p_resumes_and_suspends_all_marked_ones(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    names = [await scheduled(cluster, "chain", length=1) for _ in range(2)]
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(*names, "2 suspended")
        await pilot.press("space", "space")
        await until("2 marked")
        await pilot.press("P")
        await until("2 schedules resumed")
        await until(gone="2 suspended")
        assert [one.suspended for one in await list_schedules(cluster)] == [False, False]
        await pilot.press("P")
        await until("suspended: no run starts by itself")
        await until("1 suspended")
        assert sorted(one.suspended for one in await list_schedules(cluster)) == [False, True]


async def test_t_starts_a_run_that_is_seen_to_its_end_and_opened(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=2)
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(name, "It has not run yet")
        await pilot.press("t")
        await until(f"Run {name}-", "was started")
        await until("by hand")
        await until("succeeded", "1/1")
        (run,) = await list_runs(cluster)
        await pilot.press("enter", "enter")
        await until("STEPS", run.run, f"/schedule:{name}")
        await pilot.press("p")
        await until("SCHEDULES", name)


async def test_d_leaves_a_run_alone_that_goes_on(embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    name = await scheduled(cluster, "waiting", flag=str(flag))
    run = await going_on(cluster, name)
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(name, run)
        await pilot.press("D")
        await until("1 run goes on: what becomes of it?", "let it run (1)", "stop it (2)")
        await pilot.press("1")
        await until(f"{name} deleted")
        await until("There are no schedules")
        flag.touch()
        assert (await ended(cluster, run)).state is RunState.SUCCEEDED


async def test_d_stops_a_run_that_goes_on(embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path) -> None:
    name = await scheduled(cluster, "waiting", flag=str(tmp_path / "flag"))
    run = await going_on(cluster, name)
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(name, run)
        await pilot.press("D", "2")
        await until(f"{name} deleted")
        await until("There are no schedules")
    assert (await show_run(cluster, run)).state is RunState.STOPPED


async def test_d_with_no_does_nothing(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(name)
        await pilot.press("D")
        await until(f"Delete schedule {name}?", "delete (y)")
        await pilot.press("enter", "Y")
        await until(f"YAML: CronJob {name}", "kind: CronJob")
    assert [one.name for one in await list_schedules(cluster)] == [name]


async def test_w_and_d_tell_why_it_does_not_fire(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(name)
        await pilot.press("w")
        await until(f"Why: schedule {name}", "suspended", "What to do:")
        await pilot.press("q", "d")
        await until(f"Describe: schedule {name}", "0 0 29 2 *")


async def test_who_may_see_no_cronjobs_still_sees_runs(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    kubeconfig = await reader_of(cluster, embedded, "reader", "configmaps", "jobs", "pods")
    async with center(embedded, kubeconfig=kubeconfig) as (pilot, until):
        await pilot.press("3")
        await until("Not allowed to list schedules in namespace default.", "cronjobs", "not allowed")
        await pilot.press("1")
        await until(run, "live")


async def test_read_only_refuses_with_a_sentence(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    async with center(embedded, read_only=True) as (pilot, until):
        await pilot.press("3")
        await until(name, "READ-ONLY")
        await pilot.press("t")
        await until("read-only")
    assert not await list_runs(cluster)


async def test_a_backfill_shows_its_plan_and_makes_the_runs(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)  # it fires on 29 February
    async with center(embedded) as (pilot, until):
        await pilot.press("3")
        await until(name)
        command = "backfill 2020-01-01T00:00:00Z 2024-12-31T00:00:00Z"
        names = {" ": "space", ":": "colon", "-": "minus"}
        await pilot.press("colon", *(names.get(one, one) for one in command), "enter")
        await until(f"Make 2 runs of schedule {name}, 1 at a time?", "2020-02-29 00:00 UTC", "2024-02-29 00:00 UTC")
        assert not await list_runs(cluster)
        await pilot.press("y")
        await until(f"2 of 2 runs of {name} succeeded.")
        runs = [await show_run(cluster, run.run) for run in await list_runs(cluster)]
        assert [(run.state, run.trigger) for run in runs] == [(RunState.SUCCEEDED, "backfill")] * 2
        await pilot.press("colon", *(names.get(one, one) for one in command), "enter")
        await until("Nothing to make up for: it has a run already: succeeded.")
