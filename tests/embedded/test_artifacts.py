"""Whole runs with an artifact store: what is too large to travel, or no JSON, goes by way of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.model.views import RunView
from tests.embedded.runs import PIPELINES, ended, step_of

STORE = ArtifactStoreConfig(path="file:///mnt/artifacts", claim="artifacts")


async def run(cluster: Cluster, pipeline: str, *, store: ArtifactStoreConfig | None = STORE, **more: Any) -> RunView:
    spec = load(f"{PIPELINES / 'artifacts.py'}:{pipeline}").trace(more)
    return await ended(cluster, (await submit(cluster, spec, SubmitOptions(artifact_store=store))).run)


async def test_values_of_every_kind_come_out_as_they_went_in_and_only_references_travel(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await run(cluster, "everything", folder=str(tmp_path))
    assert view.state is RunState.SUCCEEDED, view.why
    assert step_of(view, "take").results["output"] == [
        sum(range(5000)),
        ["Model", "m", [0.5, 1.5]],
        ["Odd", 7],
        ["large.bin", hashlib.sha256(b"x" * 3_000_000).hexdigest()],
        "in the tree",
        "small",
    ]
    kept = step_of(view, "make").results
    assert kept["word"] == "small"
    assert {name: value["type"] for name, value in kept.items() if name != "word"} == {
        "numbers": "json",
        "model": "dataclass",
        "odd": "pickle",
        "file": "file",
        "tree": "folder",
    }
    assert kept["file"]["size"] == 3_000_000
    assert all(
        value["uri"].startswith(f"{STORE.path}/artifacts/{view.run}/") for value in kept.values() if value != "small"
    )


async def test_a_list_in_the_store_can_be_mapped_over_and_what_is_no_list_says_so(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await run(cluster, "mapped", count=3)
    assert view.state is RunState.SUCCEEDED, view.why
    assert step_of(view, "lengths").results["output"] == [5002, 5002, 5002]
    view = await run(cluster, "over_a_model", folder=str(tmp_path))
    assert view.why == (
        "step longer failed: it is mapped over make.model, which is in the artifact store (artifacts.Model) and not "
        "a list"
    )


async def test_a_condition_on_what_is_in_the_store_fails_with_a_sentence(cluster: Cluster) -> None:
    view = await run(cluster, "asked")
    assert "asks for a value that is in the artifact store (list of 3): return what it asks for" in view.why


async def test_the_same_content_counts_as_the_same_for_the_step_cache(cluster: Cluster) -> None:
    states = [step_of(await run(cluster, "cached", count=count), "measure").state for count in (3, 3, 4)]
    assert states == [StepState.SUCCEEDED, StepState.CACHED, StepState.SUCCEEDED]


async def test_a_store_that_is_not_there_fails_the_step_and_tells_how_to_mend_it(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await run(cluster, "mapped", store=ArtifactStoreConfig(path=f"file://{tmp_path}/none"))
    assert view.state is RunState.FAILED
    assert f"the artifact store file://{tmp_path}/none is not there" in view.why
    assert "--claim=NAME" in view.why
    view = await run(cluster, "mapped", store=None)
    assert "register one (artifact_store)" in view.why
