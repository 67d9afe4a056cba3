"""Credentials of a run: where they are while it goes on, and that they are gone afterwards, however it ended."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, ROLES, SECRETS
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.runs.reading import show_run
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.deleting import Running, delete_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import SubmitOptions, preview, submit
from k8stui.control.submitting.retrying import retry_run
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import ScheduleSpec
from k8stui.plan.rbac import ROLE
from tests.cluster.deleting import delete_all
from tests.embedded.readers import person_of
from tests.embedded.runs import PIPELINES, ended, eventually, masters, step_is, step_of

VALUE = 'p$(HOME) $$ "quoted" \\ ümlaut'
DIGEST = hashlib.sha256(VALUE.encode()).hexdigest()


def options(*, secret: bool, **config: Any) -> SubmitOptions:
    return SubmitOptions(
        config=KubernetesOrchestratorConfig(pass_token_as_secret=secret, **config), credentials={"STORE_KEY": VALUE}
    )


async def start(cluster: Cluster, flag: Path, *, secret: bool = True, **config: Any) -> str:
    spec = load(f"{PIPELINES / 'credentials.py'}:keyed").trace({"flag": str(flag)})
    return (await submit(cluster, spec, options(secret=secret, **config))).run


async def secrets(cluster: Cluster) -> list[str]:
    return sorted(found["metadata"]["name"] for found in await cluster.list(SECRETS, labels=names.LABEL_RUN_ID))


def is_ours(secret: dict[str, Any]) -> bool:
    return (secret["metadata"].get("labels") or {}).get(names.LABEL_MANAGED_BY) == names.MANAGER


async def texts(cluster: Cluster) -> str:
    """Everything but the Secrets, in which a value could have been left."""
    return json.dumps([await cluster.list(resource) for resource in (CONFIGMAPS, JOBS, PODS)])


def both(run: str) -> list[str]:
    return [names.credentials_name(run), names.keys_name(run)]


async def no_secrets(cluster: Cluster) -> None:
    assert await eventually(lambda: secrets(cluster), until=lambda found: not found) == []


async def test_a_secret_gives_each_step_the_credentials_and_nothing_else_ever_holds_them(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await start(cluster, tmp_path / "flag")
    await step_is(cluster, run, "digest", "running")
    found = await cluster.get(SECRETS, names.credentials_name(run))
    (owner,) = found["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"]) == ("Job", (await cluster.get(JOBS, run))["metadata"]["uid"])
    assert json.dumps(VALUE)[1:-1] not in await texts(cluster)
    assert names.credentials_name(run) in await texts(cluster)
    (tmp_path / "flag").touch()
    view = await ended(cluster, run)
    assert step_of(view, "digest").results == {"output": DIGEST}
    await no_secrets(cluster)
    assert json.dumps(VALUE)[1:-1] not in await texts(cluster)


async def test_without_the_setting_they_stand_in_the_manifests_of_pods_and_nowhere_else(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await start(cluster, tmp_path / "flag", secret=False)
    await step_is(cluster, run, "digest", "running")
    assert await secrets(cluster) == [names.keys_name(run)]
    pods = await cluster.list(PODS)
    env = next(pod for pod in pods if names.LABEL_STEP in pod["metadata"]["labels"])["spec"]["containers"][0]["env"]
    assert {"name": "STORE_KEY", "value": VALUE.replace("$", "$$")} in env
    assert "ümlaut" not in json.dumps(await cluster.list(CONFIGMAPS), ensure_ascii=False)
    (tmp_path / "flag").touch()
    assert step_of(await ended(cluster, run), "digest").results == {"output": DIGEST}


@pytest.mark.parametrize("end", ["failed", "stopped", "forced", "deleted"])
async def test_no_end_of_a_run_leaves_them(cluster: Cluster, tmp_path: Path, end: str) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, flag)
    await step_is(cluster, run, "digest", "running")
    assert await secrets(cluster) == both(run)
    if end == "failed":
        flag.write_text("fail")
        assert (await ended(cluster, run)).state is RunState.FAILED
    elif end == "deleted":
        await delete_all(cluster, PODS, labels=f"run={run}")
        assert (await ended(cluster, run)).state is RunState.STOPPED
    else:
        assert (await stop_run(cluster, run, force_after=0 if end == "forced" else None)).state is RunState.STOPPED
    await no_secrets(cluster)


async def test_those_of_a_killed_master_are_there_for_the_next_one_and_go_at_the_end(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    run = await start(cluster, tmp_path / "flag")
    await step_is(cluster, run, "digest", "running")
    (master,) = await masters(cluster, run)
    os.kill(embedded.pod_pids("default", master)["orchestrator"], signal.SIGKILL)
    await eventually(lambda: masters(cluster, run), until=lambda found: bool(found - {master}))
    assert await secrets(cluster) == both(run)
    (tmp_path / "flag").touch()
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED
    await no_secrets(cluster)


async def test_those_of_a_killed_master_go_with_its_job(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    run = await start(cluster, tmp_path / "flag")
    await step_is(cluster, run, "digest", "running")
    (master,) = await masters(cluster, run)
    os.kill(embedded.pod_pids("default", master)["orchestrator"], signal.SIGKILL)
    await cluster.delete(JOBS, run)
    await no_secrets(cluster)


@pytest.mark.parametrize("secret", [True, False])
async def test_a_run_that_is_tried_again_must_be_given_them_again(
    cluster: Cluster, tmp_path: Path, secret: bool
) -> None:
    flag = tmp_path / "flag"
    flag.write_text("fail")
    run = await start(cluster, flag, secret=secret)
    assert (await ended(cluster, run)).state is RunState.FAILED
    assert "ümlaut" not in json.dumps(await cluster.list(CONFIGMAPS), ensure_ascii=False)
    with pytest.raises(InvalidInputError, match=r"was given credentials \(STORE_KEY\), and they are not kept"):
        await retry_run(cluster, run)
    flag.write_text("")
    await retry_run(cluster, run, credentials={"STORE_KEY": VALUE, "UNUSED": "x"})
    assert step_of(await ended(cluster, run), "digest").results == {"output": DIGEST}
    await no_secrets(cluster)


async def forbid_deletion_of_secrets(cluster: Cluster) -> None:
    role = await cluster.get(ROLES, ROLE)
    for rule in role["rules"]:
        if rule["resources"] == ["secrets"]:
            rule["verbs"].remove("delete")
    await cluster.replace(role)


async def over(cluster: Cluster, run: str) -> None:
    """Return when the Job of a run has ended."""

    async def conditions() -> list[dict[str, Any]]:
        return (await cluster.get(JOBS, run)).get("status", {}).get("conditions") or []

    await eventually(conditions, until=lambda found: any(one["type"] in ("Complete", "Failed") for one in found))


async def without_rights(cluster: Cluster, flag: Path, **config: Any) -> str:
    """A run that has ended and whose master was not allowed to delete its Secrets."""
    run = await start(cluster, flag, **config)
    await step_is(cluster, run, "digest", "running")
    await forbid_deletion_of_secrets(cluster)
    await asyncio.to_thread(flag.touch)
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED
    return run


async def test_what_a_master_may_not_delete_goes_with_the_job_at_its_time(cluster: Cluster, tmp_path: Path) -> None:
    run = await without_rights(cluster, tmp_path / "flag", ttl_seconds_after_finished=1)
    await no_secrets(cluster)
    assert (await show_run(cluster, run)).state is RunState.SUCCEEDED


async def test_the_next_submit_sweeps_what_ended_runs_left_and_nothing_else(cluster: Cluster, tmp_path: Path) -> None:
    going = await start(cluster, tmp_path / "going")
    await step_is(cluster, going, "digest", "running")
    orphaned = await start(cluster, tmp_path / "never")
    await step_is(cluster, orphaned, "digest", "running")
    left = await without_rights(cluster, tmp_path / "flag")
    await over(cluster, left)
    await cluster.delete(JOBS, orphaned, propagation="Orphan")
    foreign = {"name": "not-ours", "labels": {names.LABEL_RUN_ID: left}}
    await cluster.create({"apiVersion": "v1", "kind": "Secret", "metadata": foreign})
    assert {*both(left), *both(orphaned)} < set(await secrets(cluster))
    last = await start(cluster, tmp_path / "last")
    found = set(await secrets(cluster))
    assert found.issuperset({*both(going), names.credentials_name(last), "not-ours"})
    assert not found & {*both(left), *both(orphaned)}
    for flag in ("last", "going"):
        (tmp_path / flag).touch()
    for run in (last, going):
        assert (await ended(cluster, run)).state is RunState.SUCCEEDED


async def test_who_may_not_list_secrets_submits_all_the_same(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    left = await without_rights(cluster, tmp_path / "flag")
    await over(cluster, left)
    verbs = ["get", "list", "watch", "create", "patch", "delete"]
    rules: list[dict[str, Any]] = [
        {"apiGroups": ["", "batch"], "resources": ["configmaps", "jobs", "pods", "serviceaccounts"], "verbs": verbs},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
    ]
    async with await connect(kubeconfig=await person_of(cluster, embedded, "ada", rules)) as submitter:
        spec = load(f"{PIPELINES / 'credentials.py'}:keyed").trace({"flag": str(tmp_path / "flag")})
        ref = await submit(submitter, spec, options(secret=True))
    assert ref.warnings == ()
    assert set(both(left)) <= set(await secrets(cluster))
    assert (await ended(cluster, ref.run)).state is RunState.SUCCEEDED


async def test_a_preview_shows_the_secret_without_its_values(cluster: Cluster, tmp_path: Path) -> None:
    spec = load(f"{PIPELINES / 'credentials.py'}:keyed").trace({"flag": str(tmp_path / "flag")})
    objects = await preview(cluster, spec, options(secret=True))
    (secret,) = [found for found in objects if found["kind"] == "Secret"]
    assert secret["data"] == {"STORE_KEY": f"<{len(VALUE.encode())} bytes>"}
    assert "ümlaut" not in json.dumps(objects, ensure_ascii=False)


@pytest.mark.parametrize("secret", [True, False])
async def test_each_run_of_a_schedule_has_a_copy_that_outlives_the_schedule(
    cluster: Cluster, tmp_path: Path, secret: bool
) -> None:
    spec = load(f"{PIPELINES / 'credentials.py'}:keyed").trace({"flag": str(tmp_path / "flag")})
    name = (await create_schedule(cluster, spec, ScheduleSpec(cron="0 0 1 1 *"), options(secret=secret))).name
    run = await trigger_schedule(cluster, name)
    await eventually(lambda: masters(cluster, run), until=bool)
    await eventually(lambda: secrets(cluster), until=lambda found: names.keys_name(run) in found)
    await step_is(cluster, run, "digest", "running")
    await delete_schedule(cluster, name, running=Running.KEEP)
    (tmp_path / "flag").touch()
    view = await ended(cluster, run)
    assert step_of(view, "digest").results == {"output": DIGEST}
    left = await eventually(
        lambda: cluster.list(SECRETS), until=lambda found: not [one for one in found if is_ours(one)]
    )
    assert not [one for one in left if is_ours(one)]
