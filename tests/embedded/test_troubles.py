"""What is wrong now, on the screen and by `k8stui diagnose`, against the embedded cluster."""

from __future__ import annotations

import json
from pathlib import Path

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import PODS
from k8stui.control.troubles.listing import find_troubles
from k8stui.embedded import ClusterThread, EmbeddedCluster
from tests.conftest import QUICK
from tests.embedded.center import center
from tests.embedded.command import Shell, shell
from tests.embedded.pods import SLEEP, made, manifest
from tests.embedded.runs import eventually


def hungry(name: str) -> dict[str, object]:
    pod = manifest(name, SLEEP)
    pod["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "999"}}
    return pod


async def test_one_line_for_each_cause_with_what_to_do(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, *(hungry(f"big-{number}") for number in range(4)), status="queued")
        await made(cluster, manifest("bad", "exit(3)"), status="failed")
        await made(cluster, manifest("busy", SLEEP), status="running")

        async def sentences() -> dict[str, str]:
            found, left_out = await find_troubles(cluster)
            assert left_out == ()
            return {one.subject: one.sentence for one in found}

        found = await eventually(sentences, until=lambda found: "4 pods" in found)
        assert set(found) == {"4 pods", "pod bad"}
        assert found["4 pods"].startswith("queued: the only node does not take it")
        assert "exit code 3" in found["pod bad"]

        async with center(embedded) as (pilot, until):
            await pilot.press("4")
            await until("4 pods", "queued: the only node does not take it", "pod bad", "What to do")
            await cluster.delete(PODS, "bad")
            await until("stuck", gone="pod bad")
            await pilot.press("enter")
            await until("Pods", "/status:queued", "4 of 5")


def test_the_command_line_tells_it_as_text_and_json(tmp_path: Path) -> None:
    with ClusterThread(tmp_path / "cluster", timing=QUICK) as running:
        tells_it(shell(tmp_path, running.cluster.kubeconfig))


def tells_it(here: Shell) -> None:
    nothing = here.k8stui("diagnose")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "Nothing is wrong in namespace default" in nothing.stderr
    done = here.k8stui("run", "quick.py", "--param", "n=-1", "-o", "json")
    run = json.loads(done.stdout)["run"]
    lines = here.k8stui("why").stdout.splitlines()
    assert lines[0].startswith(f"run {run} (failed, for ")
    assert lines[1].startswith("  failed: step double failed: ValueError: no rows")
    [found] = json.loads(here.k8stui("diagnose", "-A", "-o", "json").stdout)
    assert (found["kind"], found["level"]) == ("Run", "failed")
    assert found["members"] == [{"namespace": "default", "name": run, "run": run}]
