"""`k8stui uninstall` on a cluster: what k8stui made goes, what others made stays, and it is asked about first."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from k8stui.cluster import guardfiles
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, JOBS, PODS, PVCS, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS
from k8stui.control.namespaces.preparing import prepare
from k8stui.control.uninstalling.carrying import plan_uninstall, uninstall
from k8stui.control.uninstalling.judging import Wanted
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import ConflictError
from k8stui.plan.preparing import Preparation
from k8stui.plan.rbac import ROLE
from k8stui_tui.cli import asking
from k8stui_tui.cli import uninstall as verb
from k8stui_tui.cli.app import build
from tests.embedded.runs import ended, eventually, scheduled, start
from tests.zenmls import zenml_cron_job

KINDS = (SERVICE_ACCOUNTS, ROLES, ROLE_BINDINGS, CONFIGMAPS, CRONJOBS, JOBS, PODS, PVCS)

Call = Callable[..., Any]


@pytest.fixture
def call(embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs the verb beside the cluster."""
    monkeypatch.setenv("KUBECONFIG", str(embedded.kubeconfig))
    monkeypatch.setenv("K8STUI_STACK", "none")

    async def done(*words: str, typed: str = "") -> Result:
        line = ("uninstall", *words)
        return await asyncio.to_thread(CliRunner().invoke, build(("uninstall",)), line, input=f"{typed}\n")

    return done


async def everything(cluster: Cluster) -> set[tuple[str, str]]:
    """What there is, but for what Kubernetes puts into each namespace at some time."""
    listed = await asyncio.gather(*(cluster.list(kind, metadata_only=True) for kind in KINDS))
    all_of_it = zip(KINDS, listed, strict=True)
    found = {(kind.kind, one["metadata"]["name"]) for kind, objects in all_of_it for one in objects}
    return found - {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}


async def others(cluster: Cluster) -> None:
    """Things of others in the same namespace, one of which is called as one of ours could be."""
    for kind, api in (("ServiceAccount", "v1"), ("ConfigMap", "v1")):
        await cluster.create({"apiVersion": api, "kind": kind, "metadata": {"name": "run-of-others"}})
    await cluster.create(zenml_cron_job("1a119013-nightly-training", schedule="0 0 1 1 *"))


async def test_what_k8stui_made_goes_and_nothing_else(cluster: Cluster, call: Call) -> None:
    await others(cluster)
    before = await everything(cluster)
    async for _ in prepare(cluster, Preparation(namespace="default", store_size="1Gi", service_account="second")):
        pass
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    schedule = await scheduled(cluster, "chain", length=1)

    shown = await call("--dry-run", "-o", "json")
    plan = {(one["kind"], one["name"]): one["goes"] for one in json.loads(shown.stdout)}
    assert plan[("ServiceAccount", "k8stui")]
    assert plan[("ServiceAccount", "second")]
    assert not plan[("Run", run)]
    assert not plan[("Schedule", schedule)]
    assert f"Schedules could start no run any more: {schedule}." in shown.stderr
    refused = await call("--runs", "--store", "--yes")
    assert (refused.exit_code, "Add --schedules" in refused.output) == (7, True)
    asked = await call("--runs", "--store", "--schedules")
    assert (asked.exit_code, "there is nobody to ask here" in asked.output) == (2, True)
    assert len(await everything(cluster)) > len(before)

    done = await call("--runs", "--store", "--schedules", "--yes", "-o", "json")
    assert done.exit_code == 0, done.output
    assert all(one["deleted"] and not one["error"] for one in json.loads(done.stdout))
    await eventually(lambda: everything(cluster), until=lambda left: left == before)
    again = await call("--yes")
    assert (again.exit_code, "has made nothing that is still in namespace default" in again.stderr) == (0, True)


async def test_what_goes_on_or_was_changed_since_is_left_alone(cluster: Cluster, tmp_path: Any) -> None:
    async for _ in prepare(cluster, Preparation(namespace="default")):
        pass
    plan = await plan_uninstall(cluster, Wanted())
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    with pytest.raises(ConflictError, match=f"Runs go on: {run}"):
        await uninstall(cluster, plan)
    (tmp_path / "flag").touch()
    await ended(cluster, run)
    subjects = [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "ada"}]
    await cluster.patch(ROLE_BINDINGS, ROLE, {"subjects": subjects})
    done = {one.kind: error for one, error in await uninstall(cluster, plan)}
    assert done["ServiceAccount"] is None
    assert isinstance(done["RoleBinding"], ConflictError)
    assert isinstance(done["Role"], ConflictError), "the binding that stays needs it"
    assert (await cluster.get(ROLE_BINDINGS, ROLE))["subjects"] == subjects


async def test_a_schedule_that_was_made_anew_since_is_left_alone_and_so_is_what_it_needs(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    plan = await plan_uninstall(cluster, Wanted(schedules=True))
    before = await cluster.get(CRONJOBS, name)
    await cluster.delete(CRONJOBS, name)
    await eventually(lambda: cluster.list(CRONJOBS), until=lambda left: not left)
    meta = {key: before["metadata"][key] for key in ("name", "labels", "annotations")}
    await cluster.create({**before, "metadata": meta})
    done = {one.kind: error for one, error in await uninstall(cluster, plan)}
    assert "was replaced by another one of that name" in str(done["Schedule"])
    assert all(isinstance(error, ConflictError) for error in done.values())
    assert [one["metadata"]["name"] for one in await cluster.list(CRONJOBS)] == [name]


async def test_in_a_protected_place_its_name_is_given(
    cluster: Cluster, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guardfiles, "SYSTEM_FILE", tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text('[protected]\nnamespaces = ["def*"]\n')
    monkeypatch.delenv("K8STUI_CONFIRM", raising=False)
    async for _ in prepare(cluster, Preparation(namespace="default")):
        pass
    before = await everything(cluster)
    held = (await call("--yes")).output.replace("\n", " ")
    assert "Nothing was deleted: there is nobody to ask here." in held
    assert "default is protected, so its name has to be given: K8STUI_CONFIRM=default" in held
    monkeypatch.setattr(asking, "can_ask", lambda: True)
    monkeypatch.setattr(verb, "can_ask", lambda: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # this is no main thread
    for typed in ("y", "3", "defaults"):
        other = await call("--yes", typed=typed)
        assert "default is protected. Type its name" in other.output.replace("\n", " ")
        assert "Nothing was deleted." in other.output
    assert await everything(cluster) == before
    assert "3 of 3 deleted from namespace default." in (await call("--yes", typed="default")).output
    assert await everything(cluster) == set()
