"""Results that go by way of a PersistentVolumeClaim, told of by a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states, step_of

pytestmark = pytest.mark.real


def claim(space: Space, folder: Path) -> None:
    """A claim called `results`, bound to a folder of the node that pods of any user may write to."""
    folder.mkdir()
    folder.chmod(0o777)
    space.kubectl(
        *("create", "-f", "-"),
        manifest={
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": space.namespace},
            "spec": {
                "capacity": {"storage": "1Gi"},
                "accessModes": ["ReadWriteMany"],
                "storageClassName": space.namespace,
                "hostPath": {"path": str(folder)},
            },
        },
    )
    space.create(
        "PersistentVolumeClaim",
        "results",
        spec={
            "accessModes": ["ReadWriteMany"],
            "storageClassName": space.namespace,
            "resources": {"requests": {"storage": "1Gi"}},
        },
    )


def whole(folder: Path, uid: str) -> list[Path]:
    """The parts of a pod's log once the last one is there; a step that takes a while has several."""
    parts = sorted(folder.glob(f"{uid}.*.log"))
    return parts if parts and parts[-1].match("*.end.log") else []


def test_values_go_by_way_of_a_claim_that_the_stack_tells_of(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    claim(space, tmp_path / "store")
    for command in (
        "orchestrator register here --flavor=kubernetes",
        "artifact-store register results --path=file:///mnt/artifacts --claim=results",
        "stack register mine -o here --artifact-store results --set",
    ):
        done = space.k8stui(*command.split())
        assert done.code == 0, done.err
    try:
        ended = space.run("stored.py")
        assert ended.code == 0, ended.err
        assert output(ended.view, "take") == [sum(range(5000)), 7, "in the folder"]
        kept = step_of(ended.view, "make")["results"]
        assert [value["type"] for value in kept.values()] == ["json", "pickle", "folder"]
        for value in kept.values():
            file = tmp_path / "store" / value["uri"].removeprefix("file:///mnt/artifacts/")
            assert file.stat().st_size == value["size"]
        told = space.k8stui("runs", "results", ended.view["run"], "make", "-o", "wide").out
        assert "output_1: stored.Odd, a pickle; not opened, in the artifact store" in told
        pod = step_of(ended.view, "make")["attempts"][0]
        owner = next(iter(kept.values()))["uri"].split("/")[-3]
        logs = tmp_path / "store" / "logs" / ended.view["run"] / owner / pod["pod"]
        parts = eventually(lambda: whole(logs, pod["uid"]), what="the log of the step is archived to its end")
        assert sorted(logs.iterdir()) == parts
        assert "".join(part.read_text() for part in parts).endswith("Z made\n")
        space.kubectl("delete", "pod", pod["pod"])
        unseen = "no log of this run is archived in the claim results, as far as this machine sees it"
        assert unseen in space.k8stui("logs", ended.view["run"]).out
        again = space.run("stored.py")
        assert states(again.view) == {"make": "cached", "take": "cached"}
    finally:
        space.kubectl("delete", "persistentvolume", space.namespace, "--wait=false")
