"""A store is cleaned from the command line: what a deleted run of this very namespace has left, and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from k8stui.cluster.audit import trail_of
from k8stui.cluster.client import Cluster
from k8stui.control.reclaiming.carrying import Reclaiming
from k8stui.control.stores.owning import place_of
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.model.errors import ForbiddenError
from k8stui.model.guards import Audit
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, StackDocument
from k8stui.plan.storing import owner_of
from k8stui.stacks.document import StackFile
from tests.embedded.command import Shell


async def test_what_a_deleted_run_has_left_goes_after_a_question(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    claim = ArtifactStoreConfig(path="file:///mnt/artifacts", claim="artifacts")
    store = ArtifactStoreConfig(path=f"file://{tmp_path}/store")
    StackFile().change(lambda _: StackDocument(artifact_stores={"mine": ArtifactStore(config=claim)}))
    owner = owner_of(await place_of(cluster, "default", store), "train")

    def put(run: str, days: float = 2, whose: str = owner, name: str = "0-output-1.bin") -> Path:
        path = tmp_path / "store" / "artifacts" / run / whose / f"{run}-a-1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1024)
        os.utime(path, (time.time() - days * 86400,) * 2)
        return path

    kept = [put("train-1", whose=owner_of("elsewhere", "train")), put("train-1", days=0.5), put("train-2")]
    kept[1] = kept[1].rename(kept[1].with_name("1-young-1.bin"))
    gone = [put("train-1"), put("train-3")]
    labels = {names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: names.COMPONENT_CACHE}
    told = json.dumps({"uri": f"{claim.path}/{kept[2].relative_to(tmp_path / 'store')}"})
    index = {"metadata": {"name": "cache-train-1", "labels": labels}, "data": {"index.json": json.dumps([told])}}
    await cluster.create({"apiVersion": "v1", "kind": "ConfigMap", **index})

    async def prune(*arguments: str) -> tuple[int, str, str]:
        verb = ("artifact-store", "prune", "mine", "-n", "default", *arguments)
        done = await asyncio.to_thread(Shell(tmp_path, embedded.kubeconfig).k8stui, *verb)
        return done.returncode, done.stdout, done.stderr

    code, _, said = await prune()
    assert (code, "file:///mnt/artifacts is a volume that only pods reach" in said) == (2, True)
    folder = f"--folder={tmp_path}/store"
    code, _, said = await prune(folder)
    assert (code, "there is nobody to ask here" in said) == (2, True)
    assert all(one.exists() for one in (*kept, *gone))
    code, out, said = await prune(folder, "--yes")
    table = [["train-1", "default", "1", "1KiB"], ["train-3", "default", "1", "1KiB"]]
    assert (code, [line.split() for line in out.splitlines()[1:]]) == (0, table)
    assert said == "2 of 2 objects deleted, 2KiB.\n"
    assert ([one.exists() for one in kept], [one.exists() for one in gone]) == ([True] * 3, [False] * 2)

    # Where something cannot be read, or may not be changed, nothing goes.
    put("train-1")
    reclaiming = Reclaiming(cluster, ["default"], store, {}, before=time.time())
    plan = await reclaiming.plan()
    assert sum(one.goes for one in plan) == 2
    with pytest.raises(ForbiddenError, match=r"its ConfigMap kube-root-ca\.crt cannot be read"):
        await Reclaiming(cluster, ["nowhere"], store, {}, before=time.time()).carry_out(plan)
    assert sum(1 for one in (tmp_path / "store").rglob("*") if one.is_file()) == 4
    cluster._requests.notes.trail = trail_of([Audit(file=str(tmp_path / "audit.jsonl"))])
    assert [error for _, error in await reclaiming.carry_out(plan)] == [None, None]
    written = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    what = {"verb": "delete", "resource": "artifacts", "namespace": "default", "name": "train-1", "objects": 2}
    assert all(what.items() <= one.items() and one["store"] == store.path for one in written)
    assert [(one["stage"], one.get("outcome")) for one in written] == [("asked", None), ("ended", "done")]
