"""Runs whose artifact store has secrets start once more: by those of the store that is registered here."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest

from k8stui.authoring.load import load
from k8stui.authoring.rerunning import rerun_with
from k8stui.authoring.rescheduling import completed
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS, PODS, SECRETS
from k8stui.control.runs.reading import list_runs
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.refreshing import Refreshed, refresh_schedule
from k8stui.control.schedules.template import kept_template
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.control.submitting.rerunning import kept_run, rerun
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.wire.variables import ENV_STORE_SECRETS
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, Orchestrator, Stack, StackDocument
from k8stui.plan.kept import pull_secret_of, store_of
from k8stui.stacks.active import active_stack
from k8stui.stacks.document import StackFile
from k8stui.stacks.secrets import Secrets
from tests.embedded.center import center
from tests.embedded.command import Shell
from tests.embedded.runs import PIPELINES, ended, eventually, masters, step_is, step_of

OWN = ArtifactStoreConfig(path="file:///mnt/own", claim="own", options={"endpoint_url": "http://here$(X)"})
OTHER = ArtifactStoreConfig(path="file:///mnt/other", claim="other")
KEYS = {"key": "AKIA", "secret": "pa$$word"}
OLD = {"key": "AKIA", "secret": "rotated"}


@pytest.fixture
def own(tmp_path: Path, embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    return Shell(tmp_path, embedded.kubeconfig)


def register() -> None:
    """The store of the runs; another one is in the active stack."""
    file = StackFile()
    file.change(
        lambda _: StackDocument(
            active="active",
            stacks={"active": Stack(orchestrator="here", artifact_store="other")},
            orchestrators={"here": Orchestrator()},
            artifact_stores={
                "other": ArtifactStore(config=OTHER),
                "mine": ArtifactStore(config=OWN, secrets=tuple(KEYS)),
            },
        )
    )
    Secrets(file.path).keep("artifact_store/mine", KEYS)


async def in_its_secret(cluster: Cluster, run: str) -> dict[str, str]:
    """The store's secrets in the Secret of a run that goes on."""
    found = await cluster.get(SECRETS, names.credentials_name(run))
    known: dict[str, str] = json.loads(base64.b64decode(found["data"][ENV_STORE_SECRETS]))
    return known


async def test_retry_and_rerun_take_the_secrets_of_the_runs_own_store_whichever_stack_is_active(
    embedded: EmbeddedCluster, cluster: Cluster, own: Shell, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    flag.write_text("fail")
    spec = load(f"{PIPELINES / 'artifacts.py'}:summed").trace({"flag": str(flag)})
    options = SubmitOptions(artifact_store=OWN, store_secrets=KEYS, pull_secret="registry")
    run = (await submit(cluster, spec, options)).run
    assert (await ended(cluster, run)).state is RunState.FAILED

    refused = await asyncio.to_thread(own.k8stui, "runs", "retry", run)
    assert refused.returncode == 2
    assert f"The run {run} has its results in file:///mnt/own, whose secrets no run keeps" in refused.stderr
    assert "no such artifact store is registered here" in refused.stderr
    assert "Register it: k8stui artifact-store register NAME --path=file:///mnt/own --claim=own" in refused.stderr
    for refuse in (rerun(cluster, run), rerun_with(cluster, run, {"count": "1"})):
        with pytest.raises(InvalidInputError, match="no such artifact store is registered here"):
            await refuse

    register()
    flag.unlink()
    async with center(embedded) as (pilot, until):
        await until(run, "failed")
        await pilot.press("R")
        await until(f"Try run {run} again from what failed?")
        await pilot.press("y")
        await until(f"{run} tried again")
        await step_is(cluster, run, "held", "running")
        assert await in_its_secret(cluster, run) == KEYS
        flag.touch()
        await until("succeeded")
    assert step_of(await ended(cluster, run), "total").results == {"output": sum(range(3000))}

    flag.unlink()
    stack = active_stack(StackFile().read())
    as_it_was = (await rerun(cluster, run)).run
    changed = (await rerun_with(cluster, run, {"count": "2000"}, stack=stack)).run
    for again in (as_it_was, changed):
        await step_is(cluster, again, "held", "running")
        kept = await kept_run(cluster, again)
        assert (store_of(kept.plan), pull_secret_of(kept.plan, kept.job_spec)) == (OWN, "registry")
    assert await in_its_secret(cluster, as_it_was) == KEYS
    pods = await cluster.list(PODS, labels=f"run={changed}")
    assert json.dumps(json.dumps(KEYS).replace("$", "$$"))[1:-1] in json.dumps(pods)
    flag.touch()
    for again, count in ((as_it_was, 3000), (changed, 2000)):
        view = await ended(cluster, again)
        assert step_of(view, "total").results == {"output": sum(range(count))}, view.why
        assert step_of(view, "held").results["output"]["uri"].startswith(f"{OWN.path}/artifacts/{again}/")
    left = await eventually(lambda: cluster.list(SECRETS, labels=names.LABEL_RUN_ID), until=lambda found: not found)
    assert left == []


@pytest.mark.parametrize("by_secret", [True, False])
async def test_a_schedule_keeps_its_credentials_through_other_templates_until_they_are_refreshed(
    cluster: Cluster, own: Shell, tmp_path: Path, by_secret: bool
) -> None:
    flag = tmp_path / "flag"
    spec = load(f"{PIPELINES / 'artifacts.py'}:summed").trace({"flag": str(flag)})
    options = SubmitOptions(
        config=KubernetesOrchestratorConfig(pass_token_as_secret=by_secret),
        artifact_store=OWN,
        store_secrets=OLD,
        credentials={"FURTHER": "x$y"},
    )
    name = (await create_schedule(cluster, spec, ScheduleSpec(cron="0 0 29 2 *"), options)).name
    for count in ("2000", "1000"):
        edit = await completed(cluster, name, ScheduleEdit(), parameters={"count": count})
        assert (await edit_schedule(cluster, name, edit)).parameters["count"] == int(count)
    before = await kept_template(cluster, await cluster.get(CRONJOBS, name))
    assert (before.store_secrets, before.by_secret) == (OLD, by_secret)
    with pytest.raises(InvalidInputError, match=f"The schedule {name} has its .* no such artifact store is registered"):
        await refresh_schedule(cluster, name)
    register()
    done = await asyncio.to_thread(own.k8stui, "schedule", "refresh", "--all", "--yes", "-n", "default")
    assert done.stdout == f"{name} refreshed\n", done.stderr
    assert await refresh_schedule(cluster, name) is Refreshed.SAME
    changes = (await show_schedule(cluster, name)).changes
    assert [(one.field, one.old, one.new) for one in changes[0].fields] == [("secrets", "", "refreshed")]
    assert len(changes) == 3
    run = await trigger_schedule(cluster, name)
    await eventually(lambda: masters(cluster, run), until=bool)
    await eventually(lambda: list_runs(cluster), until=bool)
    await step_is(cluster, run, "held", "running")
    (pod,) = [one for one in await cluster.list(PODS, labels=f"run={run}") if "held" in one["metadata"]["name"]]
    values = {one["name"]: one.get("value") for one in pod["spec"]["containers"][0]["env"]}
    if by_secret:
        assert await in_its_secret(cluster, run) == KEYS
        assert values["FURTHER"] is None
    else:
        assert json.loads((values[ENV_STORE_SECRETS] or "").replace("$$", "$")) == KEYS
        assert values["FURTHER"] == "x$$y"
    flag.touch()
    view = await ended(cluster, run)
    assert step_of(view, "total").results == {"output": sum(range(1000))}, view.why
    # What else it was given is kept with no run.
    with pytest.raises(InvalidInputError, match=r"was given credentials \(FURTHER"):
        await rerun(cluster, run)
