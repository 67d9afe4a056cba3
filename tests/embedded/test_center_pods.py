"""What the keys of the Pods screen do, against the embedded cluster."""

from __future__ import annotations

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import PODS
from k8stui.embedded import EmbeddedCluster
from tests.embedded.center import center
from tests.embedded.pods import SLEEP, left, made, manifest
from tests.embedded.runs import eventually


async def test_pods_are_found_marked_and_deleted_by_a_plan(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        failed = [manifest(f"bad-{number}", f"print('number {number}'); exit(3)") for number in range(7)]
        await made(cluster, *failed, status="failed")
        await made(cluster, manifest("busy", SLEEP), status="running")
        async with center(embedded) as (pilot, until):
            await pilot.press("2")
            await until("bad-0", "bad-6", "busy", "7 failed")
            await pilot.press("slash", *"bad", "enter")
            await until("7 of 8")
            await until("number ")  # the log of the one under the cursor
            await pilot.press("A")
            await until("7 marked")
            await pilot.press("D")
            await until("Plan: delete 7 pods", "dry run on the server: 7 allowed", "Type 7 to delete them.")
            assert len(await left(cluster)) == 8
            await pilot.press("7", "enter")
            await until("7 of 7 pods deleted.")
            await pilot.press("enter")
            await until("None of 1 pods matches 'bad'.")
        assert await left(cluster) == {"busy"}


async def test_one_that_runs_goes_by_name(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, manifest("busy", SLEEP), status="running")
        async with center(embedded) as (pilot, until):
            await pilot.press("2")
            await until("busy")
            await pilot.press("D")
            await until("Delete them? y or n", "1 of them has not ended")
            await pilot.press("y")
            await until("1 of 1 pod deleted.")
        await eventually(lambda: left(cluster), until=lambda found: not found)


async def test_one_that_does_not_end_goes_by_force_after_its_number_was_typed(embedded: EmbeddedCluster) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    pod = manifest("stuck", stubborn)
    pod["spec"]["terminationGracePeriodSeconds"] = 600
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, pod, status="running")
        async with center(embedded) as (pilot, until):
            await pilot.press("2")
            await until("stuck", "up")
            await cluster.delete(PODS, "stuck")
            await until("stopping")
            await pilot.press("D")
            await until("Plan: delete 0 pods", "1 stays: it is being deleted already", "Nothing goes.")
            await pilot.press("ctrl+k")
            await until("Plan: delete 1 pod by force", "its containers may run on", "Type 1 to delete them.")
            await pilot.press("1", "enter")
            await until("1 of 1 pod deleted.")
            await pilot.press("enter", "ctrl+o")
            await until("delete pods stuck --grace-period=0 --force --wait=false")
        await eventually(lambda: left(cluster), until=lambda found: not found)
