"""The verbs behind the command line where things go wrong: masters gone, rights missing, streams lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, SERVICE_ACCOUNTS
from k8stui.control.lifecycle.ending import delete_run, stop_run
from k8stui.control.logs.many import LogQuery, following
from k8stui.control.logs.stream import LogLine
from k8stui.control.namespaces.access import make_account
from k8stui.control.pods.views import pod_view
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.runs.watching import wait_run, watching
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.control.submitting.creating import SubmitOptions, preview, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ForbiddenError, NotFoundError, UnreachableError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.views import RunView
from tests.cluster.deleting import delete_all
from tests.embedded.command import shell
from tests.embedded.runs import eventually
from tests.waiting import until_told


def pipeline(folder: Path, name: str = "slow") -> PipelineSpec:
    shell(folder, folder)
    return load(str(folder / f"{name}.py")).trace({})


async def running(cluster: Cluster, spec: PipelineSpec) -> str:
    """Submit and wait until the first step runs."""
    ref = await submit(cluster, spec)
    async with asyncio.timeout(60), watching(cluster, ref.run) as views:
        async for view in views:
            if view.counts.get("running"):
                return ref.run
    raise AssertionError("it ended before it ran")


async def test_a_run_whose_job_was_deleted_is_told_as_stopped(cluster: Cluster, tmp_path: Path) -> None:
    run = await running(cluster, pipeline(tmp_path))
    record = await cluster.get(CONFIGMAPS, names.record_name(run))
    await cluster.delete(JOBS, run, grace_seconds=0)
    ended = await wait_run(cluster, run, timeout=60)
    assert ended.state is RunState.STOPPED

    async def no_pod() -> bool:
        return not await cluster.list(PODS, labels=f"{names.LABEL_RUN_ID}={run}")

    await until_told(no_pod)  # so that nobody writes it any more
    # Even when the master had no time to write it: the record as it was before.
    fresh = await cluster.get(CONFIGMAPS, names.record_name(run))
    await cluster.replace(
        {**record, "metadata": {**record["metadata"], "resourceVersion": fresh["metadata"]["resourceVersion"]}}
    )
    assert (await list_runs(cluster))[0].state is RunState.STOPPED
    shown = await show_run(cluster, run)
    assert (shown.state, shown.why) == (RunState.STOPPED, "its Job was deleted before it ended")
    assert {step.state for step in shown.steps} == {StepState.STOPPED}


async def test_a_run_without_a_living_master_is_stopped_from_here(cluster: Cluster, tmp_path: Path) -> None:
    run = await running(cluster, pipeline(tmp_path))
    await cluster.patch(JOBS, run, {"spec": {"suspend": True}})
    async with asyncio.timeout(60), watching(cluster, run) as views:
        async for view in views:
            if view.state is RunState.PAUSED and not any(pod.component == "orchestrator" for pod in view.pods):
                break
    stopped = await stop_run(cluster, run)
    assert stopped.state is RunState.STOPPED
    assert [step.state for step in stopped.steps] == [StepState.STOPPED, StepState.STOPPED]
    # What the record itself says, without Job or pods:
    await delete_run_but_its_record(cluster, run)
    assert (await show_run(cluster, run)).counts == {"stopped": 2}


async def delete_run_but_its_record(cluster: Cluster, run: str) -> None:
    await cluster.delete(JOBS, run)
    await delete_all(cluster, PODS, labels=f"{names.LABEL_RUN_ID}={run}", grace_seconds=0)


async def test_a_forced_stop_wins_over_a_living_master(cluster: Cluster, tmp_path: Path) -> None:
    run = await running(cluster, pipeline(tmp_path))
    assert (await stop_run(cluster, run, force_after=0)).state is RunState.STOPPED

    async def none_runs() -> bool:
        return not any(pod.status == "running" for pod in (await show_run(cluster, run)).pods)

    await until_told(none_runs)


async def test_deleting_a_run_leaves_nothing(cluster: Cluster, tmp_path: Path) -> None:
    run = await running(cluster, pipeline(tmp_path))
    await delete_run(cluster, run, stop=True)

    async def nothing_is_left() -> bool:
        labels = f"{names.LABEL_RUN_ID}={run}"
        return not any([await cluster.list(resource, labels=labels) for resource in (PODS, CONFIGMAPS, JOBS)])

    await until_told(nothing_is_left)
    with pytest.raises(NotFoundError, match="no run"):
        await show_run(cluster, run)


async def test_a_deleted_run_ends_its_watch(cluster: Cluster, tmp_path: Path) -> None:
    run = await running(cluster, pipeline(tmp_path))
    waiting = asyncio.create_task(wait_run(cluster, run, timeout=60))
    async with watching(cluster, run) as views:
        await anext(views)
        await delete_run(cluster, run, force=True)
    (end,) = await asyncio.gather(waiting, return_exceptions=True)
    if isinstance(end, RunView):
        # Its orchestrator, whose Job went first, told of its end before its record went too: that is as true.
        assert end.state is RunState.STOPPED
    else:
        assert isinstance(end, NotFoundError)
        assert "was deleted" in end.message


async def test_the_outcome_is_known_soon_after_the_master_wrote_it(cluster: Cluster, tmp_path: Path) -> None:
    ref = await submit(cluster, pipeline(tmp_path, "quick"))
    ended = await wait_run(cluster, ref.run, timeout=60)
    assert ended.finished is not None
    assert time.time() - ended.finished < 30  # A loaded machine; the bench measures it.


async def test_a_submitter_without_rights_is_told_who_does_what(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    spec = pipeline(tmp_path, "quick")
    await cluster.create(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ada", "namespace": "default"}}
    )
    rules = [
        {"apiGroups": ["", "batch"], "resources": ["configmaps", "pods", "jobs"], "verbs": ["*"]},
        {"apiGroups": [""], "resources": ["pods/log", "serviceaccounts"], "verbs": ["get"]},
    ]
    rbac: dict[str, Any] = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "metadata": {"name": "ada", "namespace": "default"},
    }
    subject = {"kind": "ServiceAccount", "name": "ada", "namespace": "default"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "ada"}
    await cluster.create({**rbac, "kind": "Role", "rules": rules})
    await cluster.create({**rbac, "kind": "RoleBinding", "roleRef": role, "subjects": [subject]})
    async with await connect(kubeconfig=embedded.service_account_kubeconfig("default", "ada")) as ada:
        with pytest.raises(ForbiddenError, match="you may not make them") as refused:
            await submit(ada, spec)
        assert "k8stui init -n default" in refused.value.hint
        assert await cluster.list(CONFIGMAPS, labels=f"{names.LABEL_MANAGED_BY}={names.MANAGER}") == []
        await make_account(cluster, "default")
        ref = await submit(ada, spec)
        assert (await wait_run(ada, ref.run, timeout=60)).state is RunState.SUCCEEDED
        assert ref.run in {run.run for run in await list_runs(ada)}


async def test_a_named_account_has_to_exist(cluster: Cluster, tmp_path: Path) -> None:
    spec = pipeline(tmp_path, "quick")
    from k8stui.model.settings import KubernetesOrchestratorSettings  # noqa: PLC0415 - used here only

    options = SubmitOptions(config=KubernetesOrchestratorSettings(service_account_name="ghost"))
    with pytest.raises(NotFoundError, match="no service account 'ghost'"):
        await submit(cluster, spec, options)


async def test_the_account_is_made_when_it_is_missing(cluster: Cluster, tmp_path: Path) -> None:
    await preview(cluster, pipeline(tmp_path, "quick"))
    with pytest.raises(NotFoundError):
        await cluster.get(SERVICE_ACCOUNTS, "k8stui")
    await submit(cluster, pipeline(tmp_path, "quick"))
    assert await cluster.get(SERVICE_ACCOUNTS, "k8stui")


class BreakingLogs:
    """A cluster whose log streams break off after a few lines."""

    def __init__(self, cluster: Cluster, lines: int) -> None:
        self._cluster, self._lines = cluster, lines
        self.broken = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    async def logs(self, *arguments: Any, **options: Any) -> AsyncIterator[list[bytes]]:
        left = self._lines
        async for lines in self._cluster.logs(*arguments, **options):
            breaks = left <= len(lines) and self.broken < 4
            yield lines[:left] if breaks else lines
            left -= len(lines)
            if breaks:
                self._lines += 3  # What is offered again at the next opening must not be all it gets.
                self.broken += 1
                raise UnreachableError("the stream broke")


async def test_a_log_that_breaks_off_is_taken_up_without_loss_or_repetition(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "talk.py").write_text(
        "import time\nfrom k8stui import pipeline, step\n"
        "@step\ndef talk() -> None:\n    for n in range(30):\n"
        "        print('line', n, flush=True)\n        time.sleep(0.02)\n"
        "@pipeline\ndef talking() -> None:\n    talk()\n"
    )
    flaky = BreakingLogs(cluster, 2)
    ref = await submit(cluster, load(str(tmp_path / "talk.py")).trace({}))
    shown = [item async for item in follow_run(cast("Cluster", flaky), ref.run)]
    lines = [item for item in shown if isinstance(item, LogLine)]
    assert [line.text for line in lines if line.kind == "log"] == [f"line {n}" for n in range(30)]
    assert all("no line was lost" in line.text for line in lines if line.kind == "note")
    assert flaky.broken
    assert isinstance(shown[-1], Ended)


class CountingLogs:
    """A cluster that remembers whose logs were asked for."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    def logs(self, pod: str, **options: Any) -> AsyncIterator[list[bytes]]:
        self.asked.append(pod)
        return self._cluster.logs(pod, **options)


async def test_a_log_that_is_known_to_be_empty_is_not_asked_for(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "half.py").write_text(
        "from k8stui import pipeline, step\n"
        "@step\ndef talks() -> None:\n    print('hello')\n"
        "@step\ndef is_silent() -> None: ...\n"
        "@pipeline\ndef half() -> None:\n    talks()\n    is_silent()\n"
    )
    ref = await submit(cluster, load(str(tmp_path / "half.py")).trace({}))
    await wait_run(cluster, ref.run)
    counting, query = CountingLogs(cluster), LogQuery(run=ref.run)
    await eventually(
        lambda: cluster.list(PODS, labels=query.labels), until=lambda pods: all(pod_view(pod).finished for pod in pods)
    )
    async with following(cast("Cluster", counting), query) as follower:
        await follower.finish(1.5)
        assert [line.text async for lines in follower for line in lines] == ["hello"]
    assert counting.asked == [f"{ref.run}-talks-1"]


async def test_following_survives_a_restart_of_the_api_server(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    ref = await submit(cluster, pipeline(tmp_path, "quick"))
    lines = []
    async for item in follow_run(cluster, ref.run):
        if isinstance(item, LogLine):
            lines.append(item.text)
            embedded.drop_watches()
            embedded.expire_watches()
    assert sorted(lines) == ["doubling 3", "loading 3"]
