"""Code packages that runs and schedules share: sent once, gone with the last of them, never another's."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.comparing.reading import compare_runs
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.deleting import delete_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import RunRef, SubmitOptions, preview, submit
from k8stui.control.submitting.rerunning import kept_run, rerun
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError
from k8stui.model.schedule import ScheduleSpec
from tests.embedded.readers import person_of
from tests.embedded.runs import ended, eventually

NEVER = ScheduleSpec(cron="0 0 29 2 *", suspend=True)

FLOW = """
from k8stui import pipeline, step

@step(enable_cache=False)
def say() -> str:
    return "{}"

@pipeline
def flow() -> None:
    say()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "one", "as written")


def written(folder: Path, word: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "flow.py"
    path.write_text(FLOW.format(word))
    return path


async def submitted(cluster: Cluster, file: Path) -> RunRef:
    return await submit(cluster, load(f"{file}:flow").trace({}), SubmitOptions(cache=False))


async def code_maps(cluster: Cluster) -> dict[str, list[str]]:
    """Who owns the shared packages, by their names."""
    found = await cluster.list(CONFIGMAPS, labels=f"{names.LABEL_COMPONENT}={names.COMPONENT_CODE}")
    assert all(one["immutable"] for one in found)
    return {
        one["metadata"]["name"]: sorted(owner["name"] for owner in one["metadata"]["ownerReferences"]) for one in found
    }


async def owners(cluster: Cluster, *wanted: str) -> str:
    """The name of the one package, once just these own it."""
    maps = await eventually(lambda: code_maps(cluster), until=lambda maps: [*maps.values()] == [sorted(wanted)])
    return next(iter(maps))


async def test_runs_at_once_share_one_package_and_it_goes_with_the_last_of_them(cluster: Cluster, file: Path) -> None:
    refs = await asyncio.gather(*(submitted(cluster, file) for _ in range(4)))
    assert sorted(ref.sent for ref in refs) == [False, False, False, True]
    assert {ref.code for ref in refs} == {"1 file, 1 KiB of code (sent)", "1 file, 1 KiB of code (there already)"}
    name = await owners(cluster, *(names.record_name(ref.run) for ref in refs))
    assert [view.state for view in [await ended(cluster, ref.run) for ref in refs]] == [RunState.SUCCEEDED] * 4
    shown = await preview(cluster, load(f"{file}:flow").trace({}))
    assert name in [one["metadata"]["name"] for one in shown]
    assert not any("code-0" in one["data"] for one in shown if one["metadata"]["name"].startswith("run-"))
    assert (await compare_runs(cluster, refs[0].run, refs[1].run)).files == ()
    again = await rerun(cluster, refs[0].run)
    for ref in refs:
        await delete_run(cluster, ref.run)
    await owners(cluster, names.record_name(again.run))
    assert (await ended(cluster, again.run)).state is RunState.SUCCEEDED
    await delete_run(cluster, again.run)
    await eventually(lambda: code_maps(cluster), until=lambda maps: not maps)
    assert (await submitted(cluster, file)).sent, "it has to be sent again"


async def test_a_schedule_and_its_runs_share_it_and_each_keeps_it_for_itself(cluster: Cluster, file: Path) -> None:
    spec = load(f"{file}:flow").trace({})
    schedule = (await create_schedule(cluster, spec, NEVER)).name
    await owners(cluster, schedule)
    fired = await trigger_schedule(cluster, schedule)
    await owners(cluster, schedule, names.record_name(fired))
    assert (await ended(cluster, fired)).state is RunState.SUCCEEDED
    other = await submitted(cluster, file)
    assert not other.sent
    await delete_schedule(cluster, schedule)
    await owners(cluster, names.record_name(fired), names.record_name(other.run))
    await delete_run(cluster, fired)
    await owners(cluster, names.record_name(other.run))


async def test_who_may_not_change_it_keeps_a_copy_with_the_run(
    embedded: EmbeddedCluster, cluster: Cluster, file: Path
) -> None:
    first = await submitted(cluster, file)
    rules = [
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "create"]},
        {"apiGroups": [""], "resources": ["serviceaccounts", "pods"], "verbs": ["get", "list", "create"]},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "list", "create"]},
    ]
    kubeconfig = await person_of(cluster, embedded, "carol", rules)
    async with await connect(kubeconfig=kubeconfig) as person:
        own = await submitted(person, file)
    assert own.sent
    await owners(cluster, names.record_name(first.run))
    assert (await ended(cluster, own.run)).state is RunState.SUCCEEDED


async def test_code_that_was_replaced_is_not_run(cluster: Cluster, file: Path) -> None:
    first = await submitted(cluster, file)
    await ended(cluster, first.run)
    name = await owners(cluster, names.record_name(first.run))
    kept = await cluster.get(CONFIGMAPS, name)
    other = await another(cluster, file.parents[1] / "another", name)
    await cluster.delete(CONFIGMAPS, name)
    meta = {key: kept["metadata"][key] for key in ("name", "namespace", "labels", "ownerReferences")}
    await cluster.create({**kept, "metadata": meta, "data": other["data"]})
    view = await ended(cluster, (await submitted(cluster, file)).run)
    assert view.state is RunState.FAILED
    assert f"somebody replaced it. Delete the ConfigMaps {name[:-1]}* and submit the run again" in view.why
    assert (await compare_runs(cluster, first.run, view.run)).files is None
    with pytest.raises(ConflictError, match=f"ConfigMap {name} holds other code than was submitted"):
        _ = await (await kept_run(cluster, first.run)).code()


async def another(cluster: Cluster, folder: Path, name: str) -> dict[str, Any]:
    """The package of another run, beside the one of a name."""
    await submitted(cluster, written(folder, "by another"))
    (other,) = [one for one in await code_maps(cluster) if one != name]
    return await cluster.get(CONFIGMAPS, other)
